"""Projects at random: those of the golden cases, written differently and changed, with odd bytes and odd places."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import hypothesmith
from hypothesis import strategies as st

from mutations import MUTATIONS, Draw
from plan_properties import compiles
from refactorkit import golden
from refactorkit.codemod import Codemod

ROOT = Path(__file__).parents[1]
Files = dict[str, bytes]

PLACES = ("{stem}{suffix}", "src/{path}", "pkg/sub/{stem}{suffix}", "a b/{stem}{suffix}", "{stem}-x{suffix}", "é/{path}",
          "tests/{path}", "{path}i", "{stem}/__init__.py", "__main__.py", "class/{stem}{suffix}", "docs/{stem}{suffix}")  # fmt: skip
BROKEN = (
    b"def f(:\n",
    b"x = '''\n",
    b"\0",
    b"\xff\xfe",
    b"print 'LaxUrl'\n",
    b"# coding: nonsense\n",
    b"(" * 300,
    b"  x\n y\n",
)


@cache
def starting_points(identifier: str) -> list[tuple[str, dict[str, object], Files]]:
    """The name, the options and the files before of each golden case of a codemod."""
    found = golden.cases(ROOT / "golden", identifier)
    return [(c.name, c.options, golden.tree(c.folder / "before")) for c in found]


@st.composite
def mutated_projects(draw: Draw, identifier: str) -> tuple[dict[str, object], Files]:
    """Options and files: a golden case of the codemod after a few mutations."""
    _, options, before = draw(st.sampled_from(starting_points(identifier)))
    files = dict(before)
    for _ in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from(sorted(files)))
        if path.endswith((".py", ".pyi")):
            files[path] = mutated(draw, files[path])
    if draw(st.integers(0, 3)) == 0:
        files = moved(draw, files)
    for path in sorted(files):
        if path.endswith((".py", ".pyi")) and draw(st.integers(0, 3)) == 0:
            files[path] = disguised(draw, files[path])
    return dict(options), files


@st.composite
def joined_projects(draw: Draw, identifier: str) -> tuple[dict[str, object], Files]:
    """Options and files: a golden case of the codemod with source code at random below or above one of its files."""
    _, options, before = draw(st.sampled_from(starting_points(identifier)))
    path = draw(st.sampled_from(sorted(p for p in before if p.endswith((".py", ".pyi")))))
    with warnings.catch_warnings():  # some of it is odd enough for Python to warn of
        warnings.simplefilter("ignore")
        source = draw(hypothesmith.from_node()).encode(errors="ignore")
    parts = [before[path], b"\n", source] if draw(st.booleans()) else [source, b"\n", before[path]]
    return dict(options), {**before, path: b"".join(parts)}


def mutated(draw: Draw, data: bytes) -> bytes:
    """A file's bytes after one mutation of its text; what compiled still compiles."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    if "\r" in text or text.startswith("\ufeff"):  # a golden case's own line ends and mark stay
        return data
    new = draw(st.sampled_from(MUTATIONS))(draw, text).encode()
    return data if compiles(data) and not compiles(new) else new


def disguised(draw: Draw, data: bytes) -> bytes:
    """The same text in other bytes: line ends, encoding, mark, the end of the file."""
    kind = draw(
        st.sampled_from(
            ["crlf", "cr", "mixed", "bom", "latin", "cookie", "bare", "feed", "blank", "broken", "end"]
        )
    )
    lines = data.splitlines(keepends=True)
    if kind in ("crlf", "cr"):
        return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n" if kind == "crlf" else b"\r")
    if kind == "mixed":
        ends = [b"\n", b"\r\n", b"\r"]
        return b"".join(
            line.rstrip(b"\r\n") + draw(st.sampled_from(ends)) if line.endswith(b"\n") else line
            for line in lines
        )
    if kind == "bom":
        return data if data.startswith(b"\xef\xbb\xbf") else b"\xef\xbb\xbf" + data
    if kind in ("latin", "cookie"):
        encoding = "iso-8859-15" if kind == "latin" else "utf-8"
        try:
            return f"# -*- coding: {encoding} -*-\n# é\n{data.decode()}".encode(encoding)
        except UnicodeError:
            return data
    if kind == "broken":
        return (
            draw(st.sampled_from(BROKEN)) + data
            if draw(st.booleans())
            else data[: draw(st.integers(0, len(data)))]
        )
    changed = {
        "bare": data.rstrip(b"\n"),
        "feed": b"\f" + data,
        "blank": b"\n\n" + data,
        "end": data + b"\n\n    \n\f\n# end",
    }
    return changed[kind]


def moved(draw: Draw, files: Mapping[str, bytes]) -> Files:
    """One file in another place, in two, or nowhere."""
    path = draw(st.sampled_from(sorted(files)))
    name, _, suffix = path.rpartition("/")[2].rpartition(".")
    place = draw(st.sampled_from(PLACES)).format(path=path, stem=name, suffix="." + suffix)
    others = {p: data for p, data in files.items() if p != path}
    kind = draw(st.sampled_from(["moved", "copied", "gone", "broken"]))
    if kind == "gone":
        return others or dict(files)
    if kind == "broken":
        return {**files, place: draw(st.sampled_from(BROKEN))} if place not in files else dict(files)
    return {**(files if kind == "copied" else others), place: files[path]}


def described(codemod: Codemod, files: Mapping[str, bytes]) -> str:
    """A project as text that can be pasted into a test."""
    return f"{codemod.identifier()} {codemod.options()}\n" + "\n".join(
        f"{path}: {data!r}" for path, data in files.items()
    )
