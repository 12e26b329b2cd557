def chunked(values, size):
    """Cut a list into pieces.

    >>> chunked([1, 2, 3], 2)
    [[1, 2], [3]]
    >>> chunked([1, 2, 3],
    ...         size=1)
    [[1], [2], [3]]

    Prose about chunked(values, size=3) is no example.
    """
    return [values[i : i + size] for i in range(0, len(values), size)]
