def number(text: str) -> int:
    try:
        try:
            return int(text)
        except ValueError as error:
            text = ""
            raise error
    except ValueError:
        return 0
