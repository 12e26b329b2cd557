"""hoist-imports on packages made at random, in real interpreters: what imported cold still does, and functions give the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refactorkit import catalogue
from refactorkit.config import Config
from refactorkit.discover import discover
from refactorkit.model import Plan
from refactorkit.pipeline import plan
from refactorkit.workspace.disk import DiskWorkspace

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
MODULES = ["m0", "m1", "m2", "sub.m3", "sub.m4"]
"""The modules of the package `app`; `sub` is a package in it."""
PROBE = """
import importlib, json, os, re, sys
sys.path.insert(0, sys.argv[1])
found = {}
for name in sys.argv[2:]:
    end, start = os.pipe()
    if os.fork() == 0:
        try:
            module = importlib.import_module(name)
        except BaseException as error:
            said = [type(error).__name__, {}]
        else:
            results = {}
            for key in sorted(vars(module)):
                if key.startswith("f"):
                    try:
                        results[key] = re.sub(" at 0x[0-9a-f]+", "", str(vars(module)[key]()))
                    except Exception as error:
                        results[key] = "! " + type(error).__name__
            said = [None, results]
        os.write(start, json.dumps(said).encode())
        os._exit(0)
    os.close(start)
    with os.fdopen(end, "rb") as pipe:
        found[name] = json.loads(pipe.read())
    os.wait()
print(json.dumps(found))
"""


def import_of(here: str) -> st.SearchStrategy[tuple[str, str]]:
    """An import statement of the module `here`, with the expression that uses it."""

    def made(target: str, name: str, form: int) -> tuple[str, str]:
        package, _, module = f"app.{target}".rpartition(".")
        if form == 0:
            return f"from app.{target} import {name}", name
        if form == 1:
            return f"import app.{target}", f"app.{target}.{name}"
        if form == 2:
            return f"from {package} import {module}", f"{module}.{name}"
        if form == 3:
            return f"from app.{target} import {name} as x", "x"
        return f"from {package} import {name}", name

    return st.builds(made, st.sampled_from(MODULES), st.sampled_from(["a", "b"]), st.integers(0, 4))


@st.composite
def function(draw: st.DrawFn, here: str, number: int) -> str:
    """A function with one or two deferred imports, in one of several shapes."""
    first, use = draw(import_of(here))
    second, other = draw(import_of(here))
    shape = draw(st.integers(0, 5))
    if shape == 0:
        return f"def f{number}():\n    {first}\n\n    return {use}\n"
    if shape == 1:
        return f"def f{number}():\n    {first}\n    {second}\n\n    return {use}, {other}\n"
    if shape == 2:
        return f"def f{number}():\n    {first}\n\n    def inner():\n        {second}\n        return {other}\n\n    return {use}, inner()\n"
    if shape == 3:
        return f"def f{number}(flag=True):\n    if flag:\n        {first}\n        return {use}\n    {second}\n    return {other}\n"
    if shape == 4:
        return f"def f{number}(flag=True):\n    {first}\n    try:\n        {second}\n    except ImportError:\n        return 1\n    return {use}, {other}\n"
    return f"def f{number}():\n    {first}\n    return [{use} for b in 'xy'], lambda: {other if other == use else 1} and None\n".replace(
        ", lambda: 1 and None", ""
    )


@st.composite
def module(draw: st.DrawFn, here: str) -> str:
    """A module's code: imports that run, functions with deferred ones, and calls of them, in any order."""
    parts = [draw(import_of(here))[0] for _ in range(draw(st.integers(0, 2)))]
    parts += [f"a = '{here}.a'", f"b = '{here}.b'"]
    if draw(st.booleans()):
        parts.append(f"import os\nos.environ['{here.replace('.', '_')}'] = '1'")
    body = [draw(function(here, number)) for number in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 3)) == 0:
        body.append("value = f0()")
    if draw(st.integers(0, 3)) == 0:
        body.append(draw(import_of(here))[0])
    parts = draw(st.permutations(parts)) if draw(st.booleans()) else parts
    return "\n".join(parts) + "\n\n\n" + "\n\n".join(body) + "\n"


@st.composite
def project(draw: st.DrawFn) -> dict[str, str]:
    """The files of a package `app` by path."""
    files = {f"app/{name.replace('.', '/')}.py": draw(module(name)) for name in MODULES}
    for package in ("app", "app/sub"):
        inits = draw(st.lists(import_of(package.replace("/", ".")), max_size=2))
        files[f"{package}/__init__.py"] = "".join(f"{code}\n" for code, _ in inits)
    return files


def written(root: Path, files: dict[str, str]) -> Path:
    for path, code in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(code)
    return root


def cold(root: Path) -> dict[str, Any]:
    """For each module, imported in a process of its own: its error or None, and what its functions return."""
    names = ["app", "app.sub", *(f"app.{name}" for name in MODULES)]
    command = [sys.executable, "-B", "-c", PROBE, str(root), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(done.stdout))


def applied(root: Path, startup: str) -> Plan:
    codemod = catalogue.create("hoist-imports", {"startup": startup})
    return plan(codemod, discover(DiskWorkspace(root), (str(root),)), Config())


@settings(
    max_examples=EXAMPLES or 15,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(project(), st.sampled_from(["keep", "allow"]))
def test_what_imported_before_imports_after_and_functions_give_the_same(
    files: dict[str, str], startup: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = written(Path(name), files)
        before = cold(root)
        if any(error for error, _ in before.values()):
            return  # an import of what can't be imported today is the affair of the gate
        made = applied(root, startup)
        assert not [v for v in made.verification if v.ok is False]
        for change in made.changes:
            (root / change.path).write_bytes(change.after or b"")
        if not made.changes:
            return
        after = cold(root)
        for module_name, (error, results) in before.items():
            if error is None:
                assert after[module_name][0] is None, (module_name, after[module_name])
                kept = {key: value for key, value in results.items() if not value.startswith("!")}
                assert {key: after[module_name][1][key] for key in kept} == kept, module_name
