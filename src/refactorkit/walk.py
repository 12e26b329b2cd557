"""Walking one file with a codemod's own `visit_X` and `leave_X` methods."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import (
    BuiltinAssignment,
    ImportAssignment,
    MetadataWrapper,
    PositionProvider,
    QualifiedNameProvider,
    ScopeProvider,
)

from refactorkit.model import Change, Failed, Finding, Level, Outcome, Source, Status, Unchanged
from refactorkit.nesting import is_too_deep
from refactorkit.splice import LINE, opcodes

if TYPE_CHECKING:
    from refactorkit.codemod import Codemod


class Walk(cst.CSTTransformer):
    """Calls the codemod's methods and keeps its findings. It is the only state while a file is walked.

    A `leave_X` method whose node is on a line with an ignore comment has no effect, and its finding says so.
    """

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider, ScopeProvider)

    def __init__(self, codemod: Codemod, source: Source, wanted: Any) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self._codemod = codemod
        self._source = source
        self._wanted = wanted

    def on_visit(self, node: cst.CSTNode) -> bool:
        method = getattr(self._codemod, f"visit_{type(node).__name__}", None)
        return method is None or method(node) is not False

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        method = getattr(self._codemod, f"leave_{type(original_node).__name__}", None)
        if method is None:
            return updated_node
        before = len(self.findings)
        result = method(original_node, updated_node)
        left = (Status.SUPPRESSED, Status.UNCHANGED, Status.SUGGESTED)
        return updated_node if any(f.status in left for f in self.findings[before:]) else result

    def record(
        self,
        node: cst.CSTNode,
        status: Status,
        level: Level,
        reason: str | None,
        message: str,
        evidence: dict[str, Any],
    ) -> None:
        """One finding, at the node's place."""
        place = self.get_metadata(PositionProvider, node)
        first, last = place.start.line, place.end.line
        if status is Status.CHANGED:
            status, reason = self._wanted(self._source, first, last, level)
        self.findings.append(
            Finding(
                path=self._source.path,
                line=first,
                column=place.start.column,
                end_line=last,
                status=status,
                level=level,
                reason=reason,
                message=message,
                evidence=evidence,
            )
        )

    def is_named(self, node: cst.CSTNode, qualified: str) -> bool:
        """Whether the expression stands for the qualified name and for nothing else."""
        names = self.get_metadata(QualifiedNameProvider, node, set())
        scope = self.get_metadata(ScopeProvider, node, None)
        if scope is None or {name.name for name in names} != {qualified}:
            return False
        root: Any = node
        while not isinstance(root, cst.Name):
            root = getattr(root, "value", None)
            if root is None:
                return False
        # an import and an assignment of the same name: either may be meant
        return all(isinstance(a, ImportAssignment | BuiltinAssignment) for a in scope[root.value])


def walk(codemod: Any, source: Source, wanted: Any) -> Outcome:
    """Run the codemod over the file's tree and return what became of it."""
    if b"\0" in source.data:  # libcst would take it
        return Failed(
            path=source.path,
            error=f"a null byte at byte {source.data.index(0)}, which Python source can't hold",
        )
    parsed = _parsed(source.data)
    if parsed is None:
        return Failed(path=source.path, error="nested too deeply to be parsed")
    module, read = parsed
    visitor = Walk(codemod, source, wanted)
    codemod._walk = visitor
    after = module.visit(visitor).bytes
    findings = tuple(visitor.findings)
    if after == read:
        return Unchanged(path=source.path, findings=findings)
    if read != source.data:
        try:
            after = restored(source.data, read, after)
        except ValueError as error:
            return Failed(path=source.path, error=str(error))
    return Change(path=source.path, before=source.data, after=after, findings=findings, mode=source.mode)


@lru_cache(1)
def _parsed(data: bytes) -> tuple[MetadataWrapper, bytes] | None:
    """The tree with its metadata, and how libcst gives it back; None when it is nested too deeply.

    The last one is kept for the next codemod of the same call: the nodes are frozen, no codemod can change them for
    another.
    """
    if is_too_deep(data):
        return None
    module = cst.parse_module(data)
    return MetadataWrapper(module, unsafe_skip_copy=True), module.bytes


def restored(data: bytes, read: bytes, after: bytes) -> bytes:
    """`after`, with what libcst loses put back: form feeds, and a last line end that is a lone carriage return.

    `read` is how libcst gives `data` back unchanged. Raises ValueError where what was lost has no place any more.
    """
    old, seen, new = (LINE.findall(text)[:-1] for text in (data, read, after))
    if len(old) != len(seen):
        raise ValueError("libcst does not keep the lines of this file as they are")
    lines: list[bytes] = []
    for tag, i1, i2, j1, j2 in opcodes(seen, new):
        if tag == "equal" or old[i1:i2] == seen[i1:i2]:
            lines += old[i1:i2] if tag == "equal" else new[j1:j2]
        elif i2 - i1 == j2 - j1:
            lines += [_with_lost(*three) for three in zip(old[i1:i2], seen[i1:i2], new[j1:j2], strict=True)]
        else:
            raise ValueError(f"libcst loses a form feed or line end in line {i1 + 1}: take it out")
    return b"".join(lines)


def _with_lost(old: bytes, seen: bytes, new: bytes) -> bytes:
    """A new line with what the old one had before and after what libcst saw of it."""
    before, found, behind = old.partition(seen)
    if not found:
        raise ValueError(f"libcst does not keep the line {old!r}: take its form feed out")
    return before + new + behind
