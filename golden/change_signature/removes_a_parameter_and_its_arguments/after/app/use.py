from app.mod import fetch

fetch("a")
fetch("a", 4)
fetch("a", timeout=4)
fetch(url="a")
fetch(timeout=fetch("b", retries=2), url="a")
fetch(("a"), (4))
(fetch)("a", retries=3,)
