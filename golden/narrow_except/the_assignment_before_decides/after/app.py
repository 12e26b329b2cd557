def port(text: str | None, given):
    text = text or "80"
    if given:
        text = text.strip()
    try:
        return int(text)
    except ValueError:
        return 80


def number(value):
    value = str(value)
    try:
        return int(value)
    except ValueError:
        return 0
