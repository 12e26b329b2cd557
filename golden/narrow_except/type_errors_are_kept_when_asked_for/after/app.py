def number(text: str) -> int:
    try:
        return int(text)
    except (AttributeError, NameError, TypeError, ValueError):
        return 0
