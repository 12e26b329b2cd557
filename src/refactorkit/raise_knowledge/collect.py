"""Writes `exceptions.toml` from what the interpreters have: `python -m refactorkit.raise_knowledge.collect PYTHON...`.

Each interpreter imports the modules of its own standard library, in a process of its own; nothing else is imported.
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

SAME = {
    "re.PatternError": "re.error",
    "re._compiler.PatternError": "re.error",
    "re._constants.PatternError": "re.error",
}
"""Classes that got a new name, under the one that every version knows."""

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


def written(pythons: Sequence[Path]) -> str:
    """The text of `exceptions.toml`; where versions differ, the one named first counts."""
    bases: dict[str, list[str]] = {}
    aliases = dict(ELSEWHERE)
    plain, ours = set[str](), set[str]()
    for python in pythons:
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
    return "\n".join(lines) + "\n"


def _name(module: str, name: str, places: list[tuple[str, str]]) -> str:
    """Where users find it: in the outermost public module of the package that defines it."""
    if ("", name) in map(tuple, places) or module == "builtins":
        return name
    own = module.split(".")[0].lstrip("_")
    near = [(m, n) for m, n in places if m.split(".")[0] == own and n == name.rpartition(".")[2]]
    if f"{module}.{name}" in SAME:
        return SAME[f"{module}.{name}"]
    best = min(near or [(module, name)], key=lambda place: (place[0].count("."), "._" in place[0], place[0]))
    return ".".join(best)


if __name__ == "__main__":
    pythons = [Path(name) for name in sys.argv[1:]] or [Path(sys.executable)]
    (Path(__file__).parent / "exceptions.toml").write_text(written(pythons), "utf-8")
