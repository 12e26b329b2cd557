def head(names: list[str]) -> list[str]:
    try:
        return names[:3]
    except Exception:
        return []
