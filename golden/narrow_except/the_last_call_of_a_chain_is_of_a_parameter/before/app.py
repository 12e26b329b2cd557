def parse(text: str, names: dict[str, int], make):
    return make(text)


def third(text: str, names: dict[str, int], make):
    return parse(text, names, make)


def second(text: str, names: dict[str, int], make):
    return third(text, names, make), names[text]


def first(text: str, names: dict[str, int], make):
    return second(text, names, make)


def load(text: str, names: dict[str, int], make):
    try:
        return first(text, names, make)
    except Exception:
        return None
