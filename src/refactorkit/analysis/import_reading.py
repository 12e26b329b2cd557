"""What hoist-imports reads of every file, whatever it decides: imports, names that are replaced, comments that hold it off.

Its digests stand for all of that which counts. Code that changes without touching any of it, such as the body of a
function, leaves them as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.import_facts import FileImports, file_imports
from refactorkit.analysis.import_hazards import Replaced, may_replace, replaced_names
from refactorkit.cache import digest
from refactorkit.codemod import is_suppressed
from refactorkit.facts import FAILURE
from refactorkit.model import Source
from refactorkit.syntax import KEPT

AT_ONCE = KEPT // 2
DEFERRED = re.compile(rb"^[ \t]+(?:import|from)[ \t]", re.MULTILINE)


class Reading(Struct, frozen=True):
    """By path: the imports, the names that a file replaces, the lines with a comment to ignore them.

    `failures` are the files that can't be parsed though they may hold a deferred import, each with why.
    """

    files: dict[str, FileImports]
    failures: dict[str, str]
    replaced: dict[str, Replaced]
    ignored: dict[str, tuple[int, ...]]

    def updated(self, identifier: str, changed: Iterable[Source]) -> Reading:
        """The same after these files changed, or came."""
        new = read(identifier, changed)
        return Reading(
            {**self.files, **new.files},
            {**self.failures, **new.failures},
            {**self.replaced, **new.replaced},
            {**self.ignored, **new.ignored},
        )


def read(identifier: str, sources: Iterable[Source]) -> Reading:
    """What the files say to the codemod with this id."""
    sources = list(sources)
    gathered = file_imports.of(sources)
    data = {source.path: source.data for source in sources if source.path in gathered.failures}
    return Reading(
        files=gathered.facts,
        failures={path: why for path, why in gathered.failures.items() if DEFERRED.search(data[path])},
        replaced=replaced_names.of(source for source in sources if may_replace(source.data)).facts,
        ignored={source.path: _ignored_lines(source.data, identifier) for source in sources},
    )


def digests(identifier: str, sources: Mapping[str, Source]) -> list[bytes] | None:
    """For each file, in their order, what stands for all that is read of it; None if that can't be told."""
    imports: dict[str, bytes] = {}
    replaced: dict[str, bytes] = {}
    for part in _parts(list(sources.values())):
        found = file_imports.digests(part, counting)
        more = replaced_names.digests((source for source in part if may_replace(source.data)), everything)
        if found is None or more is None:
            return None
        imports |= found
        replaced |= more
    return [
        digest(
            path.encode("utf-8", "surrogateescape"),
            bytes([source.in_scope]),
            imports[path],
            b"deferred" if imports[path].startswith(FAILURE) and DEFERRED.search(source.data) else b"",
            replaced.get(path, b""),
            *(b"%d" % line for line in _ignored_lines(source.data, identifier)),
        )
        for path, source in sources.items()
    ]


def counting(file: FileImports) -> FileImports:
    """What decides: the lines of a file count only for the deferred imports in it."""
    if any(statement.is_deferred for statement in file.statements):
        return file
    return structs.replace(
        file,
        statements=tuple(structs.replace(s, line=0, column=0, end_line=0) for s in file.statements),
        setup=tuple(structs.replace(setup, line=0) for setup in file.setup),
    )


def everything(replaced: Replaced) -> Replaced:
    """All of it counts."""
    return replaced


def _parts(sources: Sequence[Source]) -> Iterator[Sequence[Source]]:
    """The files, so many at a time that their syntax trees are still there when they are asked for again."""
    return (sources[start : start + AT_ONCE] for start in range(0, len(sources), AT_ONCE))


def _ignored_lines(data: bytes, identifier: str) -> tuple[int, ...]:
    if b"refactorkit" not in data:
        return ()
    return tuple(n for n, line in enumerate(data.splitlines(), 1) if is_suppressed(line, identifier))
