def pair(parts: list[str]) -> tuple[str, str]:
    try:
        left, right = parts
        return left, right
    except Exception:
        return "", ""
