"""Why an awaited call whose name is a sync half's was left as it is."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What stopped a caller from taking the async name."""

    UNRESOLVED_RECEIVER = "unresolved-receiver"
    """What the call is called on isn't known: annotate it."""
    OTHER_FUNCTION = "other-function"
    """The call only shares the name: it means a function of a library, or one that is no sync half."""
    INTERFACE_WITHOUT_ASYNC_NAME = "interface-without-async-name"
    """The class that the call goes through declares only this one name, so that a subclass may have no async half."""
    OVERRIDDEN_HALF = "overridden-half"
    """The class or a known subclass has another async half than its sync half hands calls to: override both together."""
    ASKS_FOR_SYNC = "asks-for-sync"
    """The call says itself which half it wants, or unpacks keyword arguments that may."""
    DECORATED_HALF = "decorated-half"
    """A decorator around the dispatcher would no longer run: give it to the async half too, and change the call."""
    REPLACED_NAME = "replaced-name"
    """Something replaces the sync half at run time, such as a test's patch, which would miss the call: replace both halves."""
    ASYNC_NAME_NOT_REACHABLE = "async-name-not-reachable"
    """The async name can't be had the way the sync one is: export it from the same module, or import it by hand."""
    ASYNC_NAME_TAKEN = "async-name-taken"
    """The async name means something else where the call stands: rename that."""
