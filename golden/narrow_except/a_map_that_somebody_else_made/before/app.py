def later(text: str) -> list[int]:
    numbers = map(int, text.split("."))
    try:
        return list(numbers)
    except Exception:
        return []


def given(text: str, make) -> list:
    try:
        return list(map(make, text.split(".")))
    except Exception:
        return []


def of_anything(texts) -> list[int]:
    try:
        return list(map(int, texts))
    except Exception:
        return []
