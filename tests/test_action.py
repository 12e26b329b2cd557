"""The GitHub Action: its steps run in order in a real repository, against a forge that keeps comments."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from action_runner import Comments, Runner, Step, evaluated, filled, serving
from published_schemas import check_jsonschema
from repositories import ROOT, Repository

TYPES = "from typing import Annotated\n\nLaxUrl = Annotated[str, 'url']\n"
MODEL = "from pydantic import BaseModel\n\nfrom types_ import LaxUrl\n\n\nclass Old(BaseModel):\n    url: LaxUrl\n"
NEW = "\n\nclass New(BaseModel):\n    site: LaxUrl\n    name: str\n"
OPTIONS = {"codemods": "http-url", "options": "role=input\n"}
MARK = "<!-- refactorkit: http-url -->"


class Job:
    """A pull request on a forge, its shallow checkout as actions/checkout makes it, and a runner."""

    def __init__(self, folder: Path, api: str) -> None:
        self.folder = folder
        self.api = api
        self.origin = Repository.new(folder / "origin")
        self.base = ""
        self.checks_out_merge = True
        self.checkout = folder / "checkout"
        self.temporary = folder / "temporary"
        (self.temporary / "refactorkit" / "bin").mkdir(parents=True)
        for name in ("python", "refactorkit"):  # installed already, as by an earlier use in the same job
            program = self.temporary / "refactorkit" / "bin" / name
            program.write_text(
                f'#!/bin/sh\nexec "{sys.executable}" {"-m refactorkit" if name != "python" else ""} "$@"\n'
            )
            program.chmod(0o755)

    def check_out(self, depth: int = 1) -> None:
        """A shallow checkout of the merge of the pull request into its base."""
        self.origin.git("update-ref", "refs/pull/5/merge", "HEAD")
        if not self.checkout.exists():
            Repository.new(self.checkout).git("remote", "add", "origin", self.origin.path.as_uri())
        there = Repository(self.checkout)
        there.git("fetch", "-q", "--no-tags", f"--depth={depth}", "origin", "refs/pull/5/merge")
        there.git("checkout", "-q", "--detach", "FETCH_HEAD")

    def run(self, event: str = "pull_request", head: str = "owner/project", **inputs: str) -> dict[str, Step]:
        """Run the action; what became of its steps, by name."""
        request = {"number": 5, "base": {"sha": self.base}, "head": {"repo": {"full_name": head}}}
        sha = Repository(self.checkout).git("rev-parse", "HEAD") if self.checks_out_merge else "0"
        told = {"name": event, "sha": sha, "event": {"pull_request": request} if event != "push" else {}}
        self.runner = Runner(ROOT, self.checkout, self.temporary, told, self.api)
        return {step.name: step for step in self.runner.run(**{**OPTIONS, **inputs})}

    @property
    def log(self) -> Any:
        """The SARIF file."""
        return json.loads((self.temporary / "refactorkit.sarif").read_bytes())


@pytest.fixture
def comments() -> Comments:
    return Comments()


@pytest.fixture
def job(
    tmp_path: Path, comments: Comments, no_git_settings: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Job]:
    """A pull request that adds a class to a module, on top of a longer history."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("REFACTORKIT_PATIENCE", "0")
    with serving(comments) as api:
        job = Job(tmp_path, api)
        job.origin.commit({"types_.py": TYPES, "models.py": MODEL, "sub dir/more.py": MODEL})
        for number in range(3):
            job.base = job.origin.commit({f"{number}.txt": "x"})
        job.origin.git("checkout", "-q", "-b", "feature", "HEAD~1")
        job.origin.commit({"models.py": MODEL + NEW})
        job.origin.git("checkout", "-q", "--detach", "main")
        job.origin.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
        job.check_out()
        yield job


def test_a_pull_request_gets_its_lines_looked_at_and_one_comment(job: Job, comments: Comments) -> None:
    person = comments.add(f"{MARK} is what the robot writes", "eve", "User")
    steps = job.run()
    assert [step.code for step in steps.values()] == [0] * len(steps), steps
    (run,) = job.log["runs"]
    sites = [(r["locations"][0]["physicalLocation"], r["ruleId"]) for r in run["results"]]
    places = {
        (p["artifactLocation"]["uri"], p["region"]["startLine"]) for p, rule in sites if rule == "http-url"
    }
    assert ("models.py", 11) in places
    assert ("models.py", 7) not in places
    assert not any(path.startswith("sub") for path, _ in places)

    upload = steps["Upload to code scanning"]
    assert upload.out == "github/codeql-action/upload-sarif@v4"
    assert upload.given == {"sarif_file": str(job.temporary / "refactorkit.sarif")}
    assert (
        "::" not in steps["Run refactorkit"].out
    )  # code scanning shows the sites: annotations would show them twice
    assert "site: HttpUrl" in job.runner.summary.read_text()
    assert not steps["Fail when something would change"].ran

    assert len(comments.kept) == 2
    assert person["body"].endswith("is what the robot writes")
    assert comments.kept[1]["body"].startswith(f"{MARK}\n\n### refactorkit: ")
    assert comments.kept[1]["body"].endswith(
        "From [this run](https://forge.example/owner/project/actions/runs/77).\n"
    )
    assert comments.tokens == {"Bearer secret-token"}


def test_a_second_run_updates_the_comment(job: Job, comments: Comments) -> None:
    comments.add("talk", "ann", "User")
    job.run()
    first = comments.kept[1]["body"]
    job.origin.commit({"models.py": MODEL + NEW.replace("site", "home")})
    job.check_out()
    job.run()
    assert len(comments.kept) == 2
    assert [asked for asked, _ in comments.asked if asked != "GET"] == ["POST", "PATCH"]
    assert comments.kept[1]["body"] != first
    assert "home: HttpUrl" in comments.kept[1]["body"]

    job.origin.commit({"models.py": MODEL})
    job.check_out()
    job.run()
    assert len(comments.kept) == 2
    assert "nothing to change" in comments.kept[1]["body"]


@pytest.mark.parametrize("checks_out_merge", [True, False])
def test_what_others_merged_in_the_meantime_is_not_this_pull_requests(
    job: Job, checks_out_merge: bool
) -> None:
    job.checks_out_merge = checks_out_merge
    job.origin.git("checkout", "-q", "main")
    job.origin.commit({"sub dir/more.py": MODEL + NEW})
    job.origin.git("checkout", "-q", "--detach", "feature")
    if checks_out_merge:
        job.origin.git("checkout", "-q", "--detach", "main")
        job.origin.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    job.check_out()
    assert [step.code for step in job.run().values()] == [0] * 7
    results = job.log["runs"][0]["results"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results} == {
        "models.py"
    }


def test_nothing_to_say_begins_no_comment(job: Job, comments: Comments) -> None:
    job.origin.commit({"models.py": MODEL, "a.txt": "x"})
    job.check_out()
    steps = job.run(fail_on_change="true")
    assert comments.kept == []
    assert not steps["Fail when something would change"].ran
    assert steps["Upload to code scanning"].ran  # so that alerts of an earlier run are closed


def test_a_change_can_fail_the_job_after_everybody_was_told(job: Job, comments: Comments) -> None:
    steps = job.run(fail_on_change="true")
    assert steps["Fail when something would change"].code == 1
    assert "sites would change" in steps["Fail when something would change"].out
    assert len(comments.kept) == 1


def test_a_fork_gets_annotations_and_no_failure(job: Job, comments: Comments) -> None:
    comments.answers = [403]
    steps = job.run(head="stranger/project")
    assert not steps["Upload to code scanning"].ran
    assert "::warning file=models.py,line=11" in steps["Run refactorkit"].out
    assert steps["Update the comment"].code == 0
    assert "::notice title=refactorkit::No comment was written (403)" in steps["Update the comment"].out


@pytest.mark.parametrize("text", ['$(touch "$HOME/owned")', "\"; touch $HOME/owned; '", "--config=x"])
def test_inputs_are_never_run(job: Job, text: str) -> None:
    others = ("paths", "options", "level", "python", "comment_key")
    assert job.run(**dict.fromkeys(others, text))["Run refactorkit"].code == 2
    assert job.run(codemods=text)["Run refactorkit"].code == 2
    assert job.run(base=text)["Find where the pull request begins"].code == 1
    assert not (job.folder / "home" / "owned").exists()


def test_runs_are_the_same_whatever_the_inputs_say() -> None:
    """GitHub puts the value of an expression into a script before a shell reads it: none may stand there."""
    action = msgspec.yaml.decode((ROOT / "action.yml").read_bytes())
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert len(scripts) == 6
    assert not any("${{" in script for script in scripts)
    secrets = [step["name"] for step in action["runs"]["steps"] if "inputs.token" in str(step)]
    assert secrets == ["Update the comment"]


@pytest.mark.parametrize(
    ("event", "inputs", "complaint"),
    [
        ("pull_request_target", {}, "run on pull_request"),
        ("push", {}, "There is no pull request to compare with"),
        ("pull_request", {"base": "nowhere"}, "set fetch-depth 0"),
        ("pull_request", {"base": "--upload-pack=x"}, "can't begin with a dash"),
    ],
)
def test_what_cannot_be_compared_is_one_error(
    job: Job, event: str, inputs: dict[str, str], complaint: str
) -> None:
    step = job.run(event=event, **inputs)["Find where the pull request begins"]
    assert step.code == 1
    assert re.search(rf"^::error title=refactorkit::.*{complaint}", step.out, re.MULTILINE), step.out


def test_a_push_can_be_compared_with_a_branch(job: Job, comments: Comments) -> None:
    steps = job.run(event="push", base="main")
    assert steps["Upload to code scanning"].ran
    assert not steps["Update the comment"].ran
    assert comments.asked == []
    assert {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for r in job.log["runs"][0]["results"]
    } >= {"models.py"}


def test_whole_files_and_folders_with_blanks_are_looked_at_when_asked(job: Job) -> None:
    job.run(whole_files="true", paths="models.py\ntypes_.py\n")
    lines = [
        r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in job.log["runs"][0]["results"]
    ]
    assert 7 in lines
    steps = job.run(paths="sub dir\n")
    assert steps["Run refactorkit"].code == 0


@pytest.mark.parametrize("document", ["action.yml"])
def test_the_metadata_holds_githubs_schema(document: str) -> None:
    check_jsonschema("--builtin-schema", "vendor.github-actions", ROOT / document)
    action = msgspec.yaml.decode((ROOT / document).read_bytes())
    assert len(action["description"]) <= 125  # what the marketplace takes


@pytest.mark.parametrize(
    ("expression", "value"),
    [("inputs.a == 'x' && steps.s.outputs.b-c != ''", True), ("github.event.no.such", None), ("inputs.a != 'x' || 'y'", "y"),
     ("(inputs.a == 'it''s')", False), ("github.event.number != ''", True)],
)  # fmt: skip
def test_the_runner_knows_the_expressions_that_are_used(expression: str, value: Any) -> None:
    contexts = {
        "inputs": {"a": "x"},
        "steps": {"s": {"outputs": {"b-c": "1"}}},
        "github": {"event": {"number": 5}},
    }
    assert evaluated(expression, contexts) == value
    assert filled("a ${{ inputs.a }} b", contexts) == "a x b"
