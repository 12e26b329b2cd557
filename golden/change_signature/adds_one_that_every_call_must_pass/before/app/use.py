from app.mod import fetch

fetch("a", 4)
fetch("a", timeout=4)
fetch(timeout=4, url="a")
fetch(
    url="a",
    timeout=4,
)
