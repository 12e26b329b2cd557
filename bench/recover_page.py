"""The figures of `bench.recover` as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from bench.packages import DEVELOPMENT, HELD_OUT

if TYPE_CHECKING:
    from bench.recover import Judged, Tally

HEAD = ("subject", "tries", "one statement", "narrowed", "recall", "precision", "coverage", "guards narrowed")
NOTES = {
    "jinja2/nativetypes.py:39": "no MemoryError is one of the stated assumptions",
    "urllib3/fields.py:66": "encoding text raises no UnicodeDecodeError in Python 3",
    "setuptools/_distutils/command/build_py.py:64": "a hole: the attribute is set from outside, by a computed name",
    **dict.fromkeys(
        (f"jinja2/filters.py:{line}" for line in (1731, 1753, 1766)),
        "an item of a tuple: an IndexError, which is a LookupError",
    ),
}
"""What was found out about misses."""
INTRODUCTION = """# Recovering the handlers of humans

Written by `python -m bench.recover --write`. In real code, each `try` whose handlers are all narrow gets one `except Exception`
in their place, and narrow-except judges it, with all other handlers as they are. What it would write at level `proved` is held
against what the human wrote.

- **recall**: of the types that the human lists, those that our handler catches too: we name the type or a superclass of it.
  A type that is missed could be a wrong edit. Each one is listed below.
- **precision**: of the types that we name, those that have to do with a type of the human's: one is, or is above or below, the other.
- **coverage**: of the bodies of one statement, those that are narrowed.
- **guards**: tries whose human lists TypeError, AttributeError or NameError. Well-typed code raises none of these, so they are
  in none of the other figures; here is how many of these tries are narrowed, which should stay as they are. A try whose body
  raises such an error itself is no guard where our handler catches it, too.

Packages "held out" were chosen after the knowledge base was written.
"""


def page(tallies: Sequence[Tally]) -> str:
    """The page, in Markdown."""
    lines = [INTRODUCTION, "| " + " | ".join(HEAD) + " |", "|" + " --- |" * len(HEAD)]
    lines += [_row(tally.subject, [tally]) for tally in tallies]
    groups: list[tuple[str, Callable[[str], bool]]] = [
        ("packages looked at", lambda name: name in DEVELOPMENT),
        ("packages held out", lambda name: name in HELD_OUT),
        ("everything", lambda name: True),
    ]
    for title, is_in in groups:
        group = [tally for tally in tallies if is_in(tally.subject)]
        if len(group) > 1:
            lines.append(_row(f"**{title}**", group))
    missed = [one for tally in tallies for one in tally.counted() if one.is_proved and one.missed]
    lines += ["", "## Missed", ""]
    lines += [_missed(one) for one in missed] or ["Nothing."]
    return "\n".join(lines) + "\n"


def _row(name: str, tallies: Sequence[Tally]) -> str:
    counted = [one for tally in tallies for one in tally.counted()]
    cells = [
        name,
        str(len(counted)),
        str(sum(one.statements == 1 for one in counted)),
        str(sum(one.is_proved for one in counted)),
        _share(tally.recall() for tally in tallies),
        _share(tally.precision() for tally in tallies),
        _share(tally.coverage() for tally in tallies),
        "{} of {}".format(*_sum(tally.guards() for tally in tallies)),
    ]
    return "| " + " | ".join(cells) + " |"


def _sum(parts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    pairs = list(parts)
    return sum(part for part, _ in pairs), sum(whole for _, whole in pairs)


def _share(parts: Iterable[tuple[int, int]]) -> str:
    part, whole = _sum(parts)
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "none"


def _missed(one: Judged) -> str:
    note = f" ({NOTES[one.place]})" if one.place in NOTES else ""
    return f"- `{one.place}`: the human lists {', '.join(one.missed)}; ours: {', '.join(one.ours)}{note}"
