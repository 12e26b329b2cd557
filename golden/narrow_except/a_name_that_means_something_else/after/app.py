def int(text: str) -> str:
    return {"one": "1"}[text]


def number(text: str) -> str:
    try:
        return int(text)
    except KeyError:
        return ""
