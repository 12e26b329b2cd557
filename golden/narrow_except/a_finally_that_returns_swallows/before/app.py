def number(text: str, names: dict[str, int]) -> int:
    try:
        try:
            return int(text)
        finally:
            return 0
    except Exception:
        return names[text]
