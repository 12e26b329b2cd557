"""What the instructions of a code object say about its `except` clauses."""

from __future__ import annotations

import itertools
import opcode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType


def _operations(*names: str) -> frozenset[int]:
    return frozenset(opcode.opmap[name] for name in names if name in opcode.opmap)


_CHECK, _PUSH, _POP = _operations("CHECK_EXC_MATCH"), _operations("PUSH_EXC_INFO"), _operations("POP_TOP")
POP_EXCEPT, RERAISE, _EXTENDED = (
    _operations("POP_EXCEPT"),
    _operations("RERAISE"),
    _operations("EXTENDED_ARG"),
)
_ENDS = _PUSH | RERAISE | POP_EXCEPT
_CACHE, _ITERATING = _operations("CACHE"), _operations("FOR_ITER", "SEND")
_PASSED = _operations("CACHE", "NOP", "NOT_TAKEN")


def handler_of(code: CodeType, offset: int) -> int | None:
    """Where an exception at an instruction leads to; None for out of the function.

    The format of the table: https://github.com/python/cpython/blob/3.12/Objects/exception_handling_notes.txt
    """
    numbers: list[int] = []
    is_continued = False
    for byte in code.co_exceptiontable:
        if not is_continued:
            numbers.append(byte & 0x3F)
        else:
            numbers[-1] = numbers[-1] << 6 | byte & 0x3F
        is_continued = bool(byte & 0x40)
    for at in range(0, len(numbers) - 3, 4):
        start, length, target = numbers[at : at + 3]
        if start <= offset // 2 < start + length:
            return 2 * target
    return None


def takes_end(code: CodeType, offset: int) -> bool:
    """Whether the instruction, such as that of a `for` loop, takes a StopIteration for the end of an iteration."""
    raw = code.co_code
    while raw[offset] in _CACHE and offset:  # on 3.13, errors may point at the data of an instruction
        offset -= 2
    return raw[offset] in _ITERATING


def first_clause(code: CodeType, offset: int) -> int | None:
    """The line of the first `except` of the chain at an entry of the exception table; None for any other entry."""
    raw = code.co_code
    if raw[offset] not in _PUSH:
        return None
    step = _after(raw, offset + 2)
    if raw[step] in _POP:  # a bare `except:`
        return _line(code, step)
    while step < len(raw) and raw[step] not in _ENDS:
        if raw[step] in _CHECK:
            return _line(code, step)
        step += 2
    return None


def bodies(code: CodeType) -> list[tuple[int, int | None]]:
    """Where the bodies of `except` clauses begin (on 3.11), and the lines of the clauses."""
    raw = code.co_code
    found = []
    for offset in range(0, len(raw), 2):
        if raw[offset] in _PUSH:
            step = _after(raw, offset + 2)
            if raw[step] in _POP:
                found.append((step, _line(code, step)))
        elif raw[offset] in _CHECK:
            jump, distance = offset + 2, 0
            while raw[jump] in _EXTENDED:
                distance = (distance | raw[jump + 1]) << 8
                jump += 2
            body = jump + 2
            other = _after(raw, body + 2 * (distance | raw[jump + 1]))
            found.append((body, _line(code, offset)))
            if raw[other] in _POP:  # a bare `except:` after other clauses
                found.append((other, _line(code, other)))
    return found


def _after(raw: bytes, offset: int) -> int:
    """The next instruction that does something."""
    while raw[offset] in _PASSED:
        offset += 2
    return offset


def _line(code: CodeType, offset: int) -> int | None:
    position = next(itertools.islice(code.co_positions(), offset // 2, None), None)
    return position[0] if position else None
