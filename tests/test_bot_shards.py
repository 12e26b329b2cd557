"""Shards: what each pull request is for, what its branch is called, and that files stay where they were reviewed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_world import KINDS, MODEL, World
from refactorkit.bot import codeowners
from refactorkit.bot.shards import Part, branch, grouped, mark, shared_out, slug

FOLDERS: dict[str, str | bytes] = {
    "app/__init__.py": "",
    "app/kinds.py": KINDS,
    "web/Forms/a.py": MODEL.format(name="A"),
    "web/Forms/b.py": MODEL.format(name="B"),
    "api/c.py": MODEL.format(name="C"),
    "d.py": MODEL.format(name="D"),
}


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*", ["a", "a/b.py"], []),
        ("*.py", ["a.py", "x/y/a.py"], ["a.pyi"]),
        ("/docs/", ["docs/a", "docs/b/c"], ["x/docs/a", "docs"]),
        ("docs/", ["docs/a", "x/docs/a"], ["docs"]),
        ("docs/*", ["docs/a.md"], ["docs/b/a.md", "x/docs/a.md"]),
        ("/docs", ["docs", "docs/a"], ["x/docs"]),
        ("apps/github", ["apps/github", "apps/github/a"], ["x/apps/github"]),
        ("**/logs", ["logs/a", "x/y/logs"], ["logs2"]),
        ("a/**/z.py", ["a/z.py", "a/b/c/z.py"], ["b/z.py"]),
        ("a/**", ["a/b", "a/b/c"], ["b/a/c"]),
        ("src/f?o.py", ["src/foo.py"], ["src/f/o.py"]),
        ("a\\ b.py", ["a b.py"], ["a"]),
        ("x(1)+.py", ["x(1)+.py"], ["x1.py"]),
    ],
)
def test_a_pattern_of_codeowners_means_what_github_says(
    pattern: str, matching: list[str], others: list[str]
) -> None:
    rules = codeowners.parse(f"{pattern} @me\n", False)
    assert [path for path in matching + others if codeowners.owners(rules, path)] == matching


def test_the_last_rule_wins_and_sections_add_up() -> None:
    text = "# owners\n* @all\n/web/ @Web a@example.com # forms\n/web/free/\n!/x @no\n"
    github = codeowners.parse(text, False)
    assert [codeowners.owners(github, path) for path in ("a.py", "web/a.py", "web/free/a.py")] == [
        ("@all",), ("@Web", "a@example.com"), (),
    ]  # fmt: skip
    gitlab = codeowners.parse("* @all\n[Docs][2] @writers\n*.md\n^[Web]\n/web/ @web\n", True)
    assert [codeowners.owners(gitlab, path) for path in ("a.py", "web/a.md")] == [
        ("@all",), ("@all", "@web", "@writers"),
    ]  # fmt: skip


def test_a_pattern_made_to_take_long_takes_a_moment() -> None:
    rules = codeowners.parse("a*" * 100 + "b @me\n" + "**/" * 100 + "c @me\n", False)
    assert codeowners.owners(rules, "a" * 5000 + "/" * 3) == ()


def test_files_are_grouped_by_folder_owner_or_not_at_all() -> None:
    files = ["b.py", "src/a/x.py", "src/a/y/z.py", "src/b/x.py"]
    owners = {"b.py": (), "src/a/x.py": ("@one",), "src/a/y/z.py": ("@one", "@org/Two")}
    assert list(grouped(files, "none", 1, lambda path: ())) == [""]
    assert list(grouped(files, "folder", 1, lambda path: ())) == ["root", "src"]
    assert list(grouped(files, "folder", 2, lambda path: ())) == ["root", "src/a", "src/b"]
    assert list(grouped(files, "codeowners", 1, lambda path: owners.get(path, ()))) == [
        "one", "one+org/Two", "unowned",
    ]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(max_size=12) | st.text("aA/.-_2+@ é", max_size=12) | st.text("a", min_size=70),
        min_size=2,
        unique=True,
    )
)
def test_names_of_different_shards_differ_also_without_case(keys: list[str]) -> None:
    keys = [key for key in keys if key]
    names = [branch("http-url", key, number) for key in keys for number in (1, 2)]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name == name.lower() for name in names)


def test_names_of_branches_are_ones_that_git_takes(tmp_path: Path) -> None:
    keys = [
        "src/app",
        "org/Team-A",
        "a.lock",
        "..",
        "~^:?*[\\",
        "x" * 300,
        "-a",
        "é",
        "a b",
        "@{",
        "a//b",
        ".x",
        "a--2",
    ]
    names = [branch("http-url", key) for key in keys]
    assert names[0] == "refactorkit/http-url--src.app"
    for name in names:
        done = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
        assert done.returncode == 0, name
    assert slug("org/team-a+b") == "org.team-a+b"


def test_files_stay_in_the_part_that_has_a_pull_request() -> None:
    files = ["a", "b", "c", "d", "e"]
    assert shared_out("k", files, None, {}) == [Part("k", 1, ("a", "b", "c", "d", "e"))]
    assert [part.files for part in shared_out("k", files, 2, {})] == [("a", "b"), ("c", "d"), ("e",)]
    taken = {2: frozenset([mark("a"), mark("gone")]), 3: frozenset([mark("d")])}
    assert shared_out("k", files, 2, taken) == [
        Part("k", 1, ("b", "c")), Part("k", 2, ("a",)), Part("k", 3, ("d",)), Part("k", 4, ("e",)),
    ]  # fmt: skip


def test_a_campaign_by_folder_opens_one_for_each_and_closes_what_is_done(world: World) -> None:
    remote = world.remote(files=FOLDERS)
    world.settings |= {"shard-by": "folder", "shard-depth": 2}
    assert world.states() == ["opened"] * 3
    assert sorted(pull.head for pull in remote.pulls) == [
        "refactorkit/http-url--api", "refactorkit/http-url--root", f"refactorkit/http-url--{slug('web/Forms')}",
    ]  # fmt: skip
    first = remote.pulls[0]
    assert "refactorkit apply http-url -o role=input --no-gate api/c.py" in first.body
    assert first.title == "refactor: validate 1 URL field with HttpUrl in api"
    changed = remote.bare.git("diff", "--name-only", f"main...{first.head}").split("\n")
    assert changed == ["api/c.py", "docs/http-url-migration.md"]
    assert world.quiet() == ["unchanged"] * 3
    remote.merge(first)
    assert sorted(world.states()) == ["nothing", "updated", "updated"]
    remote.commit({"d.py": "x = 1\n"})
    assert sorted(world.states()) == ["closed", "nothing", "updated"]
    assert sorted(world.quiet()) == ["nothing", "unchanged"]


def test_a_shard_that_needs_another_one_is_named(world: World) -> None:
    stored = MODEL.format(name="Stored") + "\n\ndef dump(row: Stored) -> dict:\n    return row.model_dump()\n"
    remote = world.remote(files={**FOLDERS, "web/Forms/a.py": stored, "api/c.py": stored})
    world.settings |= {"shard-by": "folder", "codemods": ["http-url"]}
    rows = world.run(code=3)
    assert {row["state"] for row in rows} == {"failed"}
    assert {row["detail"] for row in rows} == {
        "its files can't be changed by themselves: choose shards that hold what they need too"
    }
    assert remote.pulls == []
    assert "choose shards" in remote.board


def test_a_campaign_by_owner_asks_each_of_them_once(world: World) -> None:
    owners = "* @acme/All\n/web/ @web\n/d.py\n"
    remote = world.remote(files={**FOLDERS, ".github/CODEOWNERS": owners})
    world.settings |= {"shard-by": "codeowners"}
    assert world.states() == ["opened"] * 3
    assert sorted(pull.head for pull in remote.pulls) == [
        f"refactorkit/http-url--{slug('acme/All')}", "refactorkit/http-url--unowned", "refactorkit/http-url--web",
    ]  # fmt: skip
    assert world.quiet() == ["unchanged"] * 3


def test_without_codeowners_it_says_what_to_add(world: World) -> None:
    world.remote(files=FOLDERS)
    world.settings |= {"shard-by": "codeowners"}
    (row,) = world.run(code=3)
    assert row["detail"].endswith("has no CODEOWNERS: add .github/CODEOWNERS, or set shard-by to folder")


def test_what_was_declined_in_one_part_is_not_offered_in_another(world: World) -> None:
    remote = world.remote(files=FOLDERS)
    world.settings |= {"max-files": 2}
    assert world.states() == ["opened"] * 2
    assert [pull.head for pull in remote.pulls] == ["refactorkit/http-url", "refactorkit/http-url--2"]
    assert world.quiet() == ["unchanged"] * 2
    first, second = remote.pulls
    first.state = "closed"
    remote.commit({"aa.py": MODEL.format(name="E"), "bb.py": MODEL.format(name="F")})
    assert world.states() == ["declined", "updated", "opened"]
    assert set(remote.bare.git("diff", "--name-only", f"main...{second.head}").split("\n")) == {
        "docs/http-url-migration.md", "web/Forms/a.py", "web/Forms/b.py",
    }  # fmt: skip
    assert "`aa.py`" in remote.pulls[2].body
    assert world.quiet() == ["declined", "unchanged", "unchanged"]
