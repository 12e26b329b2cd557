from contextlib import suppress


def number(text: str, names: dict[str, int]) -> int:
    try:
        with suppress(ValueError):
            return int(text)
        return names[text]
    except KeyError:
        return 0
