def parse(row: list[str]) -> int:
    text = max(row, key=id)
    try:
        return int(text)
    except ValueError:
        return len(row)
