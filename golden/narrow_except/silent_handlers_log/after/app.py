import logging

logger = logging.getLogger(__name__)


def first(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        logger.warning("first goes on after an exception", exc_info=True)
        return 0


def second(action) -> None:
    try:
        action()
    except Exception:
        logger.warning("second goes on after an exception", exc_info=True)  # nobody minds


def third(action) -> None:
    try:
        action()
    except Exception:
        logger.error("failed")
