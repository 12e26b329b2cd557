import reader


def patched(text: str) -> int:
    return 1


reader.parse = patched
