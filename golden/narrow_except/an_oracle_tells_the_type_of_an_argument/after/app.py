def parse(row: tuple[str, bytes]) -> int:
    text, raw = row
    try:
        return int(text)
    except ValueError:
        return len(raw)
