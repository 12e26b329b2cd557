from app.mod import fetch

fetch("a", verbose=True)
getattr(fetch, "x", None)
