"""What functions of a package raise, worked out from its source with the analysis that judges handlers.

`python -m refactorkit.analysis.raise_derivation STUBS PYTHON...` writes `derived.toml` of the knowledge base: the functions of the
standard library that are written in Python and of which everything is known. Nothing is imported: source and type stubs
are read. A function counts as known when it is so in each of the versions; what it raises is what it raises in any.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from refactorkit.analysis.handler_plan import Planner, Wishes
from refactorkit.analysis.raise_sets import Jump, Key, Raises
from refactorkit.analysis.symbols import Symbols
from refactorkit.config import Scope
from refactorkit.model import Source
from refactorkit.raise_knowledge import canonical, curated, stubs

PREFIX = "library"
"""The package that the modules are put into: what they import from each other is asked of the knowledge base."""
NOT_READ = frozenset(
    {
        "site-packages",
        "lib2to3",
        "idlelib",
        "turtledemo",
        "test",
        "tests",
        "__pycache__",
        "lib-dynload",
        "ensurepip",
    }
    | {"tkinter", "distutils", "pydoc_data", "turtle.py", "antigravity.py", "this.py"}
)
SIMPLE = stubs.PLAIN | {"list[str]", "list[int]", "None"}


class Derived(Struct, frozen=True):
    """One function: what it raises when its arguments are of the types that its parameters are declared with."""

    callee: str
    raises: tuple[str, ...]
    assumes: tuple[str, ...]


def derived(files: Mapping[str, bytes], python: tuple[int, int]) -> dict[str, Derived]:
    """The module-level functions of some files of which everything is known, by qualified name.

    `files` are by path, with `/`; the answer holds for arguments of the types that parameters are annotated with.
    """
    sources = {path: Source(path=path, data=data) for path, data in files.items()}
    planner = Planner("narrow-except", sources, Scope(), python, Wishes())
    symbols, reading, sets = planner.symbols, planner.files, planner.judge._sets
    reading.read(sources)
    found = {}
    for path in sorted(sources):
        facts = reading.facts(path)
        for function in _functions(files[path]) if facts else ():
            routine = reading.routine(path, function.name, function.lineno)
            if routine is None or routine.is_generator:
                continue
            raised = sets.of((Jump((Key(path, function.name, function.lineno),), path),))
            callee = f"{symbols.module_name(path)}.{function.name}"
            entry = _entry(callee, raised, symbols)
            if entry is not None:
                found[callee] = entry
    return found


def _functions(data: bytes) -> Iterator[ast.FunctionDef]:
    """The functions that a module defines once, without decorators; one that is written in C may replace no function."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return
    body = tree.body
    imported = [alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    if any(alias.name == "*" for alias in imported):
        return
    names = [getattr(node, "name", "") for node in body] + [alias.asname or alias.name for alias in imported]
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and names.count(node.name) == 1:
            yield node


def _entry(callee: str, raised: Raises, symbols: Symbols) -> Derived | None:
    if raised.unknown or raised.doubts:
        return None
    names = [
        kind if isinstance(kind, str) else f"{symbols.module_name(kind.path)}.{kind.name}"
        for kind in raised.types
    ]
    return Derived(callee, tuple(sorted(names)), tuple(sorted(raised.assumes)))


def annotated(data: bytes, stub: bytes) -> bytes:
    """A module with the simple types of its functions' parameters, as its stub has them. Raises SyntaxError, ValueError."""
    tree = ast.parse(data)
    typed = {node.name: node for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and (said := typed.get(node.name)):
            types = {
                a.arg: a.annotation for a in [*said.args.posonlyargs, *said.args.args, *said.args.kwonlyargs]
            }
            for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
                argument.annotation = _simple(types.get(argument.arg))
    return ast.unparse(tree).encode("utf-8", "surrogatepass")


def _simple(node: ast.expr | None) -> ast.expr | None:
    if node is None:
        return None
    parts = ast.unparse(node).split(" | ")
    return node if set(parts) <= SIMPLE and parts != ["None"] else None


def library(folder: Path) -> dict[str, bytes]:
    """The modules of a standard library by path, in the package `PREFIX`. Raises OSError."""
    files = {f"{PREFIX}/__init__.py": b""}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if not NOT_READ & set(parts) and not parts[0].startswith(("config-", "_sysconfigdata")):
            files["/".join((PREFIX, *parts))] = path.read_bytes()
    return files


def with_types(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The modules with the parameters' types that the stubs in a folder have."""
    made = dict(files)
    for path, data in files.items():
        stub = folder / Path(path).relative_to(PREFIX).with_suffix(".pyi")
        if stub.is_file():
            try:
                made[path] = annotated(data, stub.read_bytes())
            except (SyntaxError, ValueError):
                continue
    return made


def joined(versions: Sequence[Mapping[str, Derived]]) -> list[Derived]:
    """The public functions that every version knows and nobody has curated, with what any of them raises."""
    first, *others = versions
    found = []
    for name in sorted(first):
        callee = canonical(name.removeprefix(f"{PREFIX}."))
        every = [first[name], *(other[name] for other in others if name in other)]
        is_public = not callee.rpartition(".")[2].startswith("_")
        if len(every) < len(versions) or not is_public or callee in curated():
            continue
        raises = sorted({kind.removeprefix(f"{PREFIX}.") for one in every for kind in one.raises})
        assumes = sorted({said for one in every for said in one.assumes})
        found.append(Derived(callee, tuple(raises), tuple(assumes)))
    return found


def text_of(entries: Sequence[Derived], versions: Sequence[tuple[int, int]]) -> str:
    """The file of the knowledge base that holds the entries."""
    said = ", ".join(f"{major}.{minor}" for major, minor in versions)
    lines = [
        f"# Written by python -m refactorkit.analysis.raise_derivation from the sources of Python {said}."
    ]
    for entry in entries:
        lines += ["", "[[entry]]", f"callees = [{json.dumps(entry.callee)}]", 'provenance = "derived"']
        lines.append(f"raises = {json.dumps(list(entry.raises))}")
        if entry.assumes:
            lines.append(f"assumes = {json.dumps(list(entry.assumes))}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Derive from each version, and write the file. What modules ask of each other is what is curated."""
    from refactorkit.raise_knowledge import entries

    stubs_folder, pythons = Path(sys.argv[1]), sys.argv[2:] or [sys.executable]
    ask = "import sys, sysconfig; print(*sys.version_info[:2], sysconfig.get_paths()['stdlib'])"
    target = Path(entries.__file__).parent / "derived.toml"
    target.write_text("", "utf-8")
    versions, found = [], []
    for python in pythons:
        run = subprocess.run([python, "-c", ask], capture_output=True, check=True, text=True)
        major, minor, folder = run.stdout.strip().split(" ", 2)
        versions.append((int(major), int(minor)))
        found.append(derived(with_types(library(Path(folder)), stubs_folder), versions[-1]))
    target.write_text(text_of(joined(found), versions), "utf-8")


if __name__ == "__main__":
    main()
