from app.mod import fetch

with (open("a") as a, open("b") as b):
    fetch(a, kind=b)
    fetch(a, "b", size=(n := 2))
