"""Which cases are run: every context once, and in the plain one every path that the answers of the fakes can open."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .subject import ONE, SEVERAL

Case = dict[str, Any]
Observation = dict[str, Any]


EXPLORED = ("required", "all", "plain", ONE, SEVERAL)
"""The ways of giving arguments for which paths are enumerated; the others show what is passed on, for which one will do."""
NUMBER = re.compile(r"#\d+")
"""The number of an effect, which differs between paths that are alike otherwise."""
PASSED = ("required", "all", "positional")
"""The ways that are tried in each other context: how arguments are passed on doesn't depend on where."""
PERSEVERANCE = 8
"""How many times more paths are tried while some line has not run."""


def explore(
    observe: Callable[[Case], Observation], ways: list[str], contexts: list[str], items: set[str], most: int
) -> Iterator[tuple[Case, Observation]]:
    """Cases with their observations; at most `most` paths for each way of giving arguments while `items` are covered.

    A path that runs new lines or asks something new is followed up first: its questions are the ones that lead on.
    """
    covered: set[str] = set()
    for way in ways:
        limit = most if way in EXPLORED else 4 if way.startswith("None for ") else 1
        yield from _paths(observe, way, limit, covered, items)
    for context in contexts:
        for way in PASSED if context != "plain" else ():
            case = {"context": context, "way": way, "choices": {}}
            yield case, observe(case)


def _paths(
    observe: Callable[[Case], Observation], way: str, most: int, covered: set[str], items: set[str]
) -> Iterator[tuple[Case, Observation]]:
    waiting: list[dict[str, str]] = [{}]
    seen = {"{}"}
    count = 0
    while waiting and (count < most or (count > 1 and count < most * PERSEVERANCE and items - covered)):
        choices = waiting.pop(0)
        case = {"context": "plain", "way": way, "choices": choices}
        observation = observe(case)
        count += 1
        yield case, observation
        reached = {*observation["covered"], *(NUMBER.sub("", key) for key, _ in observation["asked"])}
        is_new = not covered.issuperset(reached)
        covered |= reached
        following = []
        for key, others in observation["asked"]:
            for answer in others:
                further = {**choices, key: answer}
                mark = json.dumps(further, sort_keys=True)
                if mark not in seen:
                    seen.add(mark)
                    following.append(further)
        waiting = following + waiting if is_new else waiting + following
