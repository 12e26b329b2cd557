"""Fixes in reports are right, not only valid: applied as their format says, they make the bytes of the branch."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applied_fixes import fixed_by_rdjson, fixed_by_sarif, sarif_fixes
from refactorkit.model import Change, Finding, Level, Plan, Status
from refactorkit.report import rdjson, sarif
from refactorkit.report.rules import Rules
from repositories import BRANCH, WARN, CommandLine, Repository

APPLY = {"sarif": fixed_by_sarif, "rdjson": fixed_by_rdjson}
RULES = Rules(codemod="x", summary="Does x.", text="Does x.", advice={}, is_one_change=False)
STRANGE: dict[str, str | bytes] = {
    "plain.py": WARN + "\n" * 9 + "logging.warn('y')  # \N{GRINNING FACE}\n",
    "no newline.py": WARN.rstrip("\n"),
    "crlf.py": WARN.replace("\n", "\r\n"),
    "cr.py": b"import logging\n'''a\rb'''\nlogging.warn('x')\n",
    "bom.py": b"\xef\xbb\xbfimport logging; logging.warn('\xc3\xa9')\n",
    "astral.py": "import logging\n\N{GRINNING FACE} = '\N{GRINNING FACE}'; logging.warn('x')\n".replace("\N{GRINNING FACE} =", "_ ="),
    "feed.py": b"import logging\n\x0c\nlogging.warn('\xe2\x80\xa8')\n",
    'quo"te\t %41.py': WARN,
    "\N{LATIN SMALL LETTER U WITH DIAERESIS}:x.py": WARN,
}  # fmt: skip
NO_UTF8: dict[str, str | bytes] = {
    "latin.py": b"# coding: latin-1\nimport logging\n# caf\xe9\nlogging.warn('\xe9')\n",
    os.fsdecode(b"\xe9.py"): WARN,
}


def branch(repository: Repository, name: str) -> dict[bytes, bytes]:
    """What the files of a branch hold that differ from HEAD."""
    listing = repository.git("diff", "--name-only", "-z", "HEAD", name)
    paths = [path for path in listing.split("\0") if path]
    return {os.fsencode(path): repository.show(f"{name}:{path}") for path in paths}


def on_disk(repository: Repository, path: bytes) -> bytes | None:
    target = Path(os.fsdecode(os.path.join(os.fsencode(repository.path), path)))
    return target.read_bytes() if target.exists() else None


@pytest.mark.parametrize("output_format", ["sarif", "rdjson"])
def test_all_fixes_together_make_the_branch(
    repository: Repository, refactorkit: CommandLine, output_format: str
) -> None:
    repository.write({".gitattributes": "* -text\n"})
    repository.commit({**STRANGE, **NO_UTF8, "sub/quiet.py": "x = 1\n"})
    report = refactorkit.apply("logging-warn", ".", "--output-format", output_format)
    assert report.code == 0, report.err
    wanted = branch(repository, BRANCH)
    if output_format == "rdjson":  # what is no UTF-8 has a diagnostic without a suggestion
        bare = {d["location"]["path"] for d in report.document["diagnostics"] if "suggestions" not in d}
        assert bare == {"latin.py", "\N{REPLACEMENT CHARACTER}.py"}
        wanted = {path: data for path, data in wanted.items() if path not in (b"latin.py", b"\xe9.py")}
    found = APPLY[output_format](report.document, lambda path: on_disk(repository, path))
    assert found == wanted
    assert len(wanted) == len(STRANGE) + (len(NO_UTF8) if output_format == "sarif" else 0)


@pytest.mark.parametrize("output_format", ["sarif", "rdjson"])
def test_fixes_of_shipped_codemods_make_their_branches(
    tmp_path: Path,
    refactorkit: CommandLine,
    no_git_settings: None,
    output_format: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """New files, too; each codemod from the base by itself."""
    from refactorkit.demo import legacy_app

    repository = Repository.new(tmp_path / "app")
    repository.commit(dict(legacy_app()))
    monkeypatch.chdir(repository.path)
    for codemod in ("http-url", "sync-wrapper", "hoist-imports"):
        report = refactorkit("apply", codemod, ".", "--no-gate", "--output-format", output_format)
        assert report.code == 0, report.err
        found = APPLY[output_format](report.document, lambda path: on_disk(repository, path))
        assert found == branch(repository, f"refactorkit/{codemod}")


def test_a_fix_holds_all_that_was_proved_together(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": WARN * 2, "b.py": WARN})
    (run,) = refactorkit.apply("logging-warn", ".", "--dry-run", "--output-format", "sarif").document["runs"]
    assert [len(fix["artifactChanges"]) for _, fix in sarif_fixes({"runs": [run]})] == [1, 1]
    assert ["fixes" in result for result in run["results"]] == [True, False, True]
    other = run["results"][1]
    assert other["message"]["text"].endswith("(the fix is at [a.py:3](1))")
    assert other["relatedLocations"][0]["id"] == 1

    model = "from typing import Annotated\nfrom pydantic import BaseModel\nLaxUrl = Annotated[str, 'url']\n"
    uses = "from pydantic import BaseModel\nfrom m import LaxUrl\n\n\nclass Create(BaseModel):\n    url: LaxUrl\n"
    repository.commit({"m.py": model, "n.py": uses})
    report = refactorkit(
        "apply", "http-url", ".", "-o", "role=input", "--dry-run", "--output-format", "sarif"
    )
    ((_, fix),) = sarif_fixes(report.document)
    assert [c["artifactLocation"]["uri"] for c in fix["artifactChanges"]] == [
        "docs/http-url-migration.md",
        "n.py",
    ]
    assert "creates docs/http-url-migration.md" in fix["description"]["text"]


@pytest.mark.parametrize("output_format", ["sarif", "rdjson"])
def test_what_another_codemod_changes_first_has_no_fix(
    repository: Repository, refactorkit: CommandLine, output_format: str
) -> None:
    """Its lines are those of a file that nobody has: applied to the one that is there it would be a wrong edit."""
    repository.commit({"both.py": WARN + "old()\n", "one.py": "\nold()\n"})
    ask = ("logging-warn,misbehaves", ".", "--output-format", output_format)
    base = {
        path.encode(): data.encode()
        for path, data in (("both.py", WARN + "new()\n"), ("one.py", "\nnew()\n"))
    }
    stacked = refactorkit.apply(*ask, "--stack").document
    found = APPLY[output_format](stacked, lambda path: on_disk(repository, path))
    assert found == {
        b"both.py": (WARN + "old()\n").replace("warn(", "warning(").encode(),
        b"one.py": base[b"one.py"],
    }

    apart = refactorkit.apply(*ask, "--dry-run").document
    if output_format == "sarif":
        apart["runs"] = apart["runs"][1:]
    else:
        apart["diagnostics"] = [d for d in apart["diagnostics"] if d["code"]["value"] == "misbehaves"]
    assert APPLY[output_format](apart, lambda path: on_disk(repository, path)) == base


def plan_of(path: str, before: bytes | None, after: bytes | None) -> Plan:
    finding = Finding(
        path=path, line=1, column=0, end_line=9, status=Status.CHANGED, level=Level.PROVED, message="m"
    )
    change = Change(path=path, before=before, after=after, findings=(finding,))
    return Plan(codemod="x", version="1", options={}, outcomes=(change,))


def document(module: Any, plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(module.render([plan], {"x": RULES}))
    return found


TEXT = st.lists(
    st.sampled_from(["a", "b", "\n", "\r\n", "\r", "\N{GRINNING FACE}", "\xe9", "x = 1\n"]), max_size=8
).map("".join)


@given(before=TEXT, after=TEXT)
@settings(max_examples=300, deadline=None)
def test_any_change_of_a_text_comes_out_of_its_fixes(before: str, after: str) -> None:
    plan = plan_of("a.txt", before.encode(), after.encode())
    for module, applied in ((sarif, fixed_by_sarif), (rdjson, fixed_by_rdjson)):
        found = applied(document(module, plan), lambda _: before.encode())
        assert found.get(b"a.txt", before.encode()) == after.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, b"x = 1\n"), (None, b""), (b"x\n", None), (b"\xff\n", b"\xfe\n"), (b"# coding: latin-1\n'\xe9'\n", b"'e'\n"),
     (b"\xef\xbb\xbfx\n", b"y\n"), (b"# coding: rot13\n", b"x\n"), (b"# coding: nothing\n", b"x\n")],
)  # fmt: skip
def test_new_deleted_and_undecodable_files_have_a_fix(before: bytes | None, after: bytes | None) -> None:
    plan = plan_of("a.py", before, after)
    assert fixed_by_sarif(document(sarif, plan), lambda _: before) == {b"a.py": after or b""}
    diagnostics = document(rdjson, plan)["diagnostics"]
    assert [d["location"]["path"] for d in diagnostics] == ["a.py"]


def test_a_long_file_of_few_different_lines_takes_no_time_without_end() -> None:
    lines = [("    },\n", "    {\n", " x\n", f"  k{n}: 1\n")[n * n % 7 % 4] for n in range(30_000)]
    before = "".join(lines)
    after = "".join("new\n" if n % 50 == 0 else line for n, line in enumerate(lines))
    found = fixed_by_sarif(
        document(sarif, plan_of("a.py", before.encode(), after.encode())), lambda _: before.encode()
    )
    assert found == {b"a.py": after.encode()}
