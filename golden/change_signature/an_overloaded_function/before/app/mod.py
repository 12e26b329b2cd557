from typing import overload


@overload
def fetch(url: int) -> int: ...
@overload
def fetch(url: str) -> str: ...
def fetch(url):
    return url


fetch(url=1)
