def numbers(texts: list[str]) -> int:
    found = 0
    for text in texts:
        try:
            found = int(text)
        except Exception:
            continue
    return found
