"""`sync-wrapper -o layer=module`: the module and its sync layer work in real interpreters, whichever comes first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.config import Config, ConfigError, Scope
from refactorkit.discover import discover
from refactorkit.model import Plan
from refactorkit.pipeline import plan
from refactorkit.workspace.disk import DiskWorkspace

OBSERVED = Scope(is_observed=True)
DISPATCH = """
import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, Callable, Coroutine, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


def run_coro_as_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def async_dispatch(async_impl: Callable[..., Any]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    def decorate(sync_fn: Callable[P, T]) -> Callable[P, T]:
        @wraps(sync_fn)
        def wrapper(*args: Any, _sync: bool | None = None, **kwargs: Any) -> Any:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return sync_fn(*args, **kwargs)
            return (sync_fn if _sync else async_impl)(*args, **kwargs)

        wrapper.aio = async_impl  # type: ignore[attr-defined]
        return wrapper

    return decorate
"""
STORE = '''
"""A store of items."""

import asyncio
import functools
import time
from typing import TYPE_CHECKING, Any, overload

from app.dispatch import async_dispatch

if TYPE_CHECKING:
    from app.kinds import Kind

LIMIT = 3


async def aload(name: str, kind: "Kind | None" = None, limit: int = LIMIT) -> str:
    await asyncio.sleep(0)
    return name * limit


# Loads one item.
@async_dispatch(aload)  # for everybody
def load(name: str, kind: "Kind | None" = None, limit: int = LIMIT) -> str:
    """Load it, and wait."""
    time.sleep(0)
    return name * limit


async def asave(item: Any, *names: str, flag: bool = False, **more: Any) -> Any:
    await asyncio.sleep(0)
    return item, names, flag, more


@overload
def save(item: int, *names: str, flag: bool = False, **more: Any) -> Any: ...


@overload
def save(item: str, *names: str, flag: bool = False, **more: Any) -> Any: ...


@functools.lru_cache(maxsize=None)
def save(item: Any, *names: str, flag: bool = False, **more: Any) -> Any:
    """Save it."""
    time.sleep(0)
    return item, names, flag, more


__all__ = ["aload", "asave", "load", "save"]
'''
APP = {
    "app/__init__.py": "",
    "app/dispatch.py": DISPATCH.lstrip(),
    "app/kinds.py": "class Kind: ...\n",
    "app/store.py": STORE.lstrip(),
    "app/user.py": "from app.store import load\n\n\ndef use(name):\n    return load(name, limit=1)\n",
}
SEEN = """
import inspect, typing
from app import store
print([(str(inspect.signature(f)), f.__doc__, f.__module__, f.__qualname__, f.__annotations__,
        str(inspect.unwrap(f).__module__), [o.__module__ for o in typing.get_overloads(inspect.unwrap(f))])
       for f in (store.load, store.save)])
"""


def planned(root: Path, files: dict[str, str], **options: str) -> Plan:
    """The plan for these files, which are written below `root`."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    given = {"layer": "module", "names": "a{}", **options}
    found = discover(DiskWorkspace(root), (str(root),))
    return plan(catalogue.create("sync-wrapper", given), found, Config())


def layered(root: Path, files: dict[str, str], **options: str) -> Plan:
    """The plan for these files, carried out."""
    made = planned(root, files, **options)
    for change in made.changes:
        assert change.after is not None
        (root / change.path).write_bytes(change.after)
    return made


def said(root: Path, code: str) -> str:
    """What a new interpreter prints in that folder."""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def reasons(made: Plan) -> set[str | None]:
    """The reasons of the refusals."""
    return {f.reason for f in made.findings if f.status == "refused"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application with its layer."""
    root = tmp_path_factory.mktemp("app")
    made = layered(root, APP)
    assert {c.path for c in made.changes} == {"app/store.py", "app/_store_sync.py"}
    return root


@pytest.mark.parametrize(
    "start",
    [
        "from app.store import load",
        "import app.store; load = app.store.load",
        "import app._store_sync; from app.store import load; assert load is app._store_sync.load",
        "from app._store_sync import load",
        "from app.store import *",
        "import app.user; load = app.user.load",
        "import app.dispatch; from app.store import load",
    ],
)
def test_the_function_is_there_whatever_is_imported_first(app: Path, start: str) -> None:
    assert said(app, f"{start}\nprint(load('a'), load('b', limit=2))") == "aaa bb\n"


def test_what_can_be_seen_of_the_functions_is_as_before(app: Path, tmp_path: Path) -> None:
    planned(tmp_path, APP)
    assert said(app, SEEN) == said(tmp_path, SEEN)


def test_the_module_lists_the_names_and_misses_others_as_before(app: Path) -> None:
    code = "import app.store as s; print('load' in dir(s), hasattr(s, 'nothing'), hasattr(s, 'save'))"
    assert said(app, code) == "True False True\n"


def test_a_test_can_replace_the_function_and_put_it_back(app: Path) -> None:
    code = (
        "from unittest import mock; import app.store\n"
        "with mock.patch('app.store.load', return_value=7):\n    print(app.store.load('a'))\n"
        "print(app.store.load('a'))"
    )
    assert said(app, code) == "7\naaa\n"


def test_the_function_is_pickled_by_the_name_that_it_had(app: Path, tmp_path: Path) -> None:
    planned(tmp_path, APP)
    old = said(tmp_path, "import pickle, app.store as s; print(pickle.dumps(s.load))")
    assert said(app, "import pickle, app.store as s; print(pickle.dumps(s.load))") == old
    assert said(app, f"import pickle; print(pickle.loads({old.strip()})('a'))") == "aaa\n"


def test_the_dispatcher_works_in_every_context(app: Path) -> None:
    code = (
        "import asyncio, app.store as s\n"
        "async def main():\n"
        "    print(await s.load('a'), s.load('a', _sync=True), await s.load.aio('b', limit=1))\n"
        "asyncio.run(main())\n"
        "print(s.load('a'), s.save(1, 'x', flag=True, y=2))"
    )
    assert said(app, code) == "aaa aaa b\naaa (1, ('x',), True, {'y': 2})\n"


def test_a_type_checker_sees_the_same_types(app: Path, tmp_path: Path) -> None:
    planned(tmp_path, APP)
    asked = "from app.store import load, save\nreveal_type(load)\nreveal_type(save)\nload(1)\n"
    answers = []
    for root in (tmp_path, app):
        (root / "asked.py").write_text(asked)
        run = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "asked.py"],
            cwd=root, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        answers.append(run.stdout)
    assert "Revealed type" in answers[0]
    assert answers[1] == answers[0]


def test_a_second_run_over_the_result_changes_nothing(app: Path) -> None:
    made = planned(app, {})
    assert not made.changes
    assert {(f.path, f.reason) for f in made.findings} == {("app/_store_sync.py", "already-a-bridge")}


def test_the_harness_finds_a_function_that_the_module_hands_on(tmp_path: Path) -> None:
    for name, text in APP.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = discover(DiskWorkspace(tmp_path), (str(tmp_path),))
    codemod = catalogue.create("sync-wrapper", {"layer": "module"})
    made = plan(codemod, found, Config(python=Path(sys.executable), scope=OBSERVED))
    behaviour = {
        f.evidence["pair"][0]: f.evidence["behaviour"] for f in made.findings if "behaviour" in f.evidence
    }
    assert behaviour["load"]["result"] == "equal", behaviour


def test_words_in_defaults_are_no_names_to_import(tmp_path: Path) -> None:
    store = APP["app/store.py"].replace("*names: str", '*names: "Literal[\'load\']", kind: str = "load"')
    made = layered(
        tmp_path, {**APP, "app/store.py": store.replace("Any, overload", "Any, Literal, overload")}
    )
    assert not reasons(made)
    assert said(tmp_path, "import app._store_sync as s; print(s.save(1)[0])") == "1\n"


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_the_layer_has_the_line_ends_of_the_module(tmp_path: Path, ending: str) -> None:
    made = layered(tmp_path, {**APP, "app/store.py": APP["app/store.py"].rstrip().replace("\n", ending)})
    for change in made.changes:
        assert change.after is not None
        assert change.after.count(b"\n") == change.after.count(ending.encode())
    assert said(tmp_path, "import app.store; print(app.store.load('a'))") == "aaa\n"


def test_hoist_imports_leaves_the_late_import_where_it_is(app: Path) -> None:
    found = discover(DiskWorkspace(app), (str(app),))
    assert not plan(catalogue.create("hoist-imports", {}), found, Config()).changes


def test_a_name_that_names_no_module_is_a_wrong_option(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="layer-name"):
        planned(tmp_path, APP, **{"layer-name": "sync"})


def test_a_file_in_the_way_that_is_not_read_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "_store_sync.py").symlink_to("nowhere.py")
    with pytest.raises(ConfigError, match="exists already"):
        planned(tmp_path, APP)


@pytest.mark.parametrize("path", ["app/store-x.py", "app/class.py", "app/1.py"])
def test_a_module_that_no_import_can_name_has_no_layer(tmp_path: Path, path: str) -> None:
    files = {name: text for name, text in APP.items() if name not in ("app/store.py", "app/user.py")}
    made = planned(tmp_path, {**files, path: APP["app/store.py"], f"{Path(path).parent}/__init__.py": ""})
    assert reasons(made) == {"layer-nameless"}
    assert not made.changes
