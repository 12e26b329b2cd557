import app.plugins


def run():
    return app.plugins


def register():
    from app import plugins  # noqa: F401
    import json

    print('ready')
