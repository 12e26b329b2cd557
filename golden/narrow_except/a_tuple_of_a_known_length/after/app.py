def pair():
    return "1", "2"


def print_length(text: str) -> None:
    len(text)


def total(pairs: dict[str, str]):
    try:
        one, other = pair()
        for key, value in pairs.items():
            names = key + value + other
            print_length(names)
        return int(one)
    except (RuntimeError, ValueError):
        return 0


def parts(text: str):
    name, _, version = text.partition("=")
    try:
        return name, int(version)
    except ValueError:
        return name, 0
