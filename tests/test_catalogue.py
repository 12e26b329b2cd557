"""Which codemods there are, how they are found and imported, and what their options take."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.config import ConfigError
from repositories import SAMPLES, CommandLine, Repository

FOLDER = SAMPLES.parent


def test_shipped_and_local_codemods_are_listed_together() -> None:
    assert "http-url" in catalogue.identifiers()
    assert {"http-url", "logging-warn", "misbehaves"} <= set(catalogue.identifiers(FOLDER))
    item = catalogue.listed("logging-warn", FOLDER)
    assert item.summary == "Replace `logging.warn` with `logging.warning`."
    assert item.origin.endswith("logging_warn.py")
    assert catalogue.listed("http-url").origin == "refactorkit"


def test_options_come_with_their_type_default_and_docstring() -> None:
    shout, limit = catalogue.options("logging-warn", FOLDER)
    assert (shout.name, shout.type, shout.default) == ("shout", "true or false", "false")
    assert shout.help == "Whether the call becomes `logging.error`."
    assert (limit.type, limit.default) == ("a number", "10")
    by_name = {option.name: option for option in catalogue.options("http-url")}
    assert by_name["stored"].type == "keep | reject"
    assert by_name["lax"].type == "list"
    assert all(option.help for option in by_name.values())
    assert all(reason.help for reason in catalogue.reasons("http-url"))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({"shout": "true"}, True), ({"shout": "0"}, False), ({"shout": True}, True), ({}, False)],
)
def test_options_are_strings_or_toml_values(given: dict[str, object], wanted: bool) -> None:
    assert catalogue.create("logging-warn", given, FOLDER).options()["shout"] is wanted


def test_names_with_dashes_and_underscores_are_the_same_option() -> None:
    for name in ("todo-fields", "todo_fields"):
        assert catalogue.create("http-url", {name: "false"}).options()["todo-fields"] is False


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(:\n", "can't be imported: SyntaxError: invalid syntax"),
        ("import nothing_of_this_name\n", "can't be imported: ModuleNotFoundError: No module named"),
        ("raise ValueError('one\\ntwo')\n", "can't be imported: ValueError: one: correct it"),
        ("x = 1\n", "must define one subclass of Codemod, and it defines 0"),
        (
            "from refactorkit.codemod import Codemod\nclass A(Codemod): ...\nclass B(Codemod): ...\n",
            "must define one subclass of Codemod, and it defines 2",
        ),
    ],
)
def test_a_local_codemod_that_is_broken_is_one_line(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, source: str, said: str
) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "broken.py").write_text(source)
    (tmp_path / "conf.toml").write_text('codemods-folder = "tools"\n')
    repository.commit({"a.py": "x = 1\n"})
    result = refactorkit("apply", "broken", ".", "--config", str(tmp_path / "conf.toml"))
    assert result.code == 2
    assert said in result.complaint


def test_a_folder_of_codemods_that_is_not_there_is_one_line(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "conf.toml").write_text('codemods-folder = "tools"\n')
    repository.commit({"a.py": "x = 1\n"})
    result = refactorkit("apply", "http-url", ".", "--config", str(tmp_path / "conf.toml"))
    assert result.complaint == f"codemods-folder {tmp_path / 'tools'} is not a folder: correct the path"


def test_two_folders_with_a_codemod_of_one_name_stay_apart(tmp_path: Path) -> None:
    classes = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "same.py").write_text(
            f"from refactorkit.codemod import Codemod\nclass C(Codemod):\n    version = '{number}.0.0'\n"
        )
        classes.append(catalogue.load("same", folder))
    assert [cls.version for cls in classes] == ["1.0.0", "2.0.0"]
    assert [cls.identifier() for cls in classes] == ["same", "same"]
    assert "same" not in sys.modules
    assert str(tmp_path / "1") not in sys.path


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean logging-warn"):
        catalogue.load("login-warn", FOLDER)
