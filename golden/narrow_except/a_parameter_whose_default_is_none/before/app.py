def number(text: str = None) -> int:
    try:
        return int(text)
    except Exception:
        return 0
