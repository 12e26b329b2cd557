from app.names import *  # noqa: F403


def run():
    from app.names import rest

    return rest
