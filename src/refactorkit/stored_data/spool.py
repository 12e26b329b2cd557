"""The rows that do not fit, kept on disk once they are many: a check holds no more than this in memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator

from msgspec import Struct, json

IN_MEMORY = 1_000_000  # bytes; beyond that the spool moves to a temporary file


class Misfit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stored value: `error` says why the type rejects it, or `result` is what the type makes of it.

    `key` identifies the row. Bytes of `value` that are not UTF-8 are written as `\\xNN`.
    """

    key: dict[str, str | int | float | None]
    column: str
    value: str
    result: str | None = None
    error: str | None = None


class Spool:
    """An append-only sequence of misfits in the order in which they were found."""

    def __init__(self) -> None:
        self._lines = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed with the spool)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Misfit]:
        self._lines.seek(0)
        for line in self._lines:
            yield json.decode(line, type=Misfit)

    def append(self, misfit: Misfit) -> None:
        """Add one at the end; not while iterating."""
        self._lines.write(json.encode(misfit) + b"\n")
        self._length += 1


class Repair(Struct, frozen=True, kw_only=True):
    """One value to write: `new` in place of `old`, in the row that `row` identifies, as the database writes it."""

    row: str | int | float | bytes | None
    column: int
    old: str
    new: str
    shown: Misfit


class Repairs:
    """An append-only sequence of repairs, in the order of the rows."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed with the repairs)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Repair]:
        self._file.seek(0)
        for _ in range(self._length):
            yield pickle.load(
                self._file
            )  # our own file; JSON could not hold keys that are bytes or not UTF-8

    def append(self, repair: Repair) -> None:
        """Add one at the end; not while iterating."""
        pickle.dump(repair, self._file)
        self._length += 1
