def number(text: str) -> int:
    try:
        return int(text)
    except (ValueError, KeyError):
        return 0
    except OSError as error:
        return error.errno


MENTION = "except Exception: in a text"
