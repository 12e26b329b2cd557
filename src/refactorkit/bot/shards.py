"""How the files of one codemod are shared out among pull requests, and what their branches are called.

A shard's name is made of lower-case letters alone, because forges and file systems disagree about case; `a` and `a/b`
can't both be branches, so a shard is set off with `--`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

PREFIX = "refactorkit/"
ALL = ""
"""The key of the one shard of a codemod that isn't sharded."""
NOBODY = "unowned"
ROOT = "root"
LONGEST = 60
"""Characters of a shard's name."""
PLAIN = re.compile(r"[a-z0-9_/+-]+")


class Part(Struct, frozen=True):
    """What one pull request is for: a shard, or the n-th part of it. Without `files` nothing is left to change there."""

    key: str
    number: int
    files: tuple[str, ...]


def grouped(
    files: Sequence[str], by: str, depth: int, owners: Callable[[str], tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The files by the key of their shard, both sorted."""
    found: dict[str, list[str]] = {}
    for path in sorted(files):
        if by == "folder":
            key = "/".join(path.split("/")[:-1][:depth]) or ROOT
        elif by == "codeowners":
            key = "+".join(owner.removeprefix("@") for owner in owners(path)) or NOBODY
        else:
            key = ALL
        found.setdefault(key, []).append(path)
    return {key: tuple(paths) for key, paths in sorted(found.items())}


def branch(codemod: str, key: str, number: int = 1) -> str:
    """`refactorkit/<codemod>`, `refactorkit/<codemod>--<shard>`, and with `--<n>` behind it for the n-th part."""
    name = f"{PREFIX}{codemod}" + (f"--{slug(key)}" if key != ALL else "")
    return name if number == 1 else f"{name}--{number}"


def slug(key: str) -> str:
    """A shard's key as a part of a branch's name. Different keys have different names, also where case doesn't count."""
    name = re.sub(r"[^a-z0-9_+.]+", "-", key.lower().replace("/", "."))
    name = re.sub(r"\.+", ".", name).strip("-.")
    is_told = PLAIN.fullmatch(key) and "--" not in key and name == key.replace("/", ".")
    if is_told and len(name) <= LONGEST and not name.endswith(".lock"):
        return name
    return f"{name[:LONGEST].strip('-.')}-{mark(key)[:8]}".lstrip("-")


def mark(text: str) -> str:
    """Twelve digits that stand for a path or a key."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def shared_out(
    key: str, files: Sequence[str], most: int | None, taken: Mapping[int, frozenset[str]]
) -> list[Part]:
    """The parts of a shard, each of at most so many files.

    `taken` are the marks of the files of parts that have a pull request which is open, or was closed by somebody: they stay where
    they are, so that a review isn't disturbed and what was declined isn't offered in another place.
    """
    if most is None:
        return [Part(key, 1, tuple(files))]
    left = set(files)
    parts: dict[int, list[str]] = {}
    for number, marks in sorted(taken.items()):
        parts[number] = sorted(path for path in left if mark(path) in marks)
        left -= set(parts[number])
    number = 1
    for path in sorted(left):
        while number in taken or len(parts.get(number, ())) >= most:
            number += 1
        parts.setdefault(number, []).append(path)
    return [Part(key, number, tuple(paths)) for number, paths in sorted(parts.items())]


__all__ = ["ALL", "PREFIX", "Part", "branch", "grouped", "mark", "shared_out", "slug"]
