from app import mod
from app.mod import fetch

url = "url"
fetch(url, timeout=url)
fetch(url=url)
mod.fetch(timeout=1, url="url=1")
