"""Comments that ask for a strict URL type, and nothing else."""

from __future__ import annotations

import io
import re
import tokenize

MARKER = re.compile(r"#+\s*(?:TODO|FIXME|XXX|HACK)\b\s*(?:\([^)]*\))?\s*[:,-]?\s*", re.IGNORECASE)
"""What makes a comment a task: https://peps.python.org/pep-0350/ lists the usual words."""
REQUEST = (
    r"(?:(?:this|it)\s+)?(?:(?:should|must|ought\s+to|needs?\s+to)\s+)?"
    r"(?:(?:be(?:come)?|make|use|change|switch|convert|turn|migrate|move|validate|type|annotate)\b\s*"
    r"(?:(?:this|it)\b\s*)?(?:(?:to|into|as|with|be)\b\s*)?)?"
    r"(?:(?:a|an|the|pydantic'?s?|strict|proper|real)\s+)*"
)
MODAL = re.compile(
    r"#+\s*(?:(?:this|it)\s+)?(?:should|must|ought\s+to|needs?\s+to)\s+be(?:come)?\b", re.IGNORECASE
)


def is_task(comment: str, strict: str) -> bool:
    """Whether a comment asks for the strict type and for nothing else, so that it is done once the type is there."""
    marker = MARKER.match(comment)
    if not marker and not MODAL.match(comment):
        return False
    rest = comment[marker.end() :] if marker else comment.lstrip("# ")
    wish = (
        REQUEST
        + rf"[`'\"]?(?:pydantic\.)?{re.escape(strict)}[`'\"]?(?:\s+(?:here|instead|type|field|later))*\s*[.!]?\s*$"
    )
    return re.match(wish, rest, re.IGNORECASE) is not None


def alone(found: list[str], above: int) -> list[str]:
    """The comments without those that go on in the next line: a line above that isn't a task of its own does."""
    return [
        comment
        for index, comment in enumerate(found)
        if index + 1 >= above or MARKER.match(found[index + 1]) or not MARKER.match(comment)
    ]


def comments(code: str) -> list[tuple[int, str]]:
    """The comments of a piece of code, each with its line counted from 1. Code cut out of a block is fine."""
    found = []
    try:  # newline=None: a lone carriage return ends a line for Python, and for its tokenizer only after translation
        for token in tokenize.generate_tokens(io.StringIO(code.lstrip(" \t"), newline=None).readline):
            if token.type == tokenize.COMMENT:
                found.append((token.start[0], token.string.rstrip()))
    except (tokenize.TokenError, IndentationError):
        pass
    return found
