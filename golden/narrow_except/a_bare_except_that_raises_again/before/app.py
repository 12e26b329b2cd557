def number(text: str) -> int:
    try:
        return int(text)
    except:
        print("failed")
        raise
