def fetch(url, timeout, verbose):
    """Fetch the url.

    Args:
        url (str): where it is; a url is text.
        timeout: how long
            url: this is an example
        verbose: whether to talk

    :param str timeout: seconds
    :type timeout: int
    """
    return url, timeout, verbose


def first(url):
    """First.

    :param url: where
    """
    return fetch(url, 1, verbose=True)
