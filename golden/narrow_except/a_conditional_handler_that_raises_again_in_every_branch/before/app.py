def number(text: str) -> int:
    try:
        return int(text)
    except Exception:
        if text:
            print("no number")
            raise
        else:
            raise
