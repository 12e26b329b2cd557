def fetch(url, timeout=3):
    return url


def run(options):
    fetch("a", **options)
    fetch("b", timeout=4)
