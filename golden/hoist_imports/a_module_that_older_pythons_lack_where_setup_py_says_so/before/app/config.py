def read(text: str) -> dict:
    import tomllib

    return tomllib.loads(text)


def shown(value: object) -> str:
    import json

    return json.dumps(value)
