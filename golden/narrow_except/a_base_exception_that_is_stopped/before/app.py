def number(text: str) -> int:
    try:
        return int(text)
    except BaseException:
        return 0
