import uuid


def is_one(value) -> bool:
    try:
        uuid.UUID(value)
    except Exception:
        return False
    return True


def is_one_in_text(value: str) -> bool:
    try:
        uuid.UUID(value)
    except Exception:
        return False
    return True
