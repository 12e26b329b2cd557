"""What is to be done about a branch, for every state of affairs."""

from __future__ import annotations

import itertools

import pytest

from refactorkit.bot.deciding import Facts, Step, decide
from refactorkit.bot.marker import EMPTY, Marker, written
from refactorkit.forge import PullRequest

FINGERPRINT, TIP, NEW = "f" * 64, "1" * 40, "2" * 40


def pull(state: str, number: int = 1, closed: str = "", fingerprint: str = FINGERPRINT, sha: str = TIP, body: str | None = None) -> PullRequest:  # fmt: skip
    """A pull request of the bot."""
    memory = Marker(fingerprint=fingerprint, codemod="c", digest="d", title="t", closed=closed)
    return PullRequest(
        number=number, url="u", head="refactorkit/c", head_sha=sha, base="main", title="t", state=state, created=0.0,
        body=written("text", memory) if body is None else body,
    )  # fmt: skip


OPEN, CLOSED, MERGED = pull("open"), pull("closed"), pull("merged")
BY_US = pull("closed", closed=EMPTY)
OTHER = pull("closed", fingerprint="0" * 64)
BARE = pull("closed", body="")


@pytest.mark.parametrize(
    ("commit", "tip", "is_ours", "pulls", "step"),
    [
        # something to change
        (NEW, None, False, [], Step.OPEN),
        (NEW, TIP, True, [], Step.OPEN),
        (NEW, NEW, True, [OPEN], Step.UPDATE),
        (NEW, TIP, True, [OPEN], Step.UPDATE),
        (NEW, TIP, False, [OPEN], Step.FOREIGN),
        (NEW, TIP, False, [], Step.FOREIGN),
        (NEW, TIP, True, [CLOSED], Step.DECLINED),
        (NEW, None, False, [CLOSED], Step.DECLINED),
        (NEW, TIP, False, [CLOSED], Step.DECLINED),
        (NEW, None, False, [BARE], Step.DECLINED),
        (NEW, None, False, [OTHER], Step.OPEN),
        (NEW, None, False, [BY_US], Step.OPEN),
        (NEW, None, False, [MERGED], Step.OPEN),
        (NEW, TIP, False, [MERGED], Step.OPEN),
        (NEW, NEW, False, [MERGED], Step.FOREIGN),
        (NEW, None, False, [pull("closed", 2), MERGED], Step.DECLINED),
        (NEW, None, False, [pull("merged", 2), CLOSED], Step.OPEN),
        (NEW, None, False, [pull("merged", 2, fingerprint="0"), CLOSED], Step.DECLINED),
        (NEW, None, False, [pull("closed", 2, EMPTY), CLOSED], Step.DECLINED),
        (NEW, TIP, True, [pull("open", 2), CLOSED], Step.UPDATE),
        # nothing to change
        (None, None, False, [], Step.NOTHING),
        (None, TIP, True, [], Step.CLEAN),
        (None, TIP, False, [], Step.NOTHING),
        (None, TIP, True, [OPEN], Step.CLOSE),
        (None, TIP, False, [OPEN], Step.FOREIGN),
        (None, TIP, False, [pull("open", body="mine")], Step.NOTHING),
        (None, TIP, True, [BY_US], Step.CLEAN),
        (None, TIP, False, [BY_US], Step.NOTHING),
        (None, TIP, True, [CLOSED], Step.NOTHING),
        (None, TIP, True, [MERGED], Step.NOTHING),
    ],
)
def test_the_step_for_a_branch(
    commit: str | None, tip: str | None, is_ours: bool, pulls: list[PullRequest], step: Step
) -> None:
    facts = Facts(fingerprint=FINGERPRINT, commit=commit, tip=tip, is_ours=is_ours, pulls=tuple(pulls))
    assert decide(facts) is step


def test_a_ticked_box_opens_what_was_declined_but_replaces_nobodys_work() -> None:
    facts = Facts(
        fingerprint=FINGERPRINT, commit=NEW, tip=None, is_ours=False, pulls=(CLOSED,), is_asked_for=True
    )
    assert decide(facts) is Step.OPEN
    foreign = Facts(
        fingerprint=FINGERPRINT, commit=NEW, tip=TIP, is_ours=False, pulls=(CLOSED,), is_asked_for=True
    )
    assert decide(foreign) is Step.FOREIGN


def test_no_work_of_others_is_replaced_and_no_second_one_is_opened_whatever_is_there() -> None:
    choices = [OPEN, CLOSED, MERGED, BY_US, OTHER, BARE]
    lists = [pulls for count in range(3) for pulls in itertools.product(choices, repeat=count)]
    seen = set()
    for pulls, commit, tip, is_ours, rival, stuck, ticked in itertools.product(
        lists,
        (None, NEW),
        (None, TIP, NEW),
        (False, True),
        (None, "refactorkit/C"),
        ("", "why"),
        (False, True),
    ):
        facts = Facts(
            fingerprint=FINGERPRINT, commit=commit, tip=tip, is_ours=is_ours, pulls=pulls, rival=rival, stuck=stuck,
            is_asked_for=ticked,
        )  # fmt: skip
        step = decide(facts)
        seen.add(step)
        if step in (Step.OPEN, Step.UPDATE, Step.CLOSE, Step.CLEAN):
            was_merged = any(p.state == "merged" and p.head_sha == tip for p in pulls)
            assert tip is None or is_ours or was_merged
        if step is Step.OPEN:
            assert not any(p.state == "open" for p in pulls)
            assert commit is not None
        if commit is None and stuck:
            assert step is Step.STUCK
    assert seen == set(Step)
