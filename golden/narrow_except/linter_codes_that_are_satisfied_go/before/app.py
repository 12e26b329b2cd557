def first(text: str) -> int:
    try:
        return int(text)
    except Exception:  # noqa: BLE001
        return 0


def second(text: str) -> int:
    try:
        return int(text)
    except Exception:  # noqa: BLE001, S110 - nobody minds
        return 0


def third(text: str) -> int:
    try:
        return int(text)
    except Exception:  # pylint: disable=broad-except
        return 0


def fourth(text: str) -> int:
    try:
        return int(text)
    except Exception:  # a comment that stays  # noqa: BLE001 the format is theirs
        return 0


def fifth(text: str) -> int:
    try:
        return int(text)
    except Exception:  # pylint: disable=broad-exception-caught,unused-variable  # pragma: no cover
        return 0
