import logging

logger = logging.getLogger(__name__)


def first(text: str) -> int:
    try:
        return int(text)
    except Exception:
        return 0


def second(action) -> None:
    try:
        action()
    except Exception:
        pass  # nobody minds


def third(action) -> None:
    try:
        action()
    except Exception:
        logger.error("failed")
