def number(texts: dict[str, str] | None, name: str) -> str:
    try:
        return texts[name]
    except Exception:
        return ""
