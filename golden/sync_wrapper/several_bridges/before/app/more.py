from typing import Any, Coroutine


def block_on(coroutine: Coroutine[Any, Any, int]) -> int: ...


def wait_for(coroutine: Coroutine[Any, Any, int]) -> int: ...
