"""The shipped codemods, one flat module each: the id of `http_url.py` is `http-url`."""
