def number(text):
    try:
        return int(text)
    except (OverflowError, ValueError):
        return 0
