"""Recipes: several codemods as one, on a branch each or stacked, where their conditions hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from repositories import SAMPLES, WARN, WARNING, CommandLine, Repository, Result

BOTH = """
summary = "Two of them."
[[codemods]]
id = "logging-warn"
options = { shout = true }
[[codemods]]
id = "wide-count"
"""
FILES: dict[str, str | bytes] = {"a.py": WARN, "b.py": "old()\n"}


def write(text: str, name: str = "both.toml") -> str:
    """A recipe in the current folder."""
    Path(name).write_text(text)
    return name


def apply(refactorkit: CommandLine, recipe: str, *arguments: str) -> Result:
    """Apply a recipe that knows the sample codemods."""
    return refactorkit("apply", recipe, ".", "--config", str(SAMPLES), *arguments)


def test_each_codemod_gets_a_branch_with_the_options_of_the_recipe(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit(FILES)
    done = apply(refactorkit, write(BOTH))
    assert done.code == 0, done.err
    assert repository.show("refactorkit/logging-warn:a.py") == WARNING.replace("warning", "error").encode()
    assert repository.show("refactorkit/wide-count:b.py") == b"1\n"
    assert (
        repository.git("rev-parse", "refactorkit/logging-warn~", "refactorkit/wide-count~")
        == f"{base}\n{base}"
    )
    assert repository.branches() == ["main", "refactorkit/logging-warn", "refactorkit/wide-count"]


def test_stacked_codemods_are_commits_of_one_branch_named_after_the_recipe(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit(FILES)
    write('branches = "stacked"\n' + BOTH)
    assert apply(refactorkit, "both.toml").code == 0
    assert repository.branches() == ["main", "refactorkit/both"]
    assert repository.git("rev-parse", "refactorkit/both~2") == base
    subjects = repository.git("log", "--format=%s", "main..refactorkit/both")
    assert subjects.index("[refactorkit wide-count]") < subjects.index("[refactorkit logging-warn]")
    write(BOTH)
    repository.git("branch", "-D", "refactorkit/both")
    assert apply(refactorkit, "both.toml", "--stack", "--branch", "mine").code == 0
    assert repository.branches() == ["main", "mine"]


def test_a_codemod_that_is_left_out_says_why_and_the_others_go_on(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit(FILES)
    recipe = 'branches = "stacked"\n' + BOTH + 'when.file = "nowhere.cfg"\n'
    done = apply(refactorkit, write(recipe), "--output-format", "json")
    assert done.code == 0
    first, second = done.documents
    assert first["commit"] == repository.git("rev-parse", "refactorkit/both")
    assert (second["commit"], second["changes"], second["findings"]) == (None, [], [])
    assert second["verification"] == [
        {"gate": "precondition", "ok": None, "detail": "the project has no file nowhere.cfg"}
    ]
    shown = apply(refactorkit, "both.toml", "--dry-run")
    assert shown.out.endswith(
        "wide-count: left out, as its recipe asks: the project has no file nowhere.cfg\n"
    )


def test_what_the_whole_recipe_asks_for_leaves_all_of_it_out(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit(FILES)
    done = apply(refactorkit, write('when.dependency = "pydantic"\n' + BOTH))
    assert done.code == 0
    assert done.out.count("left out, as its recipe asks: the project declares no dependency on pydantic") == 2
    assert repository.branches() == ["main"]


def test_the_level_of_the_recipe_holds_unless_the_command_line_names_one(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit(FILES)
    write('[[codemods]]\nid = "logging-warn"\nlevel = "suggested"\n', "one.toml")
    apply(refactorkit, "one.toml")
    assert '"suggested"' in repository.git("log", "-1", "--format=%B", "refactorkit/logging-warn")
    apply(refactorkit, "one.toml", "--level", "observed")
    assert '"observed"' in repository.git("log", "-1", "--format=%B", "refactorkit/logging-warn")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("summary = ", "both.toml is not valid TOML"),
        ("", "both.toml: it names no codemod: add [[codemods]] with an id"),
        ("branch = 'each'\n" + BOTH, "both.toml: a recipe has no key 'branch': did you mean branches?"),
        ("branches = 'all'\n" + BOTH, "both.toml: branches = 'all' is not possible: there is each, stacked"),
        ("name = 'x'\n" + BOTH, "both.toml: a recipe has no key 'name'"),
        (BOTH + "option = 1\n", "both.toml: [[codemods]] wide-count has no key 'option': did you mean options?"),
        (BOTH + "when.dependancy = 'x'\n", "both.toml: `when` has no key 'dependancy': did you mean dependency?"),
        (BOTH + "when.dependency = 'x y'\n", "both.toml: dependency = 'x y' is no requirement"),
        (BOTH + "when.dependency = 'x[y]>1'\n", "write it as pydantic>=2, without extras, markers or address"),
        (BOTH + "unless.text = ''\n", "both.toml: text is empty: say what is asked for"),
        (BOTH + "level = 'high'\n", "both.toml: level = 'high' is not possible: there is observed, proved, suggested"),
        (BOTH + "options = 1\n", "both.toml: Expected `object`, got `int` - at `$.codemods[1].options`: correct it"),
        (BOTH + "[[codemods]]\nlevel = 'proved'\n", "both.toml: [[codemods]] 3 has no id: see `refactorkit list`"),
        (BOTH.replace("wide-count", "wide-cuont"), "both.toml: there is no codemod 'wide-cuont': did you mean wide-count?"),
        (BOTH.replace("shout", "shuot"), "both.toml: logging-warn has no option 'shuot': did you mean shout?"),
        (BOTH.replace("wide-count", "logging-warn"), "both.toml: it names logging-warn twice: make two recipes of it"),
        (BOTH.replace("wide-count", "bowler:evil.py"), "both.toml: 'bowler:evil.py' is not the id of a codemod"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_recipe_is_one_line(
    repository: Repository, refactorkit: CommandLine, text: str, said: str
) -> None:
    repository.commit(FILES)
    write(text)
    for command in (("apply", "both.toml", "."), ("explain", "both.toml"), ("list", "both.toml")):
        done = refactorkit(*command, "--config", str(SAMPLES))
        assert (done.code, done.out) == (2, "")
        assert said in done.complaint
    assert repository.branches() == ["main"]


def test_a_recipe_stands_alone(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit(FILES)
    write(BOTH)
    assert apply(refactorkit, "both.toml,http-url").complaint == (
        "a recipe stands alone: write the other codemods into it"
    )
    assert apply(refactorkit, "both.toml", "-o", "shout=1").complaint == (
        "-o has no meaning with a recipe: write the options into it"
    )
    assert apply(refactorkit, "gone.toml").complaint.startswith("the recipe ")
    write(BOTH, "Both It.toml")
    assert "name it in lower case" in apply(refactorkit, "Both It.toml").complaint


def test_list_and_explain_show_a_recipe(repository: Repository, refactorkit: CommandLine) -> None:
    write('unless.text = "never"\n' + BOTH + 'level = "observed"\nwhen.dependency = ["a", "b>=2"]\n')
    listed = refactorkit("list", "both.toml", "--config", str(SAMPLES))
    assert listed.out == (
        "logging-warn  Replace `logging.warn` with `logging.warning`.\n"
        "wide-count    Replace `old()` with the number of files that call it.\n"
    )
    explained = refactorkit("explain", "both.toml", "--config", str(SAMPLES)).out
    assert explained == (
        "both\n====\n\nTwo of them.\n\nnot if a Python file mentions 'never'\n\nEach on a branch of its own:\n\n"
        "1. logging-warn\n   Replace `logging.warn` with `logging.warning`.\n   -o shout=true\n\n"
        "2. wide-count\n   Replace `old()` with the number of files that call it.\n   --level observed\n"
        "   only if the project depends on a\n   only if the project depends on b>=2\n"
    )


def test_a_recipe_in_the_target_runs_no_code_of_it(repository: Repository, refactorkit: CommandLine) -> None:
    trap = f"open({str(repository.path / 'was-run')!r}, 'w')\n"
    repository.commit({**FILES, "evil.py": trap, "codemods/evil.py": trap})
    for text in (
        '[[codemods]]\nid = "evil"\n',
        'codemods-folder = "codemods"\n[[codemods]]\nid = "evil"\n',
        '[[codemods]]\nid = "http-url"\noptions = { note = "" }\n[tool.refactorkit]\ncodemods-folder = "codemods"\n',
    ):
        assert refactorkit("apply", write(text, "evil.toml"), ".").code == 2
        assert not (repository.path / "was-run").exists()
