def fetch(url, seconds, loud):
    """Fetch the url.

    Args:
        url (str): where it is; a url is text.
        seconds: how long
            url: this is an example
        loud: whether to talk

    :param str seconds: seconds
    :type seconds: int
    """
    return url, seconds, loud


def first(url):
    """First.

    :param url: where
    """
    return fetch(url, 1, loud=True)
