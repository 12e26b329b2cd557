from app import Tool


def run():
    return Tool()
