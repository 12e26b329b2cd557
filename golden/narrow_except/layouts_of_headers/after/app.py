def one(text: str) -> int:
    try:
        return int(text)
    except(ValueError):
        return 0


def two(text: str, names: dict[str, int]) -> int:
    try:
        return int(text) + names[text]
    except (KeyError, ValueError) as error: return 0


def three(text: str) -> int:
    try:
        return int(text)
    except (
        ValueError
    ) as error:
        return 0


def four(text: str) -> int:
    try: return int(text)
    except \
        ValueError: pass
    return 0
