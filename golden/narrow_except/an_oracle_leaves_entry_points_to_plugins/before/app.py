from importlib.metadata import EntryPoint


def load(pair: tuple[str, EntryPoint]) -> object:
    name, found = pair
    try:
        return found.load()
    except Exception:
        return name
