def first(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def second(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # noqa: S110 - nobody minds
        return 0


def third(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def fourth(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # a comment that stays  # the format is theirs
        return 0


def fifth(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # pylint: disable=unused-variable  # pragma: no cover
        return 0
