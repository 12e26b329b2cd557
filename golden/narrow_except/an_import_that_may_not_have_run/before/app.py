def options(arguments: list[str], is_short: bool) -> list:
    if is_short:
        import getopt
    try:
        return getopt.getopt(arguments, "v")[0]
    except Exception:
        return []


def again(arguments: list[str]) -> list:
    import getopt

    getopt = getopt
    try:
        return getopt.getopt(arguments, "v")[0]
    except Exception:
        return []


def gone(arguments: list[str]) -> list:
    import getopt

    try:
        found = getopt.getopt(arguments, "v")
        del getopt
        return found[0]
    except Exception:
        return []


def replaced(arguments: list[str]) -> list:
    import getopt

    def replace() -> None:
        nonlocal getopt
        getopt = None

    try:
        found = getopt.getopt(arguments, "v")
        replace()
        return found[0]
    except Exception:
        return []
