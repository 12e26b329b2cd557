def fetch(url, timeout=3):
    return url


def run(parts):
    fetch(*parts)
    fetch("a", 4)
