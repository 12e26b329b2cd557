try:
    from app.mod import fetch
except ImportError:
    from app.other import fetch

fetch(url=1)
handlers = [fetch]
