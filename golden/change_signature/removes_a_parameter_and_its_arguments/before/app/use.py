from app.mod import fetch

fetch("a", True)
fetch("a", True, 4)
fetch("a", verbose=True, timeout=4)
fetch(verbose=(1, 2)[0], url="a")
fetch(verbose=True, timeout=fetch("b", False, retries=2), url="a")
fetch(("a"), (True), (4))
(fetch)("a", (True), retries=3,)
