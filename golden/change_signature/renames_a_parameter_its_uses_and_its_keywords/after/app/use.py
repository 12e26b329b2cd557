from app import mod
from app.mod import fetch

url = "url"
fetch(url, timeout=url)
fetch(address=url)
mod.fetch(timeout=1, address="url=1")
