def number(text: str) -> int:
    try:
        return int(text)
    except Exception:
        print("failed")
        raise


def other(text: str) -> int:
    try:
        return int(text)
    except BaseException as error:
        if text:
            print(error)
        raise error
