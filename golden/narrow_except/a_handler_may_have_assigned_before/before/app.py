def number(path: str, given):
    text = given
    try:
        with open(path) as file:
            text = file.read()
    except OSError:
        pass
    try:
        return int(text)
    except Exception:
        return 0


def read(path: str):
    try:
        with open(path) as file:
            text = file.read()
    except OSError:
        return None
    try:
        return int(text)
    except Exception:
        return 0
