from app.mod import fetch

fetch(
    "a",
    4,
    True,
    color="red",
)
fetch(
    "a",  # where
    timeout=4,
    verbose=True
)
fetch(
    verbose=True,
    url="a",
)
fetch("a", 4,
      True)
