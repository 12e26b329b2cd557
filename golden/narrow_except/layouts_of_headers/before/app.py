def one(text: str) -> int:
    try:
        return int(text)
    except(Exception):
        return 0


def two(text: str, names: dict[str, int]) -> int:
    try:
        return int(text) + names[text]
    except Exception as error: return 0


def three(text: str) -> int:
    try:
        return int(text)
    except (
        Exception
    ) as error:
        return 0


def four(text: str) -> int:
    try: return int(text)
    except \
        Exception: pass
    return 0
