import json


def read(text: str) -> dict:
    import tomllib

    return tomllib.loads(text)


def shown(value: object) -> str:
    return json.dumps(value)
