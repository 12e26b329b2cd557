"""The differential harness: right collapses run equal, and every kind of wrong one is found."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

from behaviour_project import DISPATCH, FIND, HEAD, LABEL, MAPPING, PUT, RENEW, RIGHT, SHELF, TWINS, collapsed
from refactorkit.behaviour.differential import Trees, compare
from refactorkit.behaviour.refactorkit_probe.names import Names
from refactorkit.behaviour.verdict import Limits, Result, Verdict
from refactorkit.experiment import Experiment, Subject

QUICK = Limits(case=1.0, paths=20)

WRONG = {
    "a dropped argument": ("find", {"find": "return finish(cls.afind(name=name))"}, {}),
    "swapped arguments": ("find", {"find": "return finish(cls.afind(page, name))"}, {}),
    "a lost result": ("find", {"find": "finish(cls.afind(name=name, page=page))"}, {}),
    "a missing bridge": ("find", {"find": "return cls.afind(name=name, page=page)"}, {}),
    "a constant for an argument": ("find", {"find": "return finish(cls.afind(name=name, page=1))"}, {}),
    "a changed default": ("find", {}, {"def find(cls, name, page=1)": "def find(cls, name, page=2)"}),
    "another order of parameters": ("find", {}, {"def find(cls, name, page=1)": "def find(cls, page, name=1)"}),
    "a lost docstring": ("find", {}, {'        """Find it, now."""\n': ""}),
    "a lost dispatcher": ("find", {}, {"    @either(afind)\n": ""}),
    "early binding to the class": ("find", {"find": "return finish(Shelf.afind(name=name, page=page))"}, {}),
    "early binding of a method": (
        "put",
        {"put": "return finish(Shelf.aput(self, book, *parts, note=note, **marks))"},
        {},
    ),
    "lost keyword arguments": ("put", {"put": "return finish(self.aput(book, *parts, note=note))"}, {}),
    "lost positional arguments": ("put", {"put": "return finish(self.aput(book, note=note, **marks))"}, {}),
    "an ignored option": ("put", {"put": "return finish(self.aput(book, *parts, **marks))"}, {}),
    "a dropped await": ("find", {}, {"found = await client.read(": "found = client.read("}),
    "a dropped await of no result": ("put", {}, {"await client.write(": "client.write("}),
    "a lost handler": ("find", {}, {"== 404:\n                    return None\n": "== 404:\n                    raise\n"}),
    "an effect too many": ("find", {}, {"await asyncio.sleep(0.1)": "await asyncio.sleep(0.1)\n            cls.note()"}),
    "an effect in another order": (
        "put",
        {},
        {"            self.last = note\n            self.marks.update(**marks)\n": "            self.marks.update(**marks)\n            self.last = note\n"},
    ),
    "another branch": ("find", {}, {"if found else": "if not found else"}),
    "a client that is ignored": ("label", {"label": "return finish(alabel(book=book))"}, {}),
    "a lock of the caller's loop": ("renew", {}, {}),
    "a bridge into the caller's loop": (
        "find",
        {"find": "return finish_in_the_callers_loop(cls.afind(name=name, page=page))"},
        {},
    ),
}  # fmt: skip
"""Each wrong collapse: the pair, the bodies that differ from the right ones, and what else is replaced in the result."""


def subject(module: str, name: str) -> Subject:
    """A pair of the small project."""
    prefix = "" if name == "label" else "Shelf."
    return Subject(path=f"src/library/{module}.py", line=1, sync=prefix + name, twin=prefix + TWINS[name])


def project(modules: dict[str, str]) -> dict[str, bytes]:
    """The small project with these modules."""
    files = {"__init__": "", "dispatch": DISPATCH, **modules}
    return {f"src/library/{name}.py": text.encode() for name, text in files.items()}


def module_of(mutation: str) -> str:
    """The name of the module that holds a mutation."""
    return mutation.replace(" ", "_").replace("'", "")


def mutated(mutation: str) -> str:
    """The module after a wrong collapse."""
    _, bodies, replaced = WRONG[mutation]
    source = SHELF
    text = collapsed(source, {**RIGHT, **bodies})
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """What the harness says of each wrong collapse, and of the right one, all run in one go."""
    old = {module_of(m): SHELF for m in WRONG}
    new = {module_of(m): mutated(m) for m in WRONG}
    right = [subject("right", name) for name in ("find", "put", "label")]
    subjects = [*(subject(module_of(m), WRONG[m][0]) for m in WRONG), *right]
    found = compare(
        Experiment(subjects=tuple(subjects), mapping=MAPPING),
        Trees(
            before=project({**old, "right": SHELF}),
            after=project({**new, "right": collapsed(SHELF, RIGHT)}),
            root=tmp_path_factory.mktemp("root"),
        ),
        Path(sys.executable),
        QUICK,
    )
    names = [*WRONG, "find", "put", "label"]
    return dict(zip(names, found, strict=True))


@pytest.mark.parametrize("pair", ["find", "put", "label"])
def test_a_right_collapse_runs_equal_and_every_line_of_both_bodies_runs(
    verdicts: dict[str, Verdict], pair: str
) -> None:
    assert verdicts[pair].result is Result.EQUAL, verdicts[pair]
    assert verdicts[pair].cases > 40


@pytest.mark.parametrize("mutation", WRONG)
def test_a_wrong_collapse_is_found(verdicts: dict[str, Verdict], mutation: str) -> None:
    verdict = verdicts[mutation]
    assert verdict.result is Result.DIFFERENT, verdict
    assert verdict.case
    assert verdict.before != verdict.after


def test_the_verdict_shows_the_case_and_both_logs(verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts["a lost result"]
    assert verdict.case == "plain, arguments: required"
    assert verdict.before[0] == "call connect().read(argument name, page=1)"
    assert verdict.before[-1].startswith("returned cls")
    assert verdict.after[-1] == "returned None"


def test_a_deadlock_is_found_by_its_time_limit(verdicts: dict[str, Verdict]) -> None:
    for mutation in ("a lock of the caller's loop", "a bridge into the caller's loop"):
        assert "running loop" in verdicts[mutation].case
        assert verdicts[mutation].after == ("no answer within 1 s",)


def test_a_changed_signature_is_named(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["a changed default"].case == "signature"
    assert verdicts["a lost docstring"].case == "__doc__"


def driven(before: str, after: str, sync: str, twin: str, tmp_path: Path, limits: Limits = QUICK) -> Verdict:
    """The verdict on the one pair of a module."""
    pair = Subject(path="src/library/shelf.py", line=1, sync=sync, twin=twin)
    trees = Trees(before=project({"shelf": before}), after=project({"shelf": after}), root=tmp_path)
    [verdict] = compare(Experiment(subjects=(pair,), mapping=MAPPING), trees, Path(sys.executable), limits)
    return verdict


INJECTED = (
    HEAD
    + """\
from library.dispatch import connect_or_reuse, with_client


@with_client
async def atitle(book, client=None):
    return await client.read(book)


@either(atitle)
def title(book, client=None):
    with connect(blocking=True) as own:
        return {client}.read(book)
"""
)


@pytest.mark.parametrize(
    ("used", "result"), [("(own if client is None else client)", Result.EQUAL), ("own", Result.DIFFERENT)]
)
def test_a_decorator_that_hands_a_client_in_runs_for_real(tmp_path: Path, used: str, result: Result) -> None:
    source = INJECTED.replace("{client}", used)
    after = collapsed(source, {"title": "return finish(atitle(book=book, client=client))"})
    verdict = driven(source, after, "title", "atitle", tmp_path)
    assert verdict.result is result, verdict
    assert verdict.case in ("", "plain, arguments: all")


CORE = (
    HEAD
    + """\
class Label:
    async def atext(self, width=3):
        return self.name[:width]

    @either(atext)
    def text(self, width=3):
        return self.name[:width]
"""
)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("return self.text(width=width, blocking=True)", Result.EQUAL),
        ("return self.text(blocking=True)", Result.DIFFERENT),
    ],
)
def test_the_async_half_can_be_the_one_that_becomes_a_call(tmp_path: Path, body: str, result: Result) -> None:
    after = CORE.replace("return self.name[:width]", body, 1)
    pair = Subject(path="src/library/shelf.py", line=1, sync="Label.text", twin="Label.atext", core="sync")
    trees = Trees(before=project({"shelf": CORE}), after=project({"shelf": after}), root=tmp_path)
    [verdict] = compare(Experiment(subjects=(pair,), mapping=MAPPING), trees, Path(sys.executable), QUICK)
    assert verdict.result is result, verdict


DEEP = (
    HEAD
    + """\
async def aship(*books, note=None):
    if not books:
        return None
    done = []
    for book in books:
        try:
            done.append(await book.send(note))
        except Exception:
            if len(books) == 1:
                raise
    if not done:
        return "nothing"
    state = books[0].state
    if not state.is_paid and not state.is_free and not state.is_lent:
        return "owed"
    return done
"""
)


def test_branches_that_need_several_answers_at_once_are_reached(tmp_path: Path) -> None:
    twin = DEEP[DEEP.index("async def") :]
    half = "@either(aship)\n" + twin.replace("async def aship", "def ship").replace("await ", "")
    source = f"{DEEP}\n\n{half}"
    after = collapsed(source, {"ship": "return finish(aship(*books, note=note))"})
    verdict = driven(source, after, "ship", "aship", tmp_path, Limits(case=1.0))
    assert verdict.result is Result.EQUAL, verdict


def test_names_with_several_twins_have_one_spelling() -> None:
    names = Names(
        {
            "twins": {"get": "aget", "fetch": "aget", "load": "aload"},
            "renames": {"anullcontext": "nullcontext"},
        }
    )
    assert len({names.attribute(name) for name in ("get", "aget", "fetch")}) == 1
    assert names.attribute("load") == names.attribute("aload") != names.attribute("get")
    assert names.dotted("app.tools.anullcontext") == "nullcontext"


def test_lines_that_never_run_are_named(tmp_path: Path) -> None:
    source = HEAD + (
        "async def acount(book):\n    if book == 1 and book != 1 and False:\n        return 0\n    return await book.total()\n\n\n"
        "@either(acount)\ndef count(book):\n    if book == 1 and book != 1 and False:\n        return 0\n    return book.total()\n"
    )
    after = collapsed(source, {"count": "return finish(acount(book=book))"})
    verdict = driven(source, after, "count", "acount", tmp_path)
    assert verdict.result is Result.NOT_COVERED
    assert [line.partition(" ")[0] for line in verdict.lines] == ["sync", "twin"]


def test_a_module_that_cannot_be_imported_is_not_runnable(tmp_path: Path) -> None:
    verdict = driven(SHELF, "import no_such_module\n" + SHELF, "label", "alabel", tmp_path)
    assert verdict.result is Result.NOT_RUNNABLE
    assert "No module named 'no_such_module'" in verdict.detail


def test_an_import_that_does_not_end_is_not_runnable_and_leaves_no_process(tmp_path: Path) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    endless = (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    )
    verdict = driven(SHELF, endless + SHELF, "label", "alabel", tmp_path, Limits(imports=2.0))
    assert verdict.result is Result.NOT_RUNNABLE
    assert "no answer within 2 s" in verdict.detail
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before


def test_a_module_that_ends_the_interpreter_is_not_runnable(tmp_path: Path) -> None:
    verdict = driven(
        SHELF, "import os\nprint('bye', flush=True)\nos._exit(3)\n" + SHELF, "label", "alabel", tmp_path
    )
    assert verdict.result is Result.NOT_RUNNABLE
    assert verdict.detail == "the interpreter stopped: bye"


def test_a_pair_inside_a_function_is_not_runnable(tmp_path: Path) -> None:
    verdict = driven(SHELF, SHELF, "outer.<locals>.label", "outer.<locals>.alabel", tmp_path)
    assert verdict.result is Result.NOT_RUNNABLE


def test_the_target_sees_neither_credentials_nor_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    guarded = f"import os\nassert 'SECRET_TOKEN' not in os.environ and os.environ['HOME'] != {os.environ.get('HOME')!r}\n"
    after = collapsed(SHELF, RIGHT)
    assert (
        driven(guarded + SHELF, guarded + after, "Shelf.find", "Shelf.afind", tmp_path).result is Result.EQUAL
    )


def test_files_beside_the_code_can_be_read_while_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "src" / "library").mkdir(parents=True)
    (tmp_path / "src" / "library" / "names.txt").write_text("x")
    reading = "import pathlib\nNAMES = (pathlib.Path(__file__).parent / 'names.txt').read_text()\n"
    pair = Subject(path="src/library/shelf.py", line=1, sync="label", twin="alabel")
    trees = Trees(
        before=project({"shelf": reading + SHELF}),
        after=project({"shelf": reading + collapsed(SHELF, RIGHT)}),
        root=tmp_path,
        others=frozenset(["src/library/names.txt"]),
    )
    [verdict] = compare(Experiment(subjects=(pair,), mapping=MAPPING), trees, Path(sys.executable), QUICK)
    assert verdict.result is Result.EQUAL, verdict


def test_the_bodies_of_the_mutations_are_those_of_the_right_collapse_but_for_the_mutation() -> None:
    text = collapsed(SHELF, RIGHT)
    assert [line.strip() for line in text.splitlines() if "finish(" in line] == [FIND, PUT, RENEW, LABEL]
