"""What is worked out about real packages against what they are and do in an interpreter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import subjects
from refactorkit.analysis.definitions import Function
from refactorkit.analysis.expressions import written
from refactorkit.analysis.package_questions import NAME, package_key
from refactorkit.analysis.package_symbols import PackageSources, PackageSymbols
from refactorkit.analysis.raise_packages import InstalledPackages
from refactorkit.distributions import Installed
from refactorkit.environment import find_environment

pytestmark = pytest.mark.network

REQUIREMENTS = (
    "requests==2.32.3",
    "PyYAML==6.0.2",
    "packaging==24.2",
    "Jinja2==3.1.4",
    "click==8.1.7",
    "httpx==0.27.2",
)
ROOTS = (
    "requests",
    "urllib3",
    "yaml",
    "packaging",
    "jinja2",
    "click",
    "httpx",
    "httpcore",
    "idna",
    "markupsafe",
    "certifi",
)
PROBE = Path(__file__).parent / "package_probe.py"
NOT_PROMISED = {"builtins.TypeError", "builtins.AttributeError", "builtins.NameError"}
TOUCHING = (
    "open",
    "write",
    "remove",
    "exec",
    "launch",
    "edit",
    "unlink",
    "sleep",
    "pause",
    "prompt",
    "getchar",
)
"""Words in the names of functions that do something outside of the process."""


@pytest.fixture(scope="module")
def python(subject_cache: Path) -> Path:
    """An interpreter with some well-known packages."""
    return subjects.runtime(
        subject_cache, "packages-venv", REQUIREMENTS, "import requests, yaml, httpx, jinja2, click"
    )


@pytest.fixture(scope="module")
def installed(python: Path) -> Installed:
    """What it has installed."""
    environment = find_environment(python, Path.cwd(), {})
    assert environment is not None
    return Installed(environment.folders)


@pytest.fixture(scope="module")
def packages(installed: Installed) -> InstalledPackages:
    """The packages, of which nobody replaces anything."""
    return InstalledPackages(installed, (3, 11), lambda: ())


def probed(python: Path, *arguments: str) -> list[list[Any]]:
    """What the probe says."""
    done = subprocess.run([python, PROBE, *arguments], capture_output=True, text=True, check=True)
    answer: list[list[Any]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_exceptions_have_the_superclasses_that_they_have_at_run_time(
    python: Path, packages: InstalledPackages
) -> None:
    known = 0
    for name, mro in probed(python, "types", *ROOTS):
        lineage = packages.lineage(packages.named(str(name)))
        if lineage is None or not lineage.is_whole:
            continue
        known += 1
        real = {packages.named(str(base)) for base in mro} - {"object"}
        assert lineage.types >= {n for n in real if not n.startswith("typing.")}, name
        assert lineage.types <= real, name
    assert known > 100


def functions(installed: Installed) -> Iterator[tuple[str, Function]]:
    """The module-level functions of the packages whose first parameters are of simple types."""
    symbols = PackageSymbols(PackageSources(installed))
    for root in ROOTS:
        for path in sorted(
            {path for owner in installed.owners(root) for path in owner.files if path.endswith(".py")}
        ):
            facts = symbols.outline(path)
            for bounds in facts.names.values() if facts else ():
                match bounds:
                    case (Function(is_async=False, decorators=(), parameters=(_, *_)) as function,):
                        yield symbols.module_name(path), function
                    case _:
                        pass


def test_functions_raise_nothing_else_than_what_is_worked_out(
    python: Path, installed: Installed, packages: InstalledPackages, tmp_path: Path
) -> None:
    wanted, claimed = [], {}
    for module, function in functions(installed):
        raised = packages.raised(package_key(f"{module}.{function.name}", NAME, False))
        given = [
            (written(p.annotation) if p.annotation else "", p.is_optional)
            for p in function.parameters
            if p.kind == "positional"
        ]
        is_simple = all(
            kind in ("str", "int", "bytes", "bool", "float") or is_optional for kind, is_optional in given
        )
        if raised.unknown or not given or not is_simple or any(word in function.name for word in TOUCHING):
            continue
        wanted.append([module, function.name, given])
        claimed[module, function.name] = raised
    asked = tmp_path / "asked.json"
    asked.write_text(json.dumps(wanted))
    assert len(wanted) > 20
    for module, name, arrived in probed(python, "calls", str(asked)):
        raised = claimed[str(module), str(name)]
        for mro in arrived:
            names = {packages.named(base) for base in mro}
            is_assumed = "well-formed-name" in raised.assumes and "ValueError" in names
            assert names & set(raised.types) or NOT_PROMISED & set(mro) or is_assumed, (module, name, mro)
