import re


def number(text: str):
    match = re.match(r"(\d+)", text)
    try:
        return int(match.group(1))
    except Exception:
        return 0


def tested(text: str):
    match = re.match(r"(\d+)", text)
    if match is None:
        return 0
    try:
        return int(match.group(1))
    except Exception:
        return 0
