def pair():
    return "1", "2"


def total(pairs: dict[str, str]):
    try:
        one, other = pair()
        for key, value in pairs.items():
            other = other + key + value
        return int(one)
    except Exception:
        return 0


def parts(text: str):
    name, _, version = text.partition("=")
    try:
        return name, int(version)
    except Exception:
        return name, 0
