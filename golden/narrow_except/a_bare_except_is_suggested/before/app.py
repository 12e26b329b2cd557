import somewhere


def number(text: str) -> int:
    try:
        return somewhere.number(text)
    except:
        return 0
