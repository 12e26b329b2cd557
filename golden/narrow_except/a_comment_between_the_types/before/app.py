def number(text: str) -> int:
    try:
        return int(text)
    except (
        KeyError,  # from before
        Exception,
    ):
        return 0
