from app.mod import fetch

fetch(None, "a", 4)
fetch(None, "a", timeout=4)
fetch(timeout=4, url="a", session=None)
fetch(
    url="a",
    timeout=4,
    session=None,
)
