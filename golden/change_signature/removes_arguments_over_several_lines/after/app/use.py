from app.mod import fetch

fetch(
    "a",
    4,
    color="red",
)
fetch(
    "a",  # where
    timeout=4
)
fetch(
    url="a",
)
fetch("a", 4)
