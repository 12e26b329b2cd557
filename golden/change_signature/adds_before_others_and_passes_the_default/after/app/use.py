from app.mod import fetch

fetch("a")
fetch("a", "r", 4)
fetch("a", "r", 4, 5, 6)
fetch("a", timeout=4)
fetch(
    "a",
    "r",
    4,
)
fetch("a", "r", fetch("b", "r", 5))
