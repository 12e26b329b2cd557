import os


def run():
    import json

    return json.dumps(os.name)
