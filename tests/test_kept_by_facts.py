"""What a project-wide codemod makes of a file is kept for as long as the file and what is known about it stay the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from repositories import CommandLine, Repository

CODEMOD = '''"""Write how many files say `count me` where `HERE` stands."""

from pathlib import Path

from refactorkit import Change, Codemod, Finding, Level, Status


class Counts(Codemod):
    """Counts."""

    mentions = (b"HERE",)

    def survey(self, sources, scope):
        sites = [path for path, source in sources.items() if b"HERE" in source.data]
        return sites, sum(b"count me" in source.data for source in sources.values())

    def sites(self, facts):
        return tuple(facts[0])

    def facts_about(self, facts, path):
        return KEPT

    def rewrite(self, source, facts, scope):
        with Path(LOG).open("a") as log:
            log.write(source.path + "\\n")
        finding = Finding(
            path=source.path, line=1, column=0, end_line=1, status=Status.CHANGED, level=Level.PROVED, message="counted"
        )
        after = source.data.replace(b"HERE", b"%d" % facts[1])
        return Change(path=source.path, before=source.data, after=after, findings=(finding,), mode=source.mode)
'''


@pytest.mark.parametrize(
    ("kept", "rewritten"),
    [("facts[1]", [1, 0, 1]), ("None", [1, 1, 1])],
    ids=["told-what-it-needs", "told-nothing"],
)
def test_a_file_is_rewritten_again_only_when_something_that_it_needs_changes(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, kept: str, rewritten: list[int]
) -> None:
    folder, log = tmp_path / "mine", tmp_path / "log"
    folder.mkdir()
    (folder / "counts.py").write_text(CODEMOD.replace("LOG", repr(str(log))).replace("KEPT", kept))
    (tmp_path / "conf.toml").write_text('codemods-folder = "mine"\n')
    steps: list[dict[str, str | bytes]] = [
        {"a.py": "x = HERE\n", "b.py": "# count me\n"},
        {"c.py": "# something else\n"},
        {"d.py": "# count me\n"},
    ]
    called, shown = [], []
    for files in steps:
        repository.commit(files)
        log.write_text("")
        done = refactorkit(
            "apply",
            "counts",
            ".",
            "--config",
            str(tmp_path / "conf.toml"),
            "--output-format",
            "diff",
            "--dry-run",
        )
        assert done.code == 0, done.err
        called.append(log.read_text().count("a.py"))
        shown.append([line for line in done.out.splitlines() if line.startswith("+x")])
    assert called == rewritten
    assert shown == [["+x = 1"], ["+x = 1"], ["+x = 2"]]
