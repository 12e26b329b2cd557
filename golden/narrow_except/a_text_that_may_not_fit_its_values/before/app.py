def say(text: str, count: int) -> str:
    try:
        return text % count
    except Exception:
        return text
