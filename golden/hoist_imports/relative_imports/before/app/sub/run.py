from .names import work


def run():
    from .names import rest

    return rest(work)


def again():
    from app.sub.names import work

    return work
