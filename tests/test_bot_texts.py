"""What the bot writes into a pull request, what it asks for, and what it leaves to people."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot_world import FILES, MODEL, World

SECOND: dict[str, str | bytes] = {"app/second.py": MODEL.format(name="Update")}


def test_what_a_person_writes_beside_our_text_stays(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.pull.body = f"Please wait.\n\n{remote.pull.body}\n\n- [x] talked about it".replace("\n", "\r\n")
    remote.pull.title = "urls: be strict"
    assert world.states() == ["unchanged"]
    assert world.quiet() == ["unchanged"]
    remote.commit(SECOND)
    assert world.states() == ["updated"]
    assert remote.pull.body.startswith("Please wait.\n\n<!-- refactorkit:begin -->")
    assert remote.pull.body.endswith("- [x] talked about it")
    assert "`app/second.py`: 3 sites" in remote.pull.body
    assert remote.pull.title == "urls: be strict"
    assert world.quiet() == ["unchanged"]


def test_a_closed_pull_request_whose_memory_is_gone_counts_as_declined(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.pull.body, remote.pull.state = "", "closed"
    assert world.states() == ["declined"]
    assert len(remote.pulls) == 1


def test_what_is_configured_is_asked_for_once(world: World) -> None:
    remote = world.remote()
    remote.hosted.milestones = ["1.0", "2.0"]
    world.settings |= {
        "labels": ["refactoring"], "reviewers": ["ann"], "team-reviewers": ["core"], "assignees": ["bob"],
        "milestone": "2.0", "draft": True, "title": "urls: {{ summary }}", "base": "main",
    }  # fmt: skip
    assert world.states() == ["opened"]
    pull = remote.pull
    assert (pull.labels, pull.reviewers, pull.assignees) == (["refactoring"], ["ann", "core"], ["bob"])
    assert (pull.milestone, pull.draft, pull.title) == (2, True, "urls: validate 1 URL field with HttpUrl")
    pull.labels, pull.reviewers = [], []  # somebody took them away
    assert world.quiet() == ["unchanged"]


def test_labels_of_somebody_stay_when_furnishing_is_repaired(world: World) -> None:
    remote = world.remote()
    world.settings |= {"labels": ["refactoring"], "reviewers": ["nobody"]}
    assert world.states(code=3) == ["failed"]
    remote.pull.labels = ["urgent"]
    world.settings["reviewers"] = ["ann"]
    assert world.states() == ["updated"]
    assert remote.pull.labels == ["urgent", "refactoring"]


def test_another_base_moves_the_pull_request(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.bare.git("branch", "next", "main")
    world.settings["base"] = "next"
    assert world.states() == ["updated"]
    assert remote.pull.base == "next"
    assert world.quiet() == ["unchanged"]


def test_a_project_can_replace_the_text(world: World, tmp_path: Path) -> None:
    remote = world.remote(files={**FILES, "app/odd `x` @team.py": MODEL.format(name="Odd")})
    (tmp_path / "text.md.j2").write_text(
        "{% for f in files %}* {{ f.path|code }}\n{% endfor %}<!-- refactorkit:end {} -->"
    )
    world.settings["template"] = "text.md.j2"
    assert world.states() == ["opened"]
    assert "* `` app/odd `x` @team.py ``" in remote.pull.body
    assert remote.pull.body.count("<!-- refactorkit:end") == 1
    assert world.quiet() == ["unchanged"]


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{{ nonsense }}", "'nonsense' is undefined: correct it"),
        ("{% for %}", "Expected an expression, got 'end of statement block': correct it"),
        (
            "{{ ''.__class__.__mro__ }}",
            "access to attribute '__class__' of 'str' object is unsafe.: correct it",
        ),
        ("{{ 1 / 0 }}", "division by zero: correct it"),
        (None, "can't be read"),
    ],
)
def test_a_template_that_fails_opens_nothing(
    world: World, tmp_path: Path, template: str | None, complaint: str
) -> None:
    remote = world.remote()
    if template is not None:
        (tmp_path / "text.md.j2").write_text(template)
    world.settings["template"] = "text.md.j2"
    (row,) = world.run(code=3)
    assert row["state"] == "failed"
    assert complaint in row["detail"]
    assert list(remote.branches()) == ["main"]


def test_moved_imports_are_proved_where_the_campaign_asks_for_it(world: World) -> None:
    files: dict[str, str | bytes] = {
        "pkg/__init__.py": "import pkg.b\n", "pkg/a.py": "def a():\n    from pkg.b import b\n\n    return b()\n",
        "pkg/b.py": "def b():\n    return 1\n",
    }  # fmt: skip
    remote = world.remote(files=files)
    world.settings |= {"codemods": ["hoist-imports"], "gate": "fork"}
    assert world.states() == ["opened"]
    assert "cold-import: ok" in remote.pull.body
    assert remote.bare.show("refactorkit/hoist-imports:pkg/a.py").startswith(b"from pkg.b import b\n")
    assert world.quiet() == ["unchanged"]


def test_what_the_command_rejects_is_no_pull_request(world: World) -> None:
    remote = world.remote()
    world.settings["verify"] = "echo broken; exit 1"
    (row,) = world.run(code=3)
    assert row["state"] == "failed"
    assert row["detail"].startswith("http-url: verification failed: ")
    assert list(remote.branches()) == ["main"]
