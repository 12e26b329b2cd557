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
