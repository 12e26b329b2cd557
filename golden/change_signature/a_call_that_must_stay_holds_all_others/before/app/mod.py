def fetch(url):
    return url


fetch(url=1)
fetch(url=2)  # refactorkit: ignore[change-signature]
