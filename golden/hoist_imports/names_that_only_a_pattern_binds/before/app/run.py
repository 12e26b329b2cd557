import app.tool


def run(value):
    from app.tool import rest

    match value:
        case [_, *rest]:
            return rest
        case {"a": 1, **rest}:
            return rest
    return rest(app)


def handle(value):
    from app.tool import rest

    try:
        return rest(value)
    except ValueError as rest:
        return rest


def walrus(value):
    from app.tool import rest

    if rest := rest(value):
        return app
    return rest


def forget(value):
    from app.tool import rest

    del rest
    return value
