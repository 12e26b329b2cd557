"""What the syntax alone says about an except clause: where it stands, what it does, and what it guards."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

LOOPS = (ast.For, ast.AsyncFor, ast.While)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)
CLEANING = frozenset(
    [
        "__exit__",
        "__aexit__",
        "close",
        "aclose",
        "shutdown",
        "teardown",
        "tear_down",
        "tearDown",
        "cleanup",
        "clean_up",
        "stop",
        "dispose",
        "disconnect",
        "terminate",
    ]
)
"""Last names, without underscores in front, of functions that put things away."""
REGISTRARS = frozenset(
    [
        "register",
        "signal",
        "Thread",
        "Timer",
        "Process",
        "add_done_callback",
        "call_soon",
        "call_later",
        "call_at",
        "call_soon_threadsafe",
        "add_signal_handler",
        "set_exception_handler",
        "run_in_executor",
        "submit",
        "finalize",
        "add_reader",
        "add_writer",
        "start_new_thread",
        "settrace",
        "setprofile",
        "add_callback",
        "start_soon",
    ]
)
"""Last names of functions that are given another one, to be called by nobody who would see its exception."""
REGISTERING = re.compile(rb"\b(?:" + "|".join(sorted(REGISTRARS)).encode() + rb")\s*\(")
HANDING_ON = frozenset(["set_exception", "throw", "athrow"])
"""Methods that give an exception to somebody else."""
TASK_GROUPS = frozenset(["TaskGroup", "create_task_group", "open_nursery"])
RETRYING = frozenset(
    ["attempt", "attempts", "retry", "retries", "tries", "_attempt", "try_number", "n_retries"]
)
RETRY_LIMITS = ("retr", "attempt", "tries")


class Trait(StrEnum):
    """What is true of a clause."""

    RERAISES = "re-raises"
    TRANSLATES = "translates"
    IN_LOOP = "in-loop"
    DESTRUCTOR = "destructor"
    CALLBACK = "callback"
    CLEANUP = "cleanup"
    YIELDS = "yields"
    AWAITS = "awaits"
    TASK_GROUP = "task-group"
    STAR = "star"
    PASSES_ON = "passes-on"


def traits_of(
    attempt: ast.Try,
    handler: ast.ExceptHandler,
    around: Sequence[tuple[ast.AST, str]],
    registered: frozenset[str],
) -> Iterator[Trait]:
    """The traits of a clause. `around` are the nodes around the try, from the outermost, each with the field it is in;
    `registered` the names of functions that the file hands to somebody who calls them."""
    if type(attempt).__name__ == "TryStar":
        yield Trait.STAR
    if always_reraises(handler.body, handler.name):
        yield Trait.RERAISES
    elif any(
        isinstance(n, ast.Raise) and n.exc is not None and not _is(n.exc, handler.name)
        for n in own(handler.body)
    ):
        yield Trait.TRANSLATES
    if any(isinstance(n, ast.Call) and _last(n) in HANDING_ON for n in own(handler.body)):
        yield Trait.PASSES_ON
    guarded = list(own(attempt.body))
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in guarded):
        yield Trait.YIELDS
    if any(isinstance(n, ast.Await | ast.AsyncFor | ast.AsyncWith) or _is_async(n) for n in guarded):
        yield Trait.AWAITS
    if any(_last(n) in TASK_GROUPS for n in guarded if isinstance(n, ast.Call)):
        yield Trait.TASK_GROUP
    yield from _placed(attempt, handler, around, registered)


def _placed(
    attempt: ast.Try,
    handler: ast.ExceptHandler,
    around: Sequence[tuple[ast.AST, str]],
    registered: frozenset[str],
) -> Iterator[Trait]:
    """What the nodes around say: the function, and the loops and other handlers in it."""
    is_loop = is_cleaning = False
    for node, field in reversed(around):
        if isinstance(node, FUNCTIONS):
            name = getattr(node, "name", "")
            if name == "__del__" or any(
                _last_name(d) == "register" for d in getattr(node, "decorator_list", ())
            ):
                yield Trait.DESTRUCTOR
            elif name in registered:
                yield Trait.CALLBACK
            is_cleaning |= name.lstrip("_") in CLEANING or name in CLEANING
            break
        if isinstance(node, LOOPS) and field == "body" and not is_loop:
            is_loop = _serves(node, attempt, handler)
        is_cleaning |= (
            isinstance(node, ast.Try) or type(node).__name__ == "TryStar"
        ) and field == "finalbody"
        is_cleaning |= isinstance(node, ast.ExceptHandler) and isinstance(node.body[-1], ast.Raise)
    if is_loop:
        yield Trait.IN_LOOP
    if is_cleaning:
        yield Trait.CLEANUP


def _serves(loop: ast.AST, attempt: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether a loop goes on after the handler to do the same again: an event, worker or retry loop."""
    if not goes_on(handler.body):
        return False
    if isinstance(loop, ast.While):
        return True
    target = getattr(loop, "target", None)
    names = {n.id.lower() for n in ast.walk(target) if isinstance(n, ast.Name)} if target else set()
    if names & RETRYING or type(loop).__name__ == "AsyncFor":
        return True
    limit = ast.dump(loop.iter).lower() if isinstance(loop, ast.For) else ""
    if any(word in limit for word in RETRY_LIMITS):
        return True
    counts = (
        isinstance(loop, ast.For)
        and isinstance(loop.iter, ast.Call)
        and _last(loop.iter) in ("range", "count")
    )
    leaves = any(isinstance(n, ast.Return | ast.Break) for n in own([*attempt.body, *attempt.orelse]))
    return counts and leaves


def goes_on(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop around may go on after these statements: they can end, or continue."""
    last = body[-1]
    if any(isinstance(n, ast.Continue) for n in own(body)):
        return True
    if isinstance(last, ast.Return | ast.Raise | ast.Break):
        return False
    if isinstance(last, ast.If) and last.orelse:
        return goes_on(last.body) or goes_on(last.orelse)
    return True


def always_reraises(body: Sequence[ast.stmt], name: str | None) -> bool:
    """Whether every way through a handler ends with the exception that it caught."""
    if any(isinstance(n, ast.Return | ast.Break | ast.Continue) for n in own(body)):
        return False
    if any(isinstance(n, ast.Raise) and not _is_again(n, name) for n in own(body)):
        return False
    last = body[-1]
    if isinstance(last, ast.If) and last.orelse:
        return always_reraises(last.body, name) and always_reraises(last.orelse, name)
    if isinstance(last, ast.With | ast.AsyncWith):
        return always_reraises(last.body, name)
    return isinstance(last, ast.Raise)


def _is_again(node: ast.Raise, name: str | None) -> bool:
    return node.exc is None or (_is(node.exc, name) and node.cause is None)


def _is(node: ast.expr, name: str | None) -> bool:
    return name is not None and isinstance(node, ast.Name) and node.id == name


def own(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of some statements, those of functions and classes inside left out."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def registered(data: bytes, tree: ast.Module) -> frozenset[str]:
    """The last names of functions that are handed to a registrar: thread targets, signal handlers, callbacks."""
    if b"except" not in data or not REGISTERING.search(data):
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last(node) in REGISTRARS:
            given = [*node.args, *(k.value for k in node.keywords)]
            found |= {name for value in given if (name := _last_name(value))}
    return frozenset(found)


def attributes_of(handler: ast.ExceptHandler) -> tuple[str, ...]:
    """The attributes that a clause reads of the exception that it binds."""
    return tuple(
        sorted(
            {
                node.attr
                for node in ast.walk(ast.Module(handler.body, []))
                if isinstance(node, ast.Attribute) and _is(node.value, handler.name)
            }
        )
    )


def _is_async(node: ast.AST) -> bool:
    return isinstance(node, ast.comprehension) and bool(node.is_async)


def _last(call: ast.Call) -> str:
    return _last_name(call.func)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
