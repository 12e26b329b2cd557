def options(arguments: list[str]) -> list:
    import getopt

    try:
        return getopt.getopt(arguments, "v")[0]
    except Exception:
        return []


def number(data: bytes) -> int:
    from struct import error, unpack

    try:
        return unpack("I", data)
    except Exception:
        return 0
