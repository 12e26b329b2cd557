def number(text: str, names: dict[str, int]) -> int:
    try:
        try:
            return int(text)
        except ValueError:
            return names[text]
    except Exception:
        return 0
