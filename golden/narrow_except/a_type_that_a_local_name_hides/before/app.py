def number(text: str, ValueError: int) -> int:
    try:
        return int(text)
    except Exception:
        return ValueError
