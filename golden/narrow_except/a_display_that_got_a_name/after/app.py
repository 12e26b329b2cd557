def size(given: dict[str, object], name: str):
    options = {"size": 1}
    options.update(given)
    try:
        return int(options[name])
    except Exception:
        return 0


def chosen(name: str):
    try:
        return int({"one": "1", "two": "2"}[name])
    except (KeyError, ValueError):
        return 0
