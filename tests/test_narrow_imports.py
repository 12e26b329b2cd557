"""Imports that narrow-except adds, held against real interpreters: what could be imported before can be afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.testing import assert_codemod

ERRORS = 'class StockError(Exception):\n    """Sold out."""\n\n\n'
CHECK = "def check(count: int) -> int:\n    if count < 1:\n        raise StockError\n    return count\n"
SELL = "def sell(count: int) -> int:\n    try:\n        return check(count)\n    except Exception:\n        return 0\n"
LATE = "def sell(count: int) -> int:\n    from shop.stock import check\n\n    try:\n        return check(count)\n    except Exception:\n        return 0\n"
RESTOCK = "import shop.till\n\n\ndef restock() -> int:\n    return shop.till.sell(1)\n\n\n"
CYCLES = {
    "the error's module imports the handler's, which imports it later": {
        "shop/till.py": LATE,
        "shop/stock.py": RESTOCK + ERRORS + CHECK,
    },
    "by way of a third module": {
        "shop/till.py": LATE,
        "shop/stock.py": f"import shop.orders\n\n\n{ERRORS}{CHECK}",
        "shop/orders.py": "from shop.till import sell\n\n\ndef order() -> int:\n    return sell(2)\n",
    },
    "by way of the package": {
        "shop/__init__.py": "from shop.api.till import sell as sell\n",
        "shop/api/__init__.py": "from shop.api.till import sell as sell\n",
        "shop/api/till.py": LATE,
        "shop/stock.py": f"from shop.api import sell\n\n\n{ERRORS}{CHECK}",
    },
}
HARMLESS = {
    "the error's module is loaded by that of what is called": {
        "shop/errors.py": ERRORS,
        "shop/stock.py": f"from shop.errors import StockError\n\n\n{CHECK}",
        "shop/till.py": f"from shop.stock import check\n\n\n{SELL}",
    },
    "the package loads it first": {
        "shop/__init__.py": "from shop.errors import StockError as StockError\n",
        "shop/errors.py": ERRORS,
        "shop/stock.py": f"from shop.errors import StockError\n\n\n{CHECK}",
        "shop/till.py": LATE,
    },
}
LOADED_LATER = {
    "a package that isn't there": "import there_is_no_such_package\n\n\n",
    "a module of one platform": "import winreg\n\n\n",
    "a module that refuses to be loaded": "raise ImportError('not on this machine')\n\n\n",
}


def failing(project: dict[str, str], folder: Path) -> set[str]:
    """The modules of a project that can't be imported, each by a process of its own."""
    for path, text in project.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    names = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in project}
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return {
        name
        for name in names
        if subprocess.run(
            [sys.executable, "-c", f"import {name}"], env=environment, capture_output=True, check=False
        ).returncode
    }


@pytest.mark.parametrize("files", CYCLES.values(), ids=CYCLES)
def test_an_import_that_would_close_a_real_cycle_is_not_added(files: dict[str, str], tmp_path: Path) -> None:
    project = {"shop/__init__.py": "", **files}
    assert_codemod("narrow-except", project, refused=["type-not-importable"])
    till = next(path for path in project if path.endswith("till.py"))
    narrowed = project[till].replace("except Exception", "except StockError")
    by_hand = project | {till: f"from shop.stock import StockError\n\n\n{narrowed}"}
    assert failing(project, tmp_path / "before") == set()
    assert failing(by_hand, tmp_path / "by_hand") != set()


@pytest.mark.parametrize("files", HARMLESS.values(), ids=HARMLESS)
def test_an_import_that_is_added_can_be_run(files: dict[str, str], tmp_path: Path) -> None:
    project = {"shop/__init__.py": "", **files}
    after = project["shop/till.py"].replace("except Exception", "except StockError")
    if after.startswith("from shop.stock import check\n"):
        after = f"from shop.errors import StockError\n{after}"
    else:
        after = f"from shop.errors import StockError\n\n\n{after}"
    assert_codemod("narrow-except", project, {"shop/till.py": after}, refused=[])
    assert failing(project, tmp_path / "before") == set()
    assert failing(project | {"shop/till.py": after}, tmp_path / "after") == set()


@pytest.mark.parametrize("first", LOADED_LATER.values(), ids=LOADED_LATER)
def test_what_may_not_be_there_is_not_imported_for_a_type(first: str, tmp_path: Path) -> None:
    project = {"shop/__init__.py": "", "shop/till.py": LATE, "shop/stock.py": first + ERRORS + CHECK}
    assert_codemod("narrow-except", project, refused=["type-not-importable"])
    assert failing(project, tmp_path) == {"shop.stock"}
