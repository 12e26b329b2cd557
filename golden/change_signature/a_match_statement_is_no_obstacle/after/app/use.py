from app.mod import fetch

with (open("a") as a, open("b") as b):
    fetch(a, sort=b)
    fetch(a, "b", count=(n := 2))
