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

from refactorkit.analysis.raise_effects import Effects
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_sets import Jump, Raises, Sets
from refactorkit.analysis.raise_types import ExceptionTypes
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.symbols import Symbols
from refactorkit.model import Source
from refactorkit.raise_knowledge import stubs

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
ROUNDS = 3
"""How often what is found may help to find more."""
SIMPLE = stubs.PLAIN | {"list[str]", "list[int]", "None"}


class Derived(Struct, frozen=True):
    """One function: its parameters in order, what it raises, what it assumes, and the types that its arguments must have."""

    callee: str
    parameters: tuple[str, ...]
    raises: tuple[str, ...]
    assumes: tuple[str, ...]
    needs: dict[str, str]


def derived(files: Mapping[str, bytes], python: tuple[int, int]) -> dict[str, Derived]:
    """The module-level functions of some files of which everything is known, by qualified name.

    `files` are by path, with `/`; annotations of parameters say what arguments must be for the answer to hold.
    """
    sources = {path: Source(path=path, data=data) for path, data in files.items()}
    symbols = Symbols(sources)
    reading = RaiseFiles(symbols)
    reading.read(sources)
    kinds = ExceptionTypes(symbols)
    effects = Effects(Types(symbols, python), reading, kinds, False)
    sets = Sets(kinds, effects.of_function, effects.calls.is_generator)
    found = {}
    for path in sorted(sources):
        facts = reading.facts(path)
        for function in _functions(files[path]) if facts else ():
            routine = reading.routine(path, function.name, function.lineno)
            if routine is None or routine.is_generator:
                continue
            raised = sets.of((Jump(((path, function.name, function.lineno),), path),))
            callee = f"{symbols.module_name(path)}.{function.name}"
            entry = _entry(callee, function, raised, symbols)
            if entry is not None:
                found[callee] = entry
    return found


def _functions(data: bytes) -> Iterator[ast.FunctionDef]:
    """The functions that a module defines once, without decorators."""
    try:
        body = ast.parse(data).body
    except (SyntaxError, ValueError):
        return
    names = [getattr(node, "name", "") for node in body]
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and names.count(node.name) == 1:
            yield node


def _entry(callee: str, function: ast.FunctionDef, raised: Raises, symbols: Symbols) -> Derived | None:
    if raised.unknown or raised.doubts:
        return None
    names = [
        kind if isinstance(kind, str) else f"{symbols.module_name(kind.path)}.{kind.name}"
        for kind in raised.types
    ]
    given = function.args
    ordered = [*given.posonlyargs, *given.args]
    needs = {a.arg: ast.unparse(a.annotation) for a in [*ordered, *given.kwonlyargs] if a.annotation}
    if given.vararg or given.kwarg:
        return None
    return Derived(
        callee, tuple(a.arg for a in ordered), tuple(sorted(names)), tuple(sorted(raised.assumes)), needs
    )


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
    """The functions that every version knows, with what any of them raises and needs."""
    first, *others = versions
    found = []
    for callee in sorted(first):
        every = [first[callee], *(other[callee] for other in others if callee in other)]
        if len(every) < len(versions) or any(
            one.parameters[: len(every[0].parameters)] != every[0].parameters for one in every
        ):
            continue
        raises = sorted({name.removeprefix(f"{PREFIX}.") for one in every for name in one.raises})
        assumes = sorted({name for one in every for name in one.assumes})
        needs = {name: kind for one in every for name, kind in one.needs.items()}
        name = callee.removeprefix(f"{PREFIX}.")
        found.append(Derived(name, every[0].parameters, tuple(raises), tuple(assumes), needs))
    return found


def text_of(entries: Sequence[Derived], versions: Sequence[tuple[int, int]]) -> str:
    """The file of the knowledge base that holds the entries."""
    said = ", ".join(f"{major}.{minor}" for major, minor in versions)
    lines = [
        f"# Written by python -m refactorkit.analysis.raise_derivation from the sources of Python {said}."
    ]
    for entry in entries:
        lines += ["", "[[entry]]", f"callees = [{json.dumps(entry.callee)}]", 'provenance = "derived"']
        if entry.parameters:
            lines.append(f"parameters = {json.dumps(list(entry.parameters))}")
        lines.append(f"raises = {json.dumps(list(entry.raises))}")
        if entry.assumes:
            lines.append(f"assumes = {json.dumps(list(entry.assumes))}")
        if entry.needs:
            conditions = ", ".join(
                f'{name} = "{_condition(kind)}"' for name, kind in sorted(entry.needs.items())
            )
            lines.append('partial = "methods of the arguments"')
            lines.append(f'cases = [{{ when = {{ {conditions} }}, partial = "" }}]')
    return "\n".join(lines) + "\n"


def _condition(kind: str) -> str:
    return "|".join(["absent", *(part.strip() for part in kind.split("|"))])


def main() -> None:
    """Derive until nothing new is found, and write the file."""
    from refactorkit.raise_knowledge import entries

    stubs_folder, pythons = Path(sys.argv[1]), sys.argv[2:] or [sys.executable]
    ask = "import sys, sysconfig; print(*sys.version_info[:2], sysconfig.get_paths()['stdlib'])"
    libraries = []
    for python in pythons:
        run = subprocess.run([python, "-c", ask], capture_output=True, check=True, text=True)
        major, minor, folder = run.stdout.strip().split(" ", 2)
        libraries.append(((int(major), int(minor)), library(Path(folder))))
    target = Path(entries.__file__).parent / "derived.toml"
    target.write_text("", "utf-8")
    for _ in range(ROUNDS):
        entries.forget()
        found = []
        for version, files in libraries:
            bare = derived(files, version)
            found.append({**derived(with_types(files, stubs_folder), version), **bare})
        text = text_of(joined(found), [version for version, _ in libraries])
        if text == target.read_text("utf-8"):
            break
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
