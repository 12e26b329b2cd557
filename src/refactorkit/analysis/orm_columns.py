"""Which text columns of a database a field's name stands for: a hint for the migration note, read from the text of ORM classes."""

from __future__ import annotations

import re

from msgspec import Struct

from refactorkit.analysis.modules import Modules

CLASS = re.compile(rb"^class[ \t]+(\w+)", re.MULTILINE)
TABLE = re.compile(rb"^[ \t]+__tablename__(?:[ \t]*:[^=\n]+)?[ \t]*=[ \t]*[\"'](\w+)[\"']", re.MULTILINE)


class Column(Struct, frozen=True):
    """A column with the field's name: where it is declared, its ORM class and, where it is written out, its table."""

    path: str
    line: int
    cls: str
    table: str | None


def columns(modules: Modules, field: str) -> list[Column]:
    """The columns called `field`, as SQLAlchemy's `Mapped[...]`, `mapped_column(...)` or `Column(...)` declare them."""
    declared = re.compile(
        rb"^[ \t]+"
        + re.escape(field.encode())
        + rb"[ \t]*(?::[ \t]*(?:\w+\.)*Mapped\[|(?::[^=\n]+)?=[ \t]*(?:\w+\.)*(?:mapped_c|C)olumn\()",
        re.MULTILINE,
    )
    found = []
    for path in modules.mentioning({field}):
        data = modules.data(path)
        if b"Mapped[" not in data and b"olumn(" not in data:
            continue
        starts = [match.start() for match in CLASS.finditer(data)]
        for match in declared.finditer(data):
            before = [start for start in starts if start < match.start()]
            if not before or not _is_text(data[match.start() : data.find(b"\n", match.end())]):
                continue
            end = next((start for start in starts if start > match.start()), len(data))
            name = CLASS.match(data, before[-1])
            table = TABLE.search(data, before[-1], end)
            found.append(
                Column(
                    path,
                    data.count(b"\n", 0, match.start()) + 1,
                    name.group(1).decode() if name else "",
                    table.group(1).decode() if table else None,
                )
            )
    return sorted(found, key=lambda c: (c.path, c.line))


def _is_text(declaration: bytes) -> bool:
    """Whether the declaration's first line is of a column that holds one string."""
    if b"Mapped[" in declaration:
        return re.search(rb"\bstr\b", declaration) is not None and not re.search(
            rb"(?i)\b(?:list|dict|json)", declaration
        )
    return re.search(rb"\b(?:String|Text|Unicode|UnicodeText|VARCHAR|CHAR)\b", declaration) is not None


def likely(found: list[Column], model: str) -> Column | None:
    """The column that a model's field is stored in: of the ORM class of the same name, or the only one there is."""
    same = [
        column
        for column in found
        if column.cls in (model, f"{model}Row", f"{model}Table", f"{model}Model", f"ORM{model}")
    ]
    if len(same) == 1:
        return same[0]
    return found[0] if len(found) == 1 else None
