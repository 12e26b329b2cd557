"""Writes `exceptions.toml` from what the interpreters have: `python -m refactorkit.raise_knowledge.collect PYTHON...`.

Each interpreter imports the modules of its own standard library, in a process of its own; nothing else is imported. Those
of 3.10 and older only say which names they don't have: give as many versions as there are, in any order.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SCRIPT = r"""
import builtins, contextlib, importlib, io, json, os, pkgutil, sys, warnings
warnings.simplefilter("ignore")
skipped = {"antigravity", "this", "idlelib", "test", "lib2to3", "turtledemo", "turtle", "tkinter", "__main__"}
names = []
for top in sorted(sys.stdlib_module_names - skipped):
    names.append(top)
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    modules = []
    while names:
        name = names.pop(0)
        if {"__main__", "tests", "test"} & set(name.split(".")):
            continue
        try:
            module = importlib.import_module(name)
        except (Exception, SystemExit):
            continue
        modules.append((name, module))
        for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
            names.append(name + "." + found.name)
seen = {}
for module_name, module in modules + [("", builtins)]:
    for name, value in list(vars(module).items()):
        if isinstance(value, type) and issubclass(value, BaseException) and (module_name or not name.startswith("_")):
            seen.setdefault(value, set()).add((module_name, name))
print(json.dumps([[c.__module__, c.__qualname__, sorted(p), [[b.__module__, b.__qualname__] for b in c.__bases__
    if issubclass(b, BaseException)], type(c.__init__) is type(object.__init__) and type(c) is type] for c, p in seen.items()]))
"""

HAVING = r"""
import builtins, importlib, json, sys, warnings
warnings.simplefilter("ignore")
def has(name):
    module, _, last = name.rpartition(".")
    try:
        return hasattr(importlib.import_module(module) if module else builtins, last)
    except ImportError:
        return False
print(json.dumps([list(sys.version_info[:2]), [name for name in json.load(sys.stdin) if has(name)]]))
"""

DESCRIBED = (3, 11)
"""The oldest version whose exceptions are written down, and not only asked for."""

SAME = {
    "re.PatternError": "re.error",
    "re._compiler.PatternError": "re.error",
    "re._constants.PatternError": "re.error",
}
"""Classes that got a new name, under the one that every version knows."""

LATE = dict.fromkeys(
    [
        f"tarfile.{name}Error"
        for name in (
            "AbsoluteLink",
            "AbsolutePath",
            "Filter",
            "LinkOutsideDestination",
            "OutsideDestination",
            "SpecialFile",
        )
    ],
    "3.12",
)
"""Names that came to older versions with a later patch release: the first version that has them from its beginning."""

APART = {
    "asyncio.TimeoutError": ("3.11", ["Exception"]),
    "concurrent.futures.TimeoutError": ("3.11", ["concurrent.futures._base.Error"]),
    "socket.timeout": ("3.10", ["OSError"]),
}
"""Names that became another one's alias in some version, and what they were a subclass of before. Tried on 3.7 to 3.13: of
all aliases these, and what only private modules have."""
APART_TOO = {
    "asyncio.exceptions.TimeoutError": "asyncio.TimeoutError",
    "concurrent.futures._base.TimeoutError": "concurrent.futures.TimeoutError",
    "_socket.timeout": "socket.timeout",
}
"""Their other names."""

ELSEWHERE = {
    "WindowsError": "OSError",
    "winreg.error": "OSError",
    "os.error": "OSError",
    "select.error": "OSError",
}
"""Names that other platforms have."""

Found = list[tuple[str, str, list[tuple[str, str]], list[tuple[str, str]], bool]]


def exceptions(python: Path) -> Found:
    """What one interpreter has: module, name, places, bases, and whether the constructor is its own, of each. Raises OSError, CalledProcessError."""
    run = subprocess.run([python, "-I", "-c", SCRIPT], capture_output=True, check=True, text=True)
    found: Found = json.loads(run.stdout)
    return found


def having(python: Path, names: Sequence[str]) -> tuple[tuple[int, int], set[str]]:
    """The version of an interpreter, and which of the names it has. Raises OSError, CalledProcessError."""
    given = json.dumps(names)
    run = subprocess.run(
        [python, "-I", "-c", HAVING], input=given, capture_output=True, check=True, text=True
    )
    (major, minor), found = json.loads(run.stdout)
    return (major, minor), set(found)


def since(pythons: Sequence[Path], names: Sequence[str]) -> dict[str, str]:
    """The first version that has a name, for those that the oldest of the interpreters doesn't have."""
    versions = sorted(having(python, names) for python in pythons)
    (oldest, first), *later = versions
    return {
        name: ".".join(map(str, next(version for version, found in later if name in found)))
        for name in names
        if name not in first and any(name in found for version, found in later if version > oldest)
    }


def written(pythons: Sequence[Path]) -> str:
    """The text of `exceptions.toml`; where versions differ, the one named first counts."""
    described = [python for python in pythons if having(python, [])[0] >= DESCRIBED]
    bases: dict[str, list[str]] = {}
    aliases = dict(ELSEWHERE)
    plain, ours = set[str](), set[str]()
    for python in described:
        found = exceptions(python)
        names = {(module, name): _name(module, name, places) for module, name, places, *_ in found}
        for module, name, places, above, is_plain in found:
            one = names[module, name]
            (plain if is_plain else ours).add(one)
            bases.setdefault(one, sorted(names.get((m, n), f"{m}.{n}") for m, n in above))
            for place in [*places, (module, name)]:
                other = ".".join(filter(None, place)).removeprefix("builtins.")
                if other != one:
                    aliases.setdefault(other, one)
    lines = ["# Written by python -m refactorkit.raise_knowledge.collect", ""]
    lines += [
        "# Their constructors are the interpreter's own.",
        f"plain = {json.dumps(sorted(plain - ours))}",
        "",
        "[bases]",
    ]
    lines += [f"{json.dumps(name)} = {json.dumps(bases[name])}" for name in sorted(bases)]
    lines += ["", "[aliases]"]
    lines += [
        f"{json.dumps(name)} = {json.dumps(aliases[name])}" for name in sorted(aliases) if name not in bases
    ]
    newer = since(pythons, sorted(bases)) | {name: version for name, version in LATE.items() if name in bases}
    lines += ["", "[since]"]
    lines += [f"{json.dumps(name)} = {json.dumps(version)}" for name, version in newer.items()]
    lines += ["", "[apart]"]
    lines += [
        f'{json.dumps(name)} = {{ since = "{version}", bases = {json.dumps(above)}, names = {json.dumps(_others(name))} }}'
        for name, (version, above) in APART.items()
    ]
    return "\n".join(lines) + "\n"


def _others(name: str) -> list[str]:
    return [other for other, one in APART_TOO.items() if one == name]


def _name(module: str, name: str, places: list[tuple[str, str]]) -> str:
    """Where users find it: in the outermost public module of the package that defines it."""
    if ("", name) in map(tuple, places) or module == "builtins":
        return name
    own = module.split(".")[0].lstrip("_")
    near = [(m, n) for m, n in places if m.split(".")[0] == own and n == name.rpartition(".")[2]]
    if f"{module}.{name}" in SAME:
        return SAME[f"{module}.{name}"]
    public = [(m, n) for m, n in places if not m.startswith("_")]
    is_there = (module, name) in map(tuple, places)  # `signal.ItimerError` calls itself `itimer_error`
    best = min(
        near or ([(module, name)] if is_there else public) or [(module, name)],
        key=lambda place: (place[0].count("."), "._" in place[0], place[0]),
    )
    return ".".join(best)


if __name__ == "__main__":
    pythons = [Path(name) for name in sys.argv[1:]] or [Path(sys.executable)]
    (Path(__file__).parent / "exceptions.toml").write_text(written(pythons), "utf-8")
