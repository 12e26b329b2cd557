"""What programs read: the JSON holds its schema, and the diff makes exactly the branch's tree."""

from __future__ import annotations

import json
import os
import subprocess

import jsonschema
import pytest

from refactorkit.model import Change
from refactorkit.report.commit_message import subject
from refactorkit.report.diff import unified
from repositories import BRANCH, WARN, CommandLine, Repository

KEYS = {
    "": {"schema", "codemod", "version", "base", "branch", "commit", "options", "files", "findings", "changes", "failures", "verification", "seconds"},
    "files": {"seen", "admitted", "parsed", "changed", "skipped", "failed"},
    "seconds": {"discover", "survey", "transform", "verify", "total"},
}  # fmt: skip
FINDING = {"path", "line", "column", "end_line", "status", "level", "reason", "message", "evidence"}
STRANGE: dict[str, str | bytes] = {
    "src/plain.py": WARN,
    "src/no newline.py": WARN.rstrip("\n"),
    "src/crlf.py": WARN.replace("\n", "\r\n"),
    "src/cr.py": b"import logging\n'''a\rb'''\nlogging.warn('x')\n",
    "src/latin.py": b"# coding: latin-1\nimport logging\n# caf\xe9\nlogging.warn('\xe9')\n",
    'src/quo"te\t.py': WARN,
    "src/\N{LATIN SMALL LETTER U WITH DIAERESIS}.py": WARN,
    os.fsdecode(b"src/\xe9.py"): WARN,
    "src/feed.py": b"import logging\n\x0c\nlogging.warn('\xe2\x80\xa8')\n",
}


def test_the_json_holds_its_schema_and_every_key(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({**STRANGE, "bad.py": b"warn(\xff"})
    (repository.path / "link.py").symlink_to("bad.py")
    repository.commit({})
    schema = json.loads(refactorkit("schema", "plan").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    result = refactorkit.apply("logging-warn,misbehaves", ".", "--output-format", "json")
    assert result.code == 3
    first, second = result.documents
    for document in (first, second):
        jsonschema.validate(document, schema)
        for key, wanted in KEYS.items():
            assert wanted <= (document[key] if key else document).keys()
    assert first["schema"] == "refactorkit/plan/1"
    assert (first["branch"], second["branch"], second["commit"]) == (BRANCH, None, None)
    assert all(finding.keys() == FINDING for finding in first["findings"])
    assert {change["kind"] for change in first["changes"]} == {"modified"}
    assert first["failures"][0]["path"] == "bad.py"
    assert first["seconds"]["total"] >= first["seconds"]["transform"] > 0


def test_the_diff_makes_exactly_the_tree_of_the_branch(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.write({".gitattributes": "* -text\n"})
    repository.write(dict(STRANGE))
    (repository.path / "src/plain.py").chmod(0o755)
    repository.commit({})
    target = str(repository.path.parent / "out.diff")
    assert refactorkit.apply("logging-warn", ".", "--output-format", "diff", "--output", target).code == 0
    repository.git("apply", "--check", target)
    repository.git("apply", "--index", target)
    assert repository.git("write-tree") == repository.git("rev-parse", BRANCH + "^{tree}")


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, b"x = 1\n"), (None, b"no newline"), (None, b""), (b"x\n", None), (b"", b"x\n"), (b"x\n", b""), (b"a\rb\n", b"a\rc\n"),
     (b"x", b"x\n"), (b"-- a\n", b"++ b\n")],
)  # fmt: skip
@pytest.mark.parametrize("path", ["a.py", "new folder/b \u00fc.py"])
def test_added_deleted_and_empty_files_can_be_applied(
    repository: Repository, before: bytes | None, after: bytes | None, path: str
) -> None:
    repository.write({".gitattributes": "* -text\n"})
    repository.commit({path: before} if before is not None else {})
    diff = unified(Change(path=path, before=before, after=after))
    subprocess.run(["git", "apply", "--index"], input=os.fsencode(diff), cwd=repository.path, check=True)
    target = repository.path / path
    assert (target.read_bytes() if target.exists() else None) == after


def test_http_urls_note_comes_with_its_diff(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({
        "src/app/__init__.py": "", "src/app/types.py": "from typing import Annotated\n\nLaxUrl = Annotated[str, 'url']\n",
        "src/app/models.py": "from pydantic import BaseModel\n\nfrom app.types import LaxUrl\n\n\nclass Create(BaseModel):\n    url: LaxUrl\n",
    })  # fmt: skip
    target = str(repository.path.parent / "out.diff")
    result = refactorkit(
        "apply", "http-url", "src", "-o", "role=input", "--output-format", "diff", "--output", target
    )
    assert result.code == 0, result.err
    assert "new file mode 100644" in (repository.path.parent / "out.diff").read_text()
    repository.git("apply", "--index", target)
    assert repository.git("write-tree") == repository.git("rev-parse", "refactorkit/http-url^{tree}")


@pytest.mark.parametrize(
    ("paths", "wanted"),
    [
        (["src/app/a.py", "src/app/b.py"], "refactor(app): x [refactorkit y]"),
        (["src/app/a.py", "src/lib/b.py"], "refactor: x [refactorkit y]"),
        (["a.py"], "refactor: x [refactorkit y]"),
        (["src/app/in/a.py", "src/app/b.py", "docs/note.md"], "refactor(app): x [refactorkit y]"),
    ],
)
def test_the_subject_names_the_folder_that_all_changes_share(paths: list[str], wanted: str) -> None:
    from refactorkit.model import Plan

    outcomes = tuple(Change(path=path, before=b"", after=b"x") for path in paths)
    assert subject(Plan(codemod="y", version="1", options={}, outcomes=outcomes), "x") == wanted
