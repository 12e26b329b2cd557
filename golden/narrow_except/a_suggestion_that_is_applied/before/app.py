def number(text):
    try:
        return int(text)
    except Exception:
        return 0
