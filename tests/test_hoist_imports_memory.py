"""What hoist-imports keeps between runs: after any edit it comes to what it comes to with an empty cache, byte for byte."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from plan_properties import discovered
from refactorkit import catalogue, facts
from refactorkit.analysis.import_edits import ImportFacts
from refactorkit.analysis.import_memory import remembered
from refactorkit.analysis.project_text import ProjectText
from refactorkit.cache import Cache
from refactorkit.config import Config, Scope
from refactorkit.model import Plan, Seconds, Source
from refactorkit.pipeline import plan

GOLDEN = Path(__file__).parent.parent / "golden" / "hoist_imports"
SEEDS = max(12, int(os.environ.get("FUZZ_EXAMPLES", "0")))
EDITS = 14
Files = dict[str, bytes]

LINES = (
    "# a comment", "", "x_{n} = {n}", "import os", "import json as js", "from {module} import {name}",
    "import {module}", "from . import {name}", "from {module} import *", '__all__ = ["{name}"]', "{name} = {n}",
    "{name}.attribute = {n}", "{owner}.{name} = {n}", "print({owner}.{name})", "import pickle\npickle.dumps({name})",
    "text = '{module}.{name}'", "text = \"{module}:{name}\"",
    "import typing\nif typing.TYPE_CHECKING:\n    from {module} import {name}",
    "def deferring_{n}():\n    from {module} import {name}\n    return {name}",
    "def deferring_{n}():\n    import {module}\n    return {module}.{name}  # refactorkit: ignore",
    "def deferring_{n}(value):\n    from {module} import {name}\n\n    kept: {name} = value\n    return kept",
    "class Made_{n}:\n    value: '{name}' = None", "def __getattr__(name):\n    return {n}",
    "from unittest import mock\nmock.patch('{module}.{name}')", "import sys\nsys.modules['{module}'] = None",
    "try:\n    from {module} import {name}\nexcept ImportError:\n    {name} = None",
    "def half(:",
)  # fmt: skip
"""What is put somewhere into a file; `{{name}}` and `{{module}}` are taken from the project."""


def projects() -> tuple[list[Files], list[Files]]:
    """The trees of the golden cases: those in which symbols move or could, and the others."""
    found: tuple[list[Files], list[Files]] = [], []
    for case in sorted(GOLDEN.iterdir()):
        before = case / "before"
        files = {str(p.relative_to(before)): p.read_bytes() for p in sorted(before.rglob("*")) if p.is_file()}
        found["symbol" not in case.name and "interface" not in case.name].append(files)
    return found


def edited(files: Files, pick: random.Random) -> Files:
    """The project after one edit: lines put in, taken out or swapped in one file, or a file more or less."""
    paths = [path for path in files if path.endswith(".py")]
    path = pick.choice(paths)
    lines = files[path].decode("utf-8", "replace").splitlines(keepends=True)
    kind = pick.randrange(12)
    if kind == 0 and len(paths) > 2:
        return {p: data for p, data in files.items() if p != path}
    if kind == 1:
        return {**files, f"{path.rpartition('/')[0] or 'new'}/new_{pick.randrange(4)}.py": files[path]}
    if kind == 2 and lines:
        del lines[pick.randrange(len(lines))]
    elif kind == 3 and len(lines) > 1:
        one, other = pick.randrange(len(lines)), pick.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 4:
        return {**files, "pyproject.toml": PROJECT % pick.choice((b"requests", b"yaml", b"lxml"))}
    else:
        at = pick.choice((0, len(lines), pick.randint(0, len(lines))))
        indent = re.match(r"[ \t]*", lines[at])[0] if at < len(lines) else ""  # type: ignore[index]
        lines[at:at] = [f"{indent}{line}\n" for line in snippet(files, pick).split("\n")]
    return {**files, path: "".join(lines).encode()}


PROJECT = b'[project]\nname = "app"\nversion = "1"\ndependencies = ["%s"]\n[tool.ruff.lint]\nselect = ["I"]\n'


def snippet(files: Mapping[str, bytes], pick: random.Random) -> str:
    """Lines that name things of the project."""
    path = pick.choice([path for path in files if path.endswith(".py")])
    names = re.findall(rb"^(?:class|def) (\w+)|^(\w+) = ", files[path], re.MULTILINE)
    name = next(iter(filter(None, pick.choice(names))), b"os").decode() if names else "os"
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    owner = module.rpartition(".")[2]
    return pick.choice(LINES).format(name=name, module=module, owner=owner, n=pick.randrange(100))


def planned(files: Files, cache: Cache, options: Mapping[str, object]) -> Plan:
    """What hoist-imports would do, but for the time that it took."""
    facts.use(cache)
    try:
        codemod = catalogue.create("hoist-imports", dict(options))
        return msgspec.structs.replace(
            plan(codemod, discovered(files), Config(), cache=cache), seconds=Seconds()
        )
    finally:
        facts.use(Cache())


def told(made: Plan) -> bytes:
    """Everything in a plan, and no pieces that this run alone parsed."""
    files = msgspec.structs.replace(made.files, parsed=0)
    return msgspec.json.encode(msgspec.structs.replace(made, files=files))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_any_edit_it_comes_to_what_it_comes_to_with_an_empty_cache(seed: int, tmp_path: Path) -> None:
    pick = random.Random(seed)
    options = pick.choice(
        ({}, {"startup": "allow"}, {"extract_lines": 12}, {"startup": "allow", "extract": False})
    )
    moving, others = projects()
    files = pick.choice(moving)
    if pick.random() < 0.5:
        files = {**files, **{f"other/{path}": data for path, data in pick.choice(others).items()}}
    cache = Cache(tmp_path / "cache")
    for _ in range(EDITS):
        assert told(planned(files, cache, options)) == told(planned(files, Cache(), options))
        files = edited(files, pick)
    cache.close()


APP: Files = {
    "app/__init__.py": b"",
    "app/orders.py": b"class Line:\n    pass\n\n\nclass Order:\n    def send(self):\n        return 1\n",
    "app/shop.py": b"import app.orders\n\n\ndef sell():\n    from app.orders import Order\n\n    return Order\n",
}


@pytest.mark.parametrize(
    ("path", "old", "new", "is_decided_anew"),
    [
        ("app/orders.py", b"return 1", b"return 2", False),
        ("app/orders.py", b"\n\n\nclass Order", b"  # a comment\n\n\nclass Order", False),
        ("app/orders.py", b"class Order", b"# a line more\nclass Order", False),
        ("app/shop.py", b"return Order", b"return Order()", True),
        ("app/shop.py", b"def sell", b"# a comment\ndef sell", True),
        ("app/orders.py", b"class Line", b"import app.shop\n\n\nclass Line", True),
        ("app/orders.py", b"class Line", b"class Row", True),
        ("app/__init__.py", b"", b"from app.orders import *\n", True),
    ],
)
def test_it_decides_anew_only_when_something_that_it_reads_has_changed(
    tmp_path: Path, path: str, old: bytes, new: bytes, is_decided_anew: bool
) -> None:
    assert decisions(tmp_path, APP, {**APP, path: APP[path].replace(old, new, 1)}, []) == (
        2 if is_decided_anew else 1
    )


@pytest.mark.parametrize(
    ("question", "text", "is_decided_anew"),
    [
        ("is_quoted", b"x = 'app.orders.Line'\n", True),
        ("is_quoted", b"x = 'app.orders.Lines'\n", False),
        ("is_attribute", b"x = orders.Line\n", True),
        ("is_attribute", b"x = orders.line\n", False),
        ("is_near_pickling", b"import pickle\n\nx = Line\n", True),
        ("is_near_pickling", b"import pickle\n\nx = 2\n", False),
    ],
)
def test_what_was_looked_for_in_the_text_is_looked_for_again(
    tmp_path: Path, question: str, text: bytes, is_decided_anew: bool
) -> None:
    asked = {
        "is_quoted": ("app.orders", "Line"),
        "is_attribute": ("orders", "Line"),
        "is_near_pickling": ("Line",),
    }
    before = b"import pickle\n\nx = 1\n" if question == "is_near_pickling" else b"x = 1\n"
    files = {**APP, "app/other.py": before}
    count = decisions(tmp_path, files, {**files, "app/other.py": text}, [(question, *asked[question])])
    assert count == (2 if is_decided_anew else 1)


@pytest.mark.parametrize(
    ("question", "text", "is_decided_anew"),
    [
        (("source", "app/other.py"), b"x = 2\n", True),
        (("symbols", "app/other.py"), b"y = 1\n", True),
        (("symbols", "app/other.py"), b"x = 2\n# a comment\n", False),
        (("symbols", "app/other.py"), b"\nx = 1\n", True),
        (("needs", "app/other.py"), b"y = 1\n", True),
        (("needs", "app/other.py"), b"\nx = 2\n", False),
        (("lines", "app/other.py"), b"x = 2\n", False),
        (("lines", "app/other.py"), b"x = 2\n\n", True),
        (("has_fewer_lines", "app/other.py", 3), b"x = 2\n\n", False),
        (("has_fewer_lines", "app/other.py", 3), b"x = 2\n\n\n", True),
    ],
)
def test_what_was_read_of_a_file_is_read_again(
    tmp_path: Path, question: tuple[str, ...], text: bytes, is_decided_anew: bool
) -> None:
    files = {**APP, "app/other.py": b"x = 1\n"}
    count = decisions(tmp_path, files, {**files, "app/other.py": text}, [question])
    assert count == (2 if is_decided_anew else 1)


def decisions(folder: Path, before: Files, after: Files, questions: list[tuple[str, ...]]) -> int:
    """How often something is worked out of two projects, one after the other, that asks these questions."""
    made: list[int] = []

    def compute(text: ProjectText) -> ImportFacts:
        for question, *told in questions:
            getattr(text, question)(*told)
        made.append(1)
        return ImportFacts({})

    with using(Cache(folder / "cache")):
        for files in (before, after, after):
            sources = {path: Source(path=path, data=data) for path, data in files.items()}
            remembered("hoist-imports", sources, Scope(), {}, {}, compute)
    return len(made)


class using:  # noqa: N801
    """Facts are kept in a cache as long as the block runs."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def __enter__(self) -> None:
        facts.use(self._cache)

    def __exit__(self, *_: object) -> None:
        facts.use(Cache())
        self._cache.close()


def test_options_scope_and_configuration_are_part_of_what_was_read(tmp_path: Path) -> None:
    made: list[int] = []

    def compute(text: ProjectText) -> ImportFacts:
        made.append(1)
        return ImportFacts({})

    sources = {path: Source(path=path, data=data) for path, data in APP.items()}
    outside = {path: msgspec.structs.replace(source, in_scope=False) for path, source in sources.items()}
    with using(Cache(tmp_path / "cache")):
        for given, scope, options, configuration in runs(sources, outside):
            remembered("hoist-imports", given, scope, options, configuration, compute)
            remembered("hoist-imports", given, scope, options, configuration, compute)
    assert len(made) == 5


def runs(
    sources: dict[str, Source], outside: dict[str, Source]
) -> Iterator[tuple[dict[str, Source], Scope, dict[str, object], dict[str, bytes]]]:
    yield sources, Scope(), {}, {}
    yield outside, Scope(), {}, {}
    yield sources, Scope(only=(("app/shop.py", None),)), {}, {}
    yield sources, Scope(), {"startup": "allow"}, {}
    yield sources, Scope(), {}, {"pyproject.toml": b"[project]\n"}
