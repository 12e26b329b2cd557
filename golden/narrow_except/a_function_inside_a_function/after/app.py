def outer(text: str) -> int:
    def inner() -> int:
        return int(text)

    try:
        return inner()
    except ValueError:
        return 0
