import json


def loads(text: str) -> int:
    return 1


json.loads = loads
