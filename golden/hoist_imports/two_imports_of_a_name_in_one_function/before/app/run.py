import app.tool


def run(value):
    if value:
        from app.tool import work

        return work(app)
    try:
        from app.tool import work
    except ImportError:
        return None
    return work(value)


def nested():
    from app.tool import rest

    def inner():
        from app.tool import rest

        return rest(app)

    return rest(inner)


def other():
    from app.tool import rest

    def inner():
        from app.tool import rest  # refactorkit: ignore

        return rest(app)

    return rest(inner)
