def numbers(texts: list[str]) -> list[int]:
    try:
        return [int(text) for text in texts]
    except Exception:
        return []
