def number(text: str) -> int:
    try:
        class Reader:
            value = int(text)

        return Reader.value
    except Exception:
        return 0
