"""Which import cycles there are, through which lines, and what is cheapest to cut; held against real interpreters."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.analysis.import_cycles import ImportCycle, Remedy, find_cycles
from refactorkit.analysis.import_facts import file_imports
from refactorkit.model import Source

FUTURE = "from __future__ import annotations\n"


def cycles_of(files: dict[str, str], with_deferred: bool = False, scope: str = "") -> tuple[ImportCycle, ...]:
    """The cycles of a project."""
    sources = {
        path: Source(path=path, data=text.encode(), mode="100644", in_scope=path.startswith(scope))
        for path, text in files.items()
    }
    return find_cycles(sources, file_imports.of(sources.values()).facts, with_deferred)


def modules_of(files: dict[str, str], with_deferred: bool = False) -> list[tuple[str, ...]]:
    """The modules of each cycle."""
    return [cycle.modules for cycle in cycles_of(files, with_deferred)]


NO_CYCLE = {
    "a submodule taken from its package by a sibling": {
        "p/__init__.py": "from . import a, b\n",
        "p/a.py": "from p import b\n",
        "p/b.py": "",
    },
    "a package that is only passed through": {
        "p/__init__.py": "from p.a import x\n",
        "p/a.py": "from p.b import y\nx = 1\n",
        "p/b.py": "y = 1\n",
    },
    "a package around, with a namespace in between": {
        "p/__init__.py": "from p.n.q import x\n",
        "p/n/q/__init__.py": "from p.a import y\nx = 1\n",
        "p/a.py": "y = 1\n",
    },
    "an import for types": {
        "a.py": "from b import y\nx = 1\n",
        "b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import x\ny = 1\n",
    },
    "an import in a function": {
        "a.py": "from b import y\nx = 1\n",
        "b.py": "def y():\n    from a import x\n",
    },
    "an import for a script": {
        "a.py": "from b import y\nx = 1\n",
        "b.py": 'y = 1\nif __name__ == "__main__":\n    import a\n',
    },
    "an import of itself": {"a.py": "import a\n"},
    "modules of other folders with the same name": {
        "one/a.py": "import b\n",
        "one/b.py": "",
        "two/a.py": "",
        "two/b.py": "import a\n",
    },
}

CYCLES = {
    "names taken both ways": (
        {"a.py": "from b import y\nx = 1\n", "b.py": "from a import x\ny = 1\n"},
        ("a", "b"),
    ),
    "a name taken from the package around": (
        {"p/__init__.py": "from p.a import x\ny = 1\n", "p/a.py": "from p import y\nx = 1\n"},
        ("p", "p.a"),
    ),
    "a relative import of a name of the package": (
        {"p/__init__.py": "from .a import x\ny = 1\n", "p/a.py": "from . import y\nx = 1\n"},
        ("p", "p.a"),
    ),
    "a package of others that is passed through": (
        {"p/__init__.py": "from q import x\n", "p/a.py": "y = 1\n", "q.py": "from p.a import y\nx = 1\n"},
        ("p", "q"),
    ),
    "submodules that a package collects": (
        {"p/__init__.py": "from . import a, b\n", "p/a.py": "from p import b\n", "p/b.py": "from p import a\n"},
        ("p.a", "p.b"),
    ),
    "modules below a folder without __init__": (
        {"p/__init__.py": "", "p/n/a.py": "from p.n.b import y\n", "p/n/b.py": "from p.n.a import x\n"},
        ("p.n.a", "p.n.b"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("files", NO_CYCLE.values(), ids=NO_CYCLE)
def test_what_runs_nothing_back_is_no_cycle(files: dict[str, str]) -> None:
    assert modules_of(files) == []


@pytest.mark.parametrize(("files", "modules"), CYCLES.values(), ids=CYCLES)
def test_modules_that_run_each_other_are_a_cycle(files: dict[str, str], modules: tuple[str, ...]) -> None:
    assert modules_of(files) == [modules]


def test_deferred_imports_count_when_asked_for() -> None:
    files = NO_CYCLE["an import in a function"]
    (cycle,) = cycles_of(files, with_deferred=True)
    assert cycle.modules == ("a", "b")
    assert [(cut.importer, cut.imported, cut.remedy, cut.deferred) for cut in cycle.cuts] == [
        ("b", "a", Remedy.LEAVE, True)
    ]


def test_only_cycles_with_a_module_in_scope_show() -> None:
    files = {
        "one/a.py": "import b\n",
        "one/b.py": "import a\n",
        "two/c.py": "import d\n",
        "two/d.py": "import c\n",
    }
    assert [cycle.modules for cycle in cycles_of(files, scope="two/")] == [("c", "d")]


def test_the_shortest_loop_is_shown_with_its_lines() -> None:
    files = {
        "a.py": "import os\nfrom b import x\n",
        "b.py": "from c import x\nfrom d import x\n",
        "c.py": "\n\nfrom a import x\n",
        "d.py": "from e import x\n",
        "e.py": "from a import x\n",
    }
    (cycle,) = cycles_of(files)
    assert cycle.loop == ("a", "b", "c", "a")
    assert [cycle.edge(*arc).places[0].line for arc in zip(cycle.loop, cycle.loop[1:], strict=False)] == [
        2,
        1,
        3,
    ]


USES = {
    "annotations": (FUTURE + "from a import X\ndef f(x: X) -> X: ...\n", Remedy.TYPE_CHECKING),
    "a quoted annotation": ("from a import X\ndef f(x: 'list[X]'): ...\n", Remedy.TYPE_CHECKING),
    "a quoted cast": (
        "from typing import cast\nfrom a import X\ndef f(x):\n    return cast('X', x)\n",
        Remedy.TYPE_CHECKING,
    ),
    "a field of a plain class": (FUTURE + "from a import X\nclass C:\n    x: X\n", Remedy.TYPE_CHECKING),
    "a field that a base class may evaluate": (
        FUTURE + "from a import X\nfrom pydantic import BaseModel\nclass C(BaseModel):\n    x: X\n",
        Remedy.MOVE,
    ),
    "an annotation that a decorator may evaluate": (
        FUTURE + "from a import X\nimport app\n@app.get('/')\ndef f(x: X): ...\n",
        Remedy.MOVE,
    ),
    "a function": ("from a import X\ndef f():\n    return X()\n", Remedy.DEFER),
    "a method": ("from a import X\nclass C:\n    def f(self):\n        return X\n", Remedy.DEFER),
    "a lambda": ("from a import X\nf = lambda: X\n", Remedy.DEFER),
    "a function that has a name of its own": ("from a import X\ndef f(X):\n    return X\n", Remedy.DELETE),
    "nothing": ("from a import X\n", Remedy.DELETE),
    "nothing, the whole module": ("import a\n", Remedy.SIDE_EFFECT),
    "a base class": ("from a import X\nclass C(X): ...\n", Remedy.MOVE),
    "a default": ("from a import X\ndef f(x=X): ...\n", Remedy.MOVE),
    "a decorator": ("from a import X\n@X\ndef f(): ...\n", Remedy.MOVE),
    "a function called at import time": (
        "from a import X\ndef f():\n    return g()\ndef g():\n    return X()\nx = f()\n",
        Remedy.MOVE,
    ),
    "a method of what is made at import time": (
        "from a import X\nclass C:\n    def __init__(self):\n        self.x = X()\nc = C()\n",
        Remedy.MOVE,
    ),
    "everything": ("from a import *\n", Remedy.MOVE),
    "__all__": ("from a import X\n__all__ = ['X']\n", Remedy.HAND_ON),
    "others": ("from a import X\ndef f():\n    return X\n", Remedy.HAND_ON),
}


@pytest.mark.parametrize(("source", "remedy"), USES.values(), ids=USES)
def test_the_remedy_is_what_the_uses_allow(
    source: str, remedy: Remedy, request: pytest.FixtureRequest
) -> None:
    files = {"a.py": "from b import Y\nclass X: ...\nclass Z(Y): ...\n", "b.py": source + "class Y: ...\n"}
    if request.node.callspec.id == "others":
        files["c.py"] = "from b import X\n"
    (cycle,) = cycles_of(files)
    assert cycle.edge("b", "a").remedy is remedy


def test_a_name_that_lives_outside_of_the_cycle_is_taken_from_there() -> None:
    files = {
        "p/__init__.py": "from p.models import Model\nfrom p.views import show\n",
        "p/models.py": "class Model: ...\n",
        "p/views.py": "from p import Model\nclass View(Model): ...\ndef show(): ...\n",
    }
    (cycle,) = cycles_of(files)
    (cut,) = cycle.cuts
    assert (cut.importer, cut.imported, cut.remedy) == ("p.views", "p", Remedy.RETARGET)
    assert cut.places[0].homes == ("p.models",)


def test_types_are_cut_rather_than_what_runs_and_few_names_rather_than_many() -> None:
    files = {
        "a.py": "from b import p, q\ndef f():\n    return p, q\n",
        "b.py": "from c import X\ndef f():\n    return X\np = q = 1\n",
        "c.py": FUTURE + "from a import f\nclass X:\n    def m(self, x: f): ...\n",
    }
    (cycle,) = cycles_of(files)
    assert [(c.importer, c.remedy) for c in cycle.cuts] == [("c", Remedy.TYPE_CHECKING)]
    files["c.py"] = "from a import f\nclass X:\n    y = f()\n"
    (cycle,) = cycles_of(files)
    assert [(c.importer, c.remedy) for c in cycle.cuts] == [("b", Remedy.DEFER)]


TRACE = """
import builtins, importlib, importlib.util, os, sys
real = builtins.__import__

def is_running(name):
    return getattr(getattr(sys.modules.get(name), "__spec__", None), "_initializing", False)

def is_submodule(package, name):
    return hasattr(sys.modules.get(package), "__path__") and importlib.util.find_spec(f"{package}.{name}")

def traced(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {}).get("__name__", "")
    if importer in sys.argv:
        full = importlib.util.resolve_name("." * level + name, globals["__package__"]) if level else name
        parts = full.split(".")
        wanted = {".".join(parts[:n]) for n in range(1, len(parts))} | (set() if fromlist else {full})
        wanted = {w for w in wanted if not f"{importer}.".startswith(f"{w}.")}
        wanted |= {f"{full}.{n}" if is_submodule(full, n) else full for n in fromlist or ()}
        for module in filter(is_running, wanted - {importer}):
            print(importer, module, flush=True)
    return real(name, globals, locals, fromlist, level)

builtins.__import__ = traced
for name in sys.argv[1:]:
    if os.fork() == 0:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
        os._exit(0)
    os.wait()
"""
"""Imports each module in a process of its own, and prints each import of a module that is just running."""


def imports_of_running_modules(folder: Path, files: dict[str, str]) -> set[tuple[str, ...]]:
    """Each importer with the module that was running when it was imported, whichever module came first."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    names = [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files]
    done = subprocess.run(
        [sys.executable, "-c", TRACE, *names], cwd=folder, capture_output=True, text=True, check=True
    )
    return {tuple(line.split()) for line in done.stdout.splitlines()}


def project_at_random(seed: int) -> dict[str, str]:
    """Modules that take names from each other, in packages and beside them, and whose imports all work."""
    chance = random.Random(seed)
    names = ["a", "b", "p", "p.c", "p.d", "p.q", "p.q.e"]
    packages = {"p", "p.q"}
    files = {}
    for name in names:
        others = [o for o in names if o != name]
        lines = []
        for other in chance.sample(others, chance.choice([0, 1, 1, 2])):
            parent, _, child = other.rpartition(".")
            lines.append(chance.choice([f"from {other} import value as v_{child}", f"from {parent or other} import {child if parent else 'value'}"]))  # fmt: skip
        path = name.replace(".", "/") + ("/__init__.py" if name in packages else ".py")
        files[path] = "\n".join(["value = 1", *lines, ""])
    return files


@pytest.mark.parametrize("files", [files for files, _ in CYCLES.values()], ids=CYCLES)
def test_python_comes_back_to_a_running_module_in_each_cycle(tmp_path: Path, files: dict[str, str]) -> None:
    assert imports_of_running_modules(tmp_path, files)


SINGLE = {title: files for title, files in NO_CYCLE.items() if "other folders" not in title}


@pytest.mark.parametrize("files", SINGLE.values(), ids=SINGLE)
def test_python_never_comes_back_to_a_running_module_without_a_cycle(
    tmp_path: Path, files: dict[str, str]
) -> None:
    assert imports_of_running_modules(tmp_path, files) == set()


@pytest.mark.parametrize("seed", range(40))
def test_cycles_are_where_python_comes_back_to_a_running_module(tmp_path: Path, seed: int) -> None:
    files = project_at_random(seed)
    cycles = cycles_of(files)
    seen = imports_of_running_modules(tmp_path, files)
    for importer, imported in seen:
        assert any({importer, imported} <= set(cycle.modules) for cycle in cycles), (importer, imported)
    for cycle in cycles:
        assert any({importer, imported} <= set(cycle.modules) for importer, imported in seen), cycle.modules
