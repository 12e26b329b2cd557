"""Paths chosen by patterns as in a .gitignore, whoever wrote them: no pattern takes more than a moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from refactorkit.config import ConfigError

MOST = 1_000
"""Patterns in one list."""
LONGEST = 500
"""Characters of one pattern."""
MOST_DEEP = 3
"""`**` in one pattern: each of them may stand for every number of folders."""

STAR = r"\[\^/\]\*"
TOKEN = r"(?:\\.|\[(?:\\.|[^\]\\])+\](?!\*)|[^\\\[(/])"
CHUNK = re.compile(rf"{STAR}({TOKEN}+?)(?={STAR})")


def matcher(patterns: Sequence[str], where: str) -> Callable[[str], bool]:
    """Whether a path is named by a list of patterns. Raises ConfigError, saying `where`, for one that can't be used."""
    from pathspec import GitIgnoreSpec

    if len(patterns) > MOST:
        raise ConfigError(f"{where}: {len(patterns)} patterns, at most {MOST}: name folders instead")
    for pattern in patterns:
        if len(pattern) > LONGEST or pattern.count("**") > MOST_DEEP:
            raise ConfigError(
                f"{where}: {pattern[:40]!r} has more than {MOST_DEEP} `**` or {LONGEST} characters: "
                "write several patterns"
            )
    try:
        spec = GitIgnoreSpec.from_lines(patterns, backend="simple")
        for compiled in spec.patterns:
            if compiled.regex is not None:
                compiled.regex = re.compile(tamed(compiled.regex.pattern))
    except (ValueError, re.error) as error:
        raise ConfigError(f"{where}: {error}: correct the pattern") from error
    return spec.match_file


def tamed(regex: str) -> str:
    """A regular expression of pathspec that means the same and doesn't try the same thing again and again.

    What lies between two stars of a name may be sought from the left once and for all, since the second star takes
    whatever follows: so an atomic group will do, as in the standard library's `fnmatch`.
    """
    once = re.sub(rf"(?:{STAR}){{2,}}", "[^/]*", regex)
    whole = once.replace("(?:.+/)?", "(?:[^/]+/)*").replace("(?:/.+)?", "(?:/[^/]+)*")
    return CHUNK.sub(r"(?>[^/]*?\1)", whole)
