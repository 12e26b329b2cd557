def number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
    except Exception:
        return -1
