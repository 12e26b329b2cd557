"""Codemods of other people: what breaks is one line, and opening a foreign repository runs nothing of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.config import ConfigError
from repositories import SAMPLES, CommandLine, Repository, spawn

CODEMOD = "from refactorkit import Codemod\n\nclass Mine(Codemod):\n    mentions = (b'x',)\n"


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed modules, with one distribution that declares what `declare` writes."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    catalogue._places.cache_clear()
    yield folder
    catalogue._places.cache_clear()
    for name in [n for n in sys.modules if n.startswith("plugged")]:
        del sys.modules[name]


def declare(folder: Path, entries: str, name: str = "plugged", **modules: str) -> None:
    """Install a distribution with these entry points and modules."""
    info = folder / f"{name}-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text(f"[refactorkit.codemods]\n{entries}\n")
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)
    catalogue._places.cache_clear()


def test_an_entry_point_names_a_module_or_a_class(distribution: Path) -> None:
    other = CODEMOD + "\nclass Other(Codemod):\n    mentions = (b'y',)\n"
    declare(
        distribution,
        "plugged-one = plugged_one\nplugged-two = plugged_two:Other",
        plugged_one='"""Do it."""\n' + CODEMOD,
        plugged_two=other,
    )
    assert [catalogue.load(f"plugged-{number}").__name__ for number in ("one", "two")] == ["Mine", "Other"]
    item = catalogue.listed("plugged-one")
    assert (item.summary, item.origin) == ("Do it.", "plugged 2.0")


def test_listing_plug_ins_does_not_run_them(distribution: Path, refactorkit: CommandLine) -> None:
    declare(distribution, "plugged = plugged", plugged='"""Do it."""\nraise SystemExit("was run")\n')
    listed = refactorkit("list")
    assert listed.code == 0
    assert ["plugged", "Do", "it."] in [line.split() for line in listed.out.splitlines()]


@pytest.mark.parametrize(
    ("entries", "source", "said"),
    [
        ("plugged = plugged", "raise ValueError('no\\nway')", "plugged of plugged 2.0 can't be imported: ValueError: no: repair"),
        ("plugged = plugged:Gone", CODEMOD, "can't be imported: AttributeError: module 'plugged' has no attribute 'Gone'"),
        ("plugged = plugged", "x = 1", "plugged of plugged 2.0 must define one subclass of Codemod, and it defines 0"),
        ("plugged = plugged:x", "x = 1", "plugged of plugged 2.0 is no codemod: name a module or a subclass"),
        ("other = plugged", CODEMOD, "calls its codemod plugged 'other': an entry point must have the name of its module"),
    ],
)  # fmt: skip
def test_a_broken_plug_in_is_one_line(distribution: Path, entries: str, source: str, said: str) -> None:
    declare(distribution, entries, plugged=source)
    with pytest.raises(ConfigError) as complaint:
        catalogue.load(entries.partition(" ")[0])
    assert said in str(complaint.value)
    assert "\n" not in str(complaint.value)


def test_a_plug_in_that_is_gone_leaves_the_others_usable(
    distribution: Path, refactorkit: CommandLine
) -> None:
    declare(distribution, "plugged = plugged_and_gone")
    listed = refactorkit("list")
    assert listed.complaint == "plugged 2.0 names plugged_and_gone, which is not there: install it again"
    assert "http-url" in listed.out
    assert listed.code == 0


def test_two_distributions_with_one_id_are_told_apart_by_nobody(distribution: Path) -> None:
    declare(distribution, "plugged = plugged", plugged=CODEMOD)
    declare(distribution, "plugged = plugged", name="rival")
    with pytest.raises(
        ConfigError, match="more than one codemod 'plugged', of plugged 2.0 and rival 2.0".replace(".", r"\.")
    ):
        catalogue.load("plugged")


def test_a_plug_in_cannot_take_the_place_of_what_is_shipped(distribution: Path) -> None:
    declare(distribution, "http-url = plugged", plugged=CODEMOD)
    assert catalogue.load("http-url").__name__ == "HttpUrl"
    assert catalogue.listed("http-url").origin == "refactorkit"


def test_opening_a_foreign_repository_runs_nothing_of_it(repository: Repository) -> None:
    """Everything that could be taken for a codemod or a plug-in lies there, in every place where one is looked for."""
    trap = f"open({str(repository.path / 'was-run')!r}, 'w')\n" + CODEMOD
    places = (
        "codemods/evil.py",
        "codemods/http_url.py",
        "evil.py",
        "golden/evil.py",
        "conftest.py",
        "typer.py",
    )
    settings = '[tool.refactorkit]\ncodemods-folder = "codemods"\n[tool.pytest.ini_options]\n'
    repository.commit(
        {
            **dict.fromkeys(places, trap),
            "golden/evil/changes/before/a.py": "x = 1\n",
            "evil.egg-info/PKG-INFO": "Metadata-Version: 2.1\nName: evil\nVersion: 1\n",
            "evil.egg-info/entry_points.txt": "[refactorkit.codemods]\nevil = evil\nhttp-url = evil\n",
            "pyproject.toml": settings,
            "refactorkit.toml": 'codemods-folder = "codemods"\n',
            "src/a.py": "LaxUrl = str\n",
        }
    )
    for arguments in (
        ("list",),
        ("explain", "evil"),
        ("apply", "http-url", "src"),
        ("apply", "evil", "src", "--dry-run"),
        ("test",),
    ):
        done = spawn(*arguments, cwd=repository.path)
        assert "Traceback" not in done.err
        assert not (repository.path / "was-run").exists(), arguments
    named = spawn("test", "codemods", cwd=repository.path)
    assert (repository.path / "was-run").exists(), named.err


def test_a_flag_that_names_a_folder_runs_what_is_in_it(repository: Repository) -> None:
    repository.commit({"src/a.py": "import logging\nlogging.warn('x')\n"})
    done = spawn("apply", "logging-warn", "src", "--dry-run", "--config", str(SAMPLES), cwd=repository.path)
    assert done.code == 0
    assert "+logging.warning('x')" in done.out
