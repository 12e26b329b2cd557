"""Which codemods there are: the shipped folder, plug-ins (entry points), and a folder that a project names.

Listing reads docstrings with `ast`; a codemod's module is imported only when it runs (of a plug-in, the packages above
it). Code of a target project is imported only from a folder that a flag or a configuration file on the command line
names. Where ids are equal, such a folder goes before what is shipped, and what is shipped before plug-ins.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import importlib
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from refactorkit.codemod import Codemod
from refactorkit.config import ConfigError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "refactorkit.codemods"
SHIPPED = "refactorkit"
"""The origin of what is shipped."""
QUERY = "bowler:"
"""`bowler:FILE.py` names the Bowler query that a file defines."""
LOCAL = "refactorkit_folder_"
"""How the packages are called that stand for folders of local codemods."""


class Option(msgspec.Struct, frozen=True):
    """An option of a codemod: its name on the command line, its type in words, its default and what it means."""

    name: str
    type: str
    default: str
    help: str


class Reason(msgspec.Struct, frozen=True):
    """A reason code and what it tells the user to do."""

    code: str
    help: str


class Listed(msgspec.Struct, frozen=True):
    """A codemod as far as its source tells: id, one-line summary, whole docstring, options, reason codes."""

    id: str
    summary: str
    text: str
    origin: str


def identifiers(folder: Path | None = None) -> list[str]:
    """The ids of all codemods, sorted."""
    return sorted(_places(folder))


@cache
def _places(folder: Path | None) -> dict[str, Path | EntryPoint]:
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"codemods-folder {folder} is not a folder: correct the path")
    from importlib.metadata import entry_points

    found: dict[str, Path | EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        found[entry.name] = entry
    for place in (Path(__file__).parent / "codemods", *((folder,) if folder else ())):
        for path in sorted(place.glob("[!_]*.py")):
            found[path.stem.replace("_", "-")] = path
    return found


def listed(identifier: str, folder: Path | None = None) -> Listed:
    """What a codemod is, without importing it if it lies in a folder."""
    place = _place(identifier, folder)
    if not isinstance(place, Path):
        text = _docstring(_module_file(place))
        origin = _distribution(place)
    else:
        text = _docstring(place)
        origin = (
            SHIPPED
            if place.parent.name == "codemods" and place.parent.parent == Path(__file__).parent
            else str(place)
        )
    return Listed(identifier, text.partition("\n")[0], text, origin)


def _docstring(path: Path) -> str:
    try:
        return ast.get_docstring(ast.parse(path.read_bytes())) or ""
    except (SyntaxError, ValueError) as error:
        raise ConfigError(f"{path} is not valid Python ({error.args[0]}): correct it") from error


def _module_file(entry: EntryPoint) -> Path:
    """The file of a plug-in's module, which is found without running it. Raises ConfigError."""
    from importlib.util import find_spec

    try:
        spec = find_spec(entry.module)
    except Exception as error:
        raise _unusable(entry, error) from error
    if spec is None or not spec.has_location or spec.origin is None:
        raise ConfigError(
            f"{_distribution(entry)} names {entry.module}, which is not there: install it again"
        )
    return Path(spec.origin)


def _distribution(entry: EntryPoint) -> str:
    """The name and version of the distribution that brings a plug-in."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _unusable(entry: EntryPoint, error: Exception) -> ConfigError:
    first = (str(error).splitlines() or [""])[0]
    return ConfigError(
        f"{entry.name} of {_distribution(entry)} can't be imported: {type(error).__name__}: {first}: "
        "repair or uninstall that distribution"
    )


def _place(identifier: str, folder: Path | None) -> Path | EntryPoint:
    shipped = Path(__file__).parent / "codemods" / f"{identifier.replace('-', '_')}.py"
    if (
        folder is None
        and identifier.isascii()
        and identifier.replace("-", "").isalnum()
        and shipped.is_file()
    ):
        return shipped
    places = _places(folder)
    if identifier not in places:
        raise ConfigError(f"there is no codemod {identifier!r}: {nearest(identifier, places)}")
    place = places[identifier]
    if not isinstance(place, Path):
        from importlib.metadata import entry_points

        rivals = {(e.value, _distribution(e)) for e in entry_points(group=GROUP, name=identifier)}
        if len(rivals) > 1:
            names = " and ".join(sorted(distribution for _, distribution in rivals))
            raise ConfigError(f"there is more than one codemod {identifier!r}, of {names}: uninstall one")
    return place


def spelled(identifier: str) -> str:
    """The id of a codemod that the command line names: `bowler-rename-it` for `bowler:tools/rename_it.py`."""
    if not identifier.startswith(QUERY):
        return identifier
    stem = re.sub(r"[^A-Za-z0-9.]+", "-", Path(identifier.removeprefix(QUERY)).stem).strip("-.")
    return f"bowler-{stem or 'query'}"


def load(identifier: str, folder: Path | None = None, runs_queries: bool = False) -> type[Codemod]:
    """The codemod's class. Raises ConfigError for an unknown id, with the nearest ones, or a module without one.

    The file of `bowler:FILE.py` is executed here, with `runs_queries`: a person wrote its name on the command line.
    """
    if identifier.startswith(QUERY):
        return _query(identifier, runs_queries)
    place = _place(identifier, folder)
    if not isinstance(place, Path):
        return _plugin(place)
    if place.parent == Path(__file__).parent / "codemods":
        module = importlib.import_module(f"refactorkit.codemods.{place.stem}")
    else:
        module = import_local(_local_name(place), place.parent)
    return _only_codemod(module, str(place))


def _plugin(entry: EntryPoint) -> type[Codemod]:
    """The class that an entry point names, or the only one of the module that it names. Raises ConfigError."""
    try:
        target = entry.load()
    except Exception as error:
        raise _unusable(entry, error) from error
    if isinstance(target, type) and issubclass(target, Codemod):
        found = target
    elif isinstance(target, ModuleType):
        found = _only_codemod(target, f"{target.__name__} of {_distribution(entry)}")
    else:
        raise ConfigError(
            f"{entry.name} of {_distribution(entry)} is no codemod: name a module or a subclass of Codemod"
        )
    if found.identifier() != entry.name:
        raise ConfigError(
            f"{_distribution(entry)} calls its codemod {found.identifier()} {entry.name!r}: "
            "an entry point must have the name of its module, with dashes"
        )
    return found


def _only_codemod(module: ModuleType, place: str) -> type[Codemod]:
    own = [
        c
        for c in vars(module).values()
        if isinstance(c, type) and issubclass(c, Codemod) and c.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise ConfigError(f"{place} must define one subclass of Codemod, and it defines {len(own)}")
    return own[0]


def _query(identifier: str, runs_queries: bool) -> type[Codemod]:
    if not runs_queries:
        raise ConfigError(
            f"{identifier} is code that only `refactorkit apply {identifier}` runs: leave it out here"
        )
    from refactorkit.bowler_queries import query_codemod

    return query_codemod(Path(identifier.removeprefix(QUERY)), spelled(identifier))


def import_local(name: str, folder: Path) -> Any:
    """Import a module of a local folder by its dotted name; it can't hide a module of anybody else.

    Worker processes call this too, before they unpickle what the module defines. No bytecode is written: the folder
    may be part of the project that is worked on.
    """
    package, _, stem = name.rpartition(".")
    if package not in sys.modules:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(folder.resolve())]
    wrote_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        first = (str(error).splitlines() or [""])[0]
        raise ConfigError(
            f"{folder / stem}.py can't be imported: {type(error).__name__}: {first}: correct it"
        ) from error
    finally:
        sys.dont_write_bytecode = wrote_bytecode


def _local_name(path: Path) -> str:
    """The dotted name under which a file of a local folder is imported: one package for each folder."""
    folder = hashlib.sha256(os.fsencode(path.parent.resolve())).hexdigest()[:12]
    return f"{LOCAL}{folder}.{path.stem}"


def local_module(codemod: Codemod) -> tuple[str, Path] | None:
    """What `import_local` needs to import the codemod's module in another process; None for an installed one."""
    name = type(codemod).__module__
    return (name, Path(sys.modules[name].__file__ or "").parent) if name.startswith(LOCAL) else None


def create(
    identifier: str, given: Mapping[str, Any], folder: Path | None = None, runs_queries: bool = False
) -> Codemod:
    """A codemod with options as strings, as tuples of them (`-o` repeated) or as TOML values. Raises ConfigError."""
    return configure(load(identifier, folder, runs_queries), given)


def configure(cls: type[Codemod], given: Mapping[str, Any]) -> Codemod:
    """A codemod of this class, as `create` makes it."""
    identifier, hints = cls.identifier(), get_type_hints(cls)
    fields = {f.name.replace("_", "-"): hints[f.name] for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, value in given.items():
        key = name.replace("_", "-")
        if key not in fields:
            raise ConfigError(f"{identifier} has no option {name!r}: {nearest(key, fields)}")
        values[key.replace("-", "_")] = _convert(identifier, name, value, fields[key])
    return cls(**values)


def _convert(identifier: str, name: str, value: Any, wanted: Any) -> Any:
    if get_origin(wanted) is tuple and isinstance(value, str | tuple):
        texts = (value,) if isinstance(value, str) else value
        value = [part.strip() for text in texts for part in _parts(text) if part.strip()]
    elif isinstance(value, tuple):
        value = value[-1]
    try:
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError as error:
        if get_origin(wanted) is Literal:
            choices = [str(choice) for choice in get_args(wanted)]
            raise ConfigError(
                f"{identifier}: {name}={value} is not possible: {nearest(str(value), choices)}"
            ) from error
        raise ConfigError(
            f"{identifier}: {name}={value} is not possible: it takes {_words(wanted)}"
        ) from error


def _parts(text: str) -> list[str]:
    """A text cut at its commas, those inside brackets and quotes apart (`add=place=(0, 0),name=None`)."""
    parts, start, depth, quote = [], 0, 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and not depth:
            parts.append(text[start:at])
            start = at + 1
    return text.split(",") if quote or depth else [*parts, text[start:]]


def options(identifier: str, folder: Path | None = None) -> list[Option]:
    """The options of a codemod with their docstrings, in the order of their definition."""
    cls = load(identifier, folder)
    hints = get_type_hints(cls)
    texts = attribute_docstrings(Path(sys.modules[cls.__module__].__file__ or ""), cls.__name__)
    return [
        Option(f.name.replace("_", "-"), _words(hints[f.name]), _shown(f.default), texts.get(f.name, ""))
        for f in dataclasses.fields(cls)  # type: ignore[arg-type]
    ]


def attribute_docstrings(path: Path, name: str) -> dict[str, str]:
    """The string that follows each assignment in a class, by the assigned name."""
    tree = ast.parse(path.read_bytes())
    body = next((n.body for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name), [])
    found = {}
    for statement, following in pairwise(body):
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]  # type: ignore[assignment]
        is_text = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        if isinstance(target, ast.Name) and is_text:
            found[target.id] = " ".join(str(following.value.value).split())  # type: ignore[attr-defined]
    return found


def _words(wanted: Any) -> str:
    if get_origin(wanted) is Literal:
        return " | ".join(str(choice) for choice in get_args(wanted))
    return (
        "list"
        if get_origin(wanted) is tuple
        else {bool: "true or false", str: "text", int: "a number"}.get(wanted, str(wanted))
    )


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return (
        {True: "true", False: "false"}.get(default, str(default))
        if isinstance(default, bool)
        else str(default)
    )


def reasons(identifier: str, folder: Path | None = None) -> list[Reason]:
    """The reason codes that a codemod may give, with what each tells the user: those of its `Reason` enum."""
    cls = load(identifier, folder)
    given = getattr(cls, "reasons", lambda: None)()
    enums = given if isinstance(given, tuple) else () if given is None else (given,)
    found = []
    for enum in enums:
        texts = attribute_docstrings(Path(sys.modules[enum.__module__].__file__ or ""), enum.__name__)
        found += [Reason(str(member), texts.get(member.name, "")) for member in enum]
    return found
