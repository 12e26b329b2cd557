"""How imports follow the calls that take the async name."""

from __future__ import annotations

import pytest

from caller_projects import LIBRARY, migrate, migrate_main
from refactorkit.model import Status

IMPORTS = {
    "the import takes the async name and lets the sync one go": (
        "from library import fetch\n\n\nasync def f():\n    await fetch('x')\n",
        "from library import afetch\n\n\nasync def f():\n    await afetch('x')\n",
    ),
    "a sync name that is still used stays": (
        "from library import fetch\n\n\nasync def f():\n    await fetch('x')\n\n\ndef g():\n    fetch('x')\n",
        "from library import afetch, fetch\n\n\nasync def f():\n    await afetch('x')\n\n\ndef g():\n    fetch('x')\n",
    ),
    "a sync name that is exported stays": (
        "from library import fetch\n\n__all__ = ['fetch']\n\n\nasync def f():\n    await fetch('x')\n",
        "from library import afetch, fetch\n\n__all__ = ['fetch']\n\n\nasync def f():\n    await afetch('x')\n",
    ),
    "an async name that is there is used": (
        "from library import afetch, fetch\n\n\nasync def f():\n    await fetch('x')\n    await afetch('y')\n",
        "from library import afetch, fetch\n\n\nasync def f():\n    await afetch('x')\n    await afetch('y')\n",
    ),
    "the import in the function changes": (
        "async def f():\n    from library import (\n        fetch,  # it\n        make,\n    )\n\n    await fetch(make())\n",
        "async def f():\n    from library import (\n        afetch,\n        make,\n    )\n\n    await afetch(make())\n",
    ),
    "each function's import changes": (
        ("async def f():\n    from library import fetch\n    await fetch('x')\n\n\n"
        "async def g():\n    from library import fetch\n    await fetch('y')\n"),
        ("async def f():\n    from library import afetch\n    await afetch('x')\n\n\n"
        "async def g():\n    from library import afetch\n    await afetch('y')\n"),
    ),
    "an import in a block changes there": (
        "try:\n    from library import fetch\nexcept ImportError:\n    fetch = None\n\n\nasync def f():\n    await fetch('x')\n",
        None,
    ),
    "an import that shares its line stays": (
        "import os; from library import fetch\n\n\nasync def f():\n    await fetch('x')\n",
        None,
    ),
    "an async name that means something else is not taken": (
        "from library import fetch\n\n\ndef afetch(): ...\n\n\nasync def f():\n    await fetch('x')\n",
        None,
    ),
    "an async name that is a parameter is not taken": (
        "from library import fetch\n\n\nasync def f(afetch):\n    await fetch('x')\n",
        None,
    ),
    "a name under an alias stays": (
        "from library import fetch as get\nfrom other import fetch\n\n\nasync def f():\n    await fetch('x')\n",
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", IMPORTS)
def test_a_function_by_name_takes_its_import_along(title: str) -> None:
    before, expected = IMPORTS[title]
    after, findings = migrate_main(before)
    assert after == (before if expected is None else expected)
    changed = any(f.status is Status.CHANGED for f in findings)
    assert changed is (expected is not None)


@pytest.mark.parametrize(
    "test",
    [
        "patch('main.fetch')",
        "monkeypatch.setattr('library.fetch', fake)",
        "monkeypatch.setattr(library, 'fetch', fake)",
        "mock.patch.object(app.library, 'fetch')",
        "library.fetch = fake",
    ],
)
def test_a_name_that_is_replaced_at_run_time_stays(test: str) -> None:
    before = "from library import fetch\n\n\nasync def f():\n    await fetch('x')\n"
    after, findings = migrate_main(before, test_main=f"def test(monkeypatch):\n    {test}\n")
    assert after == before
    assert [f.reason for f in findings] == ["replaced-name"]


def test_a_sync_name_that_another_module_takes_from_here_stays_imported() -> None:
    before = "from library import fetch\n\n\nasync def f():\n    await fetch('x')\n"
    for other in (
        "from main import fetch\n",
        "import main\nmain.fetch('x')\n",
        "call('main.fetch')\n",
        "from main import *\nfetch()\n",
    ):
        after, _ = migrate_main(before, other=other)
        assert "import afetch, fetch\n" in after
    after, _ = migrate_main(before, other="from library import fetch\n")
    assert "import afetch\n" in after


@pytest.mark.parametrize(
    ("init", "works"),
    [
        ("from ._impl import afetch, fetch\n", True),
        ("from ._impl import *\n", True),
        ("from ._impl import fetch\n", False),
        ("from ._impl import fetch\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ._impl import afetch\n", False),
        ("_names = {'fetch': '._impl', 'afetch': '._impl'}\ndef __getattr__(name): ...\n", True),
        ("_names = {'fetch': ('pkg', '._impl'), 'afetch': ('pkg', '._impl')}\ndef __getattr__(name): ...\n", True),
        ("_names = {'fetch': 'pkg._impl:fetch', 'afetch': 'pkg._impl:afetch'}\ndef __getattr__(name): ...\n", True),
        ("_names = {'fetch': '._impl'}\ndef __getattr__(name): ...\n", False),
    ],
)  # fmt: skip
def test_the_async_name_is_imported_only_from_where_it_can_be_had(init: str, works: bool) -> None:
    main = "from pkg import fetch\n\n\nasync def f():\n    await fetch('x')\n"
    after, findings = migrate({"pkg/__init__.py": init, "pkg/_impl.py": LIBRARY, "main.py": main})
    assert after["main.py"] == (main.replace("fetch", "afetch") if works else main)
    assert [f.reason for f in findings] == [None if works else "async-name-not-reachable"]
