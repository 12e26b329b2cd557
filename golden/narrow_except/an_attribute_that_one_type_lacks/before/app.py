def check(text: str) -> int:
    if not text:
        raise OSError(2, "none")
    return int(text)


def sell(text: str) -> int | None:
    try:
        return check(text)
    except Exception as error:
        return error.errno
