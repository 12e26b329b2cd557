def parse(text: str) -> int:
    return int(text)


globals()["parse"] = len


def number(text: str) -> int:
    try:
        return parse(text)
    except Exception:
        return 0
