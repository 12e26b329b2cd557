"""Tell the rest of the house what happened: plugins hook in here."""

import logging
from typing import Callable, List

logger = logging.getLogger(__name__)

Listener = Callable[[str, str], None]
_listeners: List[Listener] = []


def listen(listener: Listener) -> Listener:
    """Register a listener; also usable as a decorator."""
    _listeners.append(listener)
    return listener


def announce(event: str, title: str) -> int:
    """Call every listener and return how many of them took the message."""
    heard = 0
    for listener in list(_listeners):
        try:
            listener(event, title)
        except Exception:
            # A plugin must never stop a book from being handed back.
            logger.exception("listener %r failed on %s", listener, event)
        else:
            heard += 1
    return heard


def signature() -> str:
    """The last line of every notice."""
    from bookclub.settings import get_settings  # avoid circular import

    return f"Please return books within {get_settings().loan_days} days."
