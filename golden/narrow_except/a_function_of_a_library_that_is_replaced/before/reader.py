import json


def read(text: str) -> object:
    try:
        return json.loads(text)
    except Exception:
        return None


def number(text: str) -> int:
    try:
        return int(text)
    except Exception:
        return 0
