"""What is installed in some folders: distributions by the names that importing them takes, and their files.

Read are the metadata folders (https://packaging.python.org/specifications/recording-installed-packages/) and the sources
that somebody asks for; nothing is imported. A file counts only as its RECORD has it: what is said of a name and a version
must not rest on a file that somebody changed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

SUFFIXES = (".py", ".so", ".pyd")
LARGEST = 8_000_000
"""Bytes of a source that is still read; real ones that are written by hand have less than a tenth of it."""
LARGEST_RECORD = 64_000_000
VERSION = re.compile(rb"^Version:[ \t]*(\S+)", re.MULTILINE)
NAME = re.compile(rb"^Name:[ \t]*(\S+)", re.MULTILINE)


class Distribution(Struct, frozen=True):
    """One installed distribution: `digest` is that of its RECORD, `files` are its modules by path, with `/`, from the
    folder that it is installed in, each with the sha256 of RECORD ('' where there is none)."""

    name: str
    version: str
    digest: str
    folder: Path
    files: dict[str, str]

    @property
    def label(self) -> str:
        """How it is spoken of: `requests 2.32.3`."""
        return f"{self.name} {self.version}"


class Installed:
    """The distributions in some folders; each folder's metadata is read at the first question."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @property
    def is_somewhere(self) -> bool:
        """Whether there are folders to look into."""
        return bool(self._folders)

    @cached_property
    def signature(self) -> str:
        """What changes whenever something is installed, removed or replaced."""
        made = hashlib.sha256()
        for folder in self._folders:
            for path in _metadata(folder):
                try:
                    found = (path / "RECORD").stat()
                    said = f"{found.st_size} {found.st_mtime_ns}"
                except OSError:
                    said = ""
                made.update(f"{path}\0{said}\0".encode("utf-8", "surrogateescape"))
        return made.hexdigest()

    @cached_property
    def _owners(self) -> dict[str, list[Distribution]]:
        """The distributions that have a file of each top-level name; those of the first folder that has any."""
        found: dict[str, list[Distribution]] = {}
        for folder in self._folders:
            here: dict[str, list[Distribution]] = {}
            for path in _metadata(folder):
                distribution = _read(path)
                for root in {file.partition("/")[0].partition(".")[0] for file in distribution.files}:
                    here.setdefault(root, []).append(distribution)
            found = {**here, **found}
        return found

    @cached_property
    def _named(self) -> dict[str, Distribution]:
        return {d.name: d for found in reversed(self._owners.values()) for d in found}

    def named(self, name: str) -> Distribution | None:
        """The distribution of a name, as its metadata has it."""
        return self._named.get(name)

    def owners(self, root: str) -> Sequence[Distribution]:
        """The distributions with a file of a top-level name; several share a namespace package."""
        return self._owners.get(root, ())

    def owner(self, path: str) -> Distribution | None:
        """The distribution that a file belongs to, by its path; None for one that nobody or several claim."""
        owners = [d for d in self.owners(path.partition("/")[0].partition(".")[0]) if path in d.files]
        return owners[0] if len(owners) == 1 else None


def source(distribution: Distribution, path: str) -> bytes | str:
    """The bytes of a distribution's file, or a phrase that says why it can't be gone by."""
    place = distribution.folder / path
    try:
        found = place.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return f"{path} is no file of source"
        data = place.read_bytes()
    except (OSError, ValueError):  # a NUL in a name
        return f"{path} can't be read"
    wanted = distribution.files[path]
    if not wanted:
        return f"{distribution.label} was installed without sums of its files"
    made = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return data if made == wanted else f"{path} isn't as {distribution.label} was installed"


def _metadata(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(".dist-info"))
    except OSError:
        return []


def _read(metadata: Path) -> Distribution:
    record = _text(metadata / "RECORD", LARGEST_RECORD)
    said = _text(metadata / "METADATA", LARGEST)
    name, _, version = metadata.name.removesuffix(".dist-info").partition("-")
    named, versioned = NAME.search(said), VERSION.search(said)
    return Distribution(
        named[1].decode("utf-8", "replace") if named else name,
        versioned[1].decode("utf-8", "replace") if versioned else version,
        hashlib.sha256(record).hexdigest(),
        metadata.parent,
        dict(_files(record.decode("utf-8", "replace"))),
    )


def _text(path: Path, largest: int) -> bytes:
    try:
        found = path.stat()
        return path.read_bytes() if stat.S_ISREG(found.st_mode) and found.st_size <= largest else b""
    except OSError:
        return b""


def _files(record: str) -> Iterator[tuple[str, str]]:
    """The modules that a RECORD lists, inside of the folder, each with its sha256."""
    for line in record.splitlines():
        path, _, rest = line[1:].partition('",') if line.startswith('"') else line.partition(",")
        is_inside = not path.startswith("/") and ".." not in path.split("/") and "\\" not in path
        if path.endswith(SUFFIXES) and is_inside:
            yield path, rest.partition(",")[0].removeprefix("sha256=").rstrip("=")
