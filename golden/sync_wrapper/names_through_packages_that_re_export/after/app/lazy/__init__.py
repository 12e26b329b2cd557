_names = {"fetch": "app.library", "afetch": "app.library"}


def __getattr__(name):
    from importlib import import_module

    return getattr(import_module(_names[name]), name)
