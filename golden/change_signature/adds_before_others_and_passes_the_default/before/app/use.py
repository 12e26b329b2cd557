from app.mod import fetch

fetch("a")
fetch("a", 4)
fetch("a", 4, 5, 6)
fetch("a", timeout=4)
fetch(
    "a",
    4,
)
fetch("a", fetch("b", 5))
