"""One run of one function: what it does to the outside, and what the outside answers.

The outside is made of fakes. Whenever the code under test depends on a fake (is it true? does it hold anything? does
this call fail?), the world decides. A run can be steered by choosing answers by key; a key names the question and how
often it has been asked, so that two implementations that ask the same questions get the same answers, in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 3
"""A question that is asked more often than this gets the other answer, so that loops end."""
MOST_EFFECTS = 300
MOST_QUESTIONS = 3000


class Exhausted(BaseException):
    """The run did more than a run may do: a loop that the fakes keep going."""


class World:
    """The log, the answers and the coverage of one run."""

    def __init__(self, choices: dict[str, str]) -> None:
        self.choices = choices
        self.log: list[str] = []
        self.asked: dict[str, tuple[str, ...]] = {}
        self.covered: set[str] = set()
        self.pending: list[Any] = []
        self.handlers: Callable[[], Any] | None = None
        self.inside = ""
        self.awaited: frozenset[str] = frozenset()
        self._counts: Counter[str] = Counter()
        self._questions = 0

    def decide(self, question: str, default: str, others: Sequence[str]) -> str:
        """The answer to a question: the chosen one, or the default, or after some patience the first of the others."""
        self._questions += 1
        if self._questions > MOST_QUESTIONS:
            raise Exhausted
        self._counts[question] += 1
        count = self._counts[question]
        key = f"{question} @{count}"
        if key in self.choices:
            return self.choices[key]
        if count > PATIENCE:
            return others[0] if others else default
        self.asked[key] = tuple(others)
        return default

    def is_so(self, question: str, default: bool = True) -> bool:
        """A yes-or-no question."""
        words = ("no", "yes")
        return self.decide(question, words[default], (words[not default],)) == "yes"

    def effect(self, line: str) -> int:
        """Record what the code did to the outside; its number, from 1."""
        if len(self.log) >= MOST_EFFECTS:
            raise Exhausted
        self.log.append(line)
        return len(self.log)


class _Current:
    """The world of the run that is under way, for code in any thread."""

    world = World({})


_current = _Current()


def world() -> World:
    """The world of the run that is under way."""
    return _current.world


def begin(choices: dict[str, str]) -> World:
    """Start a run with these answers."""
    _current.world = World(choices)
    return _current.world
