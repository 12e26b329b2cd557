"""Imports that a change adds are sorted as the target says, and no others."""

from __future__ import annotations

import pytest

from formatting_targets import (
    LIKE_PREFECT,
    SORTED,
    formatted_with,
    run,
)
from refactorkit.formatting import imported_modules, stand_ins_for
from refactorkit.formatting.isort_options import as_ruff_config
from refactorkit.model import Change

IMPORTS = "import os\n\nimport requests\nfrom app.server import api\n\nx = 1\n"  # app taken for third-party
GROUPED = "import os\n\nimport requests\n\nfrom app.server import api\n\nx = 1\n"


@pytest.mark.parametrize(
    ("case", "path", "configs", "before", "written", "expected"),
    [
        (
            "an added first-party import goes to the last section",
            "src/app/m.py",
            {"pyproject.toml": LIKE_PREFECT},
            GROUPED,
            "import os\nfrom app.types import T\n\nimport requests\n\nfrom app.server import api\n\nx = 1\n",
            "import os\n\nimport requests\n\nfrom app.server import api\nfrom app.types import T\n\nx = 1\n",
        ),
        (
            "added members are sorted and their line is wrapped",
            "src/app/m.py",
            {"pyproject.toml": LIKE_PREFECT},
            "from app.types import (\n    B,\n    C,\n)\n",
            "from app.types import (\n    B,\n    C,\n    A,)\n",
            "from app.types import (\n    A,\n    B,\n    C,\n)\n",
        ),
        (
            "imports under TYPE_CHECKING are sorted too",
            "src/app/m.py",
            {"pyproject.toml": LIKE_PREFECT},
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.b import B\n",
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.b import B\n    from app.a import A\n",
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.a import A\n    from app.b import B\n",
        ),
        (
            "files that the target does not sort keep their order",
            "src/app/__init__.py",
            {"pyproject.toml": LIKE_PREFECT},
            "import os\n",
            "import os\nimport abc\n",
            "import os\nimport abc\n",
        ),
        (
            "unsorted imports stay unsorted",
            "src/app/m.py",
            {"pyproject.toml": LIKE_PREFECT},
            "import zlib\nimport os\n",
            "import zlib\nimport os\nimport abc\n",
            "import zlib\nimport os\nimport abc\n",
        ),
        (
            "ignored rules are not applied",
            "src/app/m.py",
            {"ruff.toml": "[lint]\nselect = ['ALL']\nignore = ['I001']\n"},
            "import os\n",
            "import os\nimport abc\n",
            "import os\nimport abc\n",
        ),
        (
            "a noqa comment keeps the order",
            "src/app/m.py",
            {"pyproject.toml": LIKE_PREFECT},
            "import os  # noqa: I001\n",
            "import os  # noqa: I001\nimport abc\n",
            "import os  # noqa: I001\nimport abc\n",
        ),
        (
            "the selection may stand at the legacy place and in another file",
            "src/app/m.py",
            {"src/ruff.toml": "extend = '../ruff.toml'\n", "ruff.toml": "select = ['I001']\n"},
            "import os\n",
            "import os\nimport abc\n",
            "import abc\nimport os\n",
        ),
        (
            "other fixable rules of the target change nothing",
            "src/app/m.py",
            {"ruff.toml": "[lint]\nselect = ['I', 'F', 'UP']\n"},
            "import os\nfrom typing import Optional\n\nx: Optional[int] = 1\n",
            "import os\nfrom typing import Optional\nimport abc\n\nx: Optional[int] = 1\n",
            "import abc\nimport os\nfrom typing import Optional\n\nx: Optional[int] = 1\n",
        ),
        (
            "isort in setup.cfg",
            "src/app/m.py",
            {"setup.cfg": "[isort]\nprofile = black\nknown_first_party = app\nforce_single_line = true\n"},
            GROUPED,
            GROUPED.replace("import api", "import api, zoo"),
            GROUPED.replace("import api\n", "import api\nfrom app.server import zoo\n"),
        ),
        (
            "isort in pyproject.toml beside black",
            "src/app/m.py",
            {"pyproject.toml": '[tool.isort]\nprofile = "black"\nsrc_paths = ["src"]\n[tool.black]\n'},
            GROUPED,
            f"import abc\nfrom app.a import A\n{GROUPED}",
            "import abc\nimport os\n\nimport requests\n\nfrom app.a import A\nfrom app.server import api\n\nx = 1\n",
        ),
        (
            "isort in .isort.cfg leaves the files that it skips",
            "src/app/m.py",
            {".isort.cfg": "[settings]\nskip = m.py,n.py\n"},
            "import os\n",
            "import os\nimport abc\n",
            "import os\nimport abc\n",
        ),
        (
            "an option of isort that ruff does not know keeps the order",
            "src/app/m.py",
            {".isort.cfg": "[settings]\nsections = FUTURE,STDLIB\n"},
            "import os\n",
            "import os\nimport abc\n",
            "import os\nimport abc\n",
        ),
        (
            "a source folder outside of the repository keeps the order",
            "src/app/m.py",
            {"ruff.toml": "src = ['../..']\n[lint]\nselect = ['I']\n"},
            "import os\n",
            "import os\nimport abc\n",
            "import os\nimport abc\n",
        ),
        (
            "a new file is sorted",
            "src/app/new.py",
            {"pyproject.toml": LIKE_PREFECT},
            None,
            "from app.types import T\nimport os\n\nprint(T, os)\n",
            "import os\n\nfrom app.types import T\n\nprint(T, os)\n",
        ),
    ],
)
def test_added_imports_are_sorted_as_the_target_says(
    case: str, path: str, configs: dict[str, str], before: str | None, written: str, expected: str
) -> None:
    change = Change(path=path, before=None if before is None else before.encode(), after=written.encode())
    assert formatted_with(change, configs)[0] == expected, case


def test_what_is_first_party_follows_the_packages_of_the_target() -> None:
    written = IMPORTS.replace("import os", "import abc\nimport os")
    assert (
        run(IMPORTS, f"import os\nimport abc\n{IMPORTS[10:]}", packages=(), pyproject__toml=SORTED)[0]
        == written
    )
    assert (
        run(GROUPED, f"import os\nimport abc\n{GROUPED[10:]}", packages=(), pyproject__toml=SORTED)[0]
        != written
    )


def test_sorting_leaves_imports_that_the_change_does_not_adjoin() -> None:
    before = "import os\n\nx = 1\n\nimport requests\n\ny = 2\n"
    written = before.replace("import os", "import os\nimport abc")
    expected = before.replace("import os", "import abc\nimport os")
    assert run(before, written, pyproject__toml=SORTED)[0] == expected


def test_modules_count_as_first_party_when_they_lie_in_a_package() -> None:
    modules = imported_modules(
        b"import app.a, os as o\nfrom app.server.b import c\n  import tool # d\nfrom . import e\n"
    )
    assert modules == {"app.a", "os", "app.server.b", "tool"}
    assert sorted(stand_ins_for(modules, ["src/app", "src/app/server", "scripts/tool.py", "src/snapp"])) == [
        "scripts/tool.py",
        "src/app/a.py",
        "src/app/server/b.py",
    ]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("profile", "google"),
        ("multi_line_output", "5"),
        ("known_django", "django"),
        ("src_paths", "/usr/lib"),
    ],
)
def test_options_of_isort_without_a_counterpart_are_named(option: str, value: str) -> None:
    assert as_ruff_config({option: value}) == ("", f"{option} = {value}")
