def fetch(url, timeout=3):
    return url, timeout


def run(parts):
    fetch(*parts)
    fetch("a", 4)
