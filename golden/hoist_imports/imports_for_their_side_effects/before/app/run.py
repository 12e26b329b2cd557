import app.plugins


def run():
    import app.plugins

    return app.plugins


def register():
    from app import plugins  # noqa: F401
    import json

    print('ready')
