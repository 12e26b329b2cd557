def check(count: int) -> int:
    if count < 1:
        raise OSError(2, "none")
    return count


def sell(count: int) -> int | None:
    try:
        return check(count)
    except OSError as error:
        return error.errno or len(error.args)
