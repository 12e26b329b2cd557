"""Prose: fetch(url) fetches."""


def fetch(url):
    """Fetch one.

    >>> fetch("/")
    '/'
    """
    if not url:
        raise ValueError("fetch(url=...) needs an address")
    return url


def refetch(kind, url):
    return getattr(url, f"refetch_{kind}")(url=url), "def fetch(url=None): ..."


def test_it():
    """fetch(url=1)"""
    assert repr(fetch(url=1)) == "fetch(url=1)"
    assert str(fetch(url=2)), "fetch() returns its argument"


def any_of(kind, thing):
    return getattr(thing, f"{kind}"), getattr(thing, f"_{kind}"), f"{kind}h {thing}"
