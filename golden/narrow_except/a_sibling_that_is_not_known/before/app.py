def number(text: str, errors) -> int:
    try:
        return int(text)
    except errors:
        return 0
    except Exception:
        return -1
