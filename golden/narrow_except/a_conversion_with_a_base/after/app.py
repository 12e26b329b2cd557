def octal(text) -> int:
    try:
        return int(text, 8)
    except ValueError:
        return 0


def decimal(text) -> int:
    try:
        return int(text)
    except Exception:
        return 0
