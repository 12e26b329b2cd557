"""Prose: fetch(url) fetches."""


def fetch(link):
    """Fetch one.

    >>> fetch("/")
    '/'
    """
    if not link:
        raise ValueError("fetch(url=...) needs an address")
    return link


def refetch(kind, url):
    return getattr(url, f"refetch_{kind}")(url=url), "def fetch(url=None): ..."


def test_it():
    """fetch(url=1)"""
    assert repr(fetch(link=1)) == "fetch(url=1)"
    assert str(fetch(link=2)), "fetch() returns its argument"


def any_of(kind, thing):
    return getattr(thing, f"{kind}"), getattr(thing, f"_{kind}"), f"{kind}h {thing}"
