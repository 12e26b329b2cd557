def first(names: list[str]) -> str:
    try:
        return names[0]
    except Exception:
        return ""
