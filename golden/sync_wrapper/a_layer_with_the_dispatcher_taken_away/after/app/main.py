from app.store import load


def main() -> str:
    return load("x")
