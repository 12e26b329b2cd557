def make():
    from .tool import work

    return work
