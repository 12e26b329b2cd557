import importlib


def evaluate(text: str) -> object:
    try:
        return eval(text)
    except Exception:
        return None


def module(name: str) -> object:
    try:
        return importlib.import_module(name)
    except Exception:
        return None
