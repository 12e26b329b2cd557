"""Which exceptions enter each broad handler, found out by another way: code that is written into the handlers.

The copy of a source logs the type of the exception first thing in the body of each broad handler.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from refactorkit.observation.planning import is_broad

LOGGER = """
import os, sys

def hit(log, number):
    kind = type(sys.exception())
    module, name = (type.__dict__[key].__get__(kind) for key in ("__module__", "__qualname__"))
    name = name if module == "builtins" else f"{module}.{name}"
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{number} {name}\\n".encode())
    os.close(handle)
"""
CALL = "__import__('ground_truth_logger').hit({log!r}, {number})"


def broad_handlers(source: str) -> list[ast.ExceptHandler]:
    """The broad handlers in the order of the source, without those of `except*`."""
    tries = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Try)]
    found = [handler for node in tries for handler in node.handlers if is_broad(handler.type)]
    return sorted(found, key=lambda handler: handler.lineno)


def instrumented(source: str, log: Path, start: int = 0) -> str:
    """The source with a call at the start of each broad handler; the handlers are numbered from `start`."""
    lines = source.splitlines(keepends=True)
    for number, handler in reversed(list(enumerate(broad_handlers(source), start))):
        first = handler.body[0]
        row = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))]) - 1
        text = lines[row].encode()
        before, after = text[: first.col_offset].decode(), text[first.col_offset :].decode()
        call = CALL.format(log=str(log), number=number)
        lines[row] = f"{before}{call}; {after}" if before.strip() else f"{before}{call}\n{before}{after}"
    made = "".join(lines)
    ast.parse(made)
    return made


def entered(log: Path) -> Counter[tuple[int, str]]:
    """How often each type entered each handler, by number."""
    found: Counter[tuple[int, str]] = Counter()
    for line in log.read_text("utf-8").splitlines() if log.exists() else ():
        number, _, name = line.partition(" ")
        found[int(number), name] += 1
    return found
