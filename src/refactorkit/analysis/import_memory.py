"""What hoist-imports found out about a project, kept by all that it read: the project is decided on again when that changes.

There are two kinds of what is read. Everything that counts for every decision is in the key: imports, replaced names,
what the project's configuration says, the options. What only some decisions look at, such as the text of a module that
symbols move out of, is asked for one by one, and kept with the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from refactorkit.analysis.import_edits import ImportFacts
from refactorkit.analysis.import_reading import digests
from refactorkit.analysis.project_text import Asked, ProjectText
from refactorkit.config import Scope
from refactorkit.facts import Answers
from refactorkit.model import Source


class _Known(msgspec.Struct, frozen=True):
    """The facts, and the questions to the project's text that they rest on."""

    asked: tuple[Asked, ...]
    facts: ImportFacts


_answers = Answers(_Known, "hoist-imports")


def remembered(
    identifier: str,
    sources: Mapping[str, Source],
    scope: Scope,
    options: Mapping[str, object],
    configuration: Mapping[str, bytes],
    compute: Callable[[ProjectText], ImportFacts],
) -> ImportFacts:
    """What `compute` makes of the project, which it may know by nothing but `import_reading` and the text that it is given."""
    text = ProjectText(sources)
    if not _answers.is_kept():
        return compute(text)
    read = digests(identifier, sources)
    try:
        told = msgspec.msgpack.encode((scope, options, sorted(configuration.items())), order="deterministic")
    except (
        UnicodeEncodeError,
        TypeError,
    ):  # a scope that names a file whose name is no UTF-8, or holds no plain data
        return compute(text)
    if read is None:
        return compute(text)
    key = _answers.key(told, *read)
    known = _answers.found([key]).get(key)
    if known is not None and text.still_says(known.asked):
        return known.facts
    facts = compute(text)
    _answers.keep({key: _Known(text.asked(), facts)})
    return facts
