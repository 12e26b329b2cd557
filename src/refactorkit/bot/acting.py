"""Carrying out a step: each one in an order in which a killed pass leaves a state that the next one goes on from.

A branch is pushed before its pull request is opened or its text written, a word is said before a pull request is closed,
and a branch goes last. Each act is left out when its result is there already.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from refactorkit.bot.deciding import Facts, Step
from refactorkit.bot.marker import EMPTY, EMPTY_WORD, FOREIGN_WORD, Marker, digest, read, remembering, written
from refactorkit.bot.planning import Proposal
from refactorkit.bot.rows import Row, State
from refactorkit.bot.shards import mark
from refactorkit.campaign import Target
from refactorkit.forge import Fault, Forge, ForgeError, PullRequest, Wanted
from refactorkit.workspace.mirror import Mirror

DRAFT = "Draft: "
FOREIGN = (
    "This branch holds commits that the bot did not make, so it stays as it is from now on, and so does the text "
    "above. Merge it or close it. To have the bot go on, remove those commits from the branch."
)
EMPTY_TEXT = (
    "Nothing is left to change for this pull request: what it did is done, or belongs to another one. "
    "It is closed; should there be something again, a new one is opened."
)


class Desk(Struct, frozen=True, kw_only=True):
    """Where one repository's steps are carried out."""

    target: Target
    name: str
    forge: Forge
    mirror: Mirror
    base: str
    opened: Callable[[], None]
    """Told when a pull request has been opened."""


def carry_out(desk: Desk, step: Step, facts: Facts, proposal: Proposal) -> Row:
    """Do it; what became of the branch. Raises ForgeError, WorkspaceError."""
    row = described(desk.name, step, facts, proposal)
    if step is Step.OPEN:
        return _opened(desk, facts, proposal, row)
    pull = facts.open_pull
    if step is Step.UPDATE and pull is not None:
        return _updated(desk, facts, proposal, pull, row)
    if step is Step.CLOSE and pull is not None:
        _close(desk, facts, proposal, pull)
    elif step is Step.CLEAN:
        desk.mirror.push(proposal.branch, None, facts.tip)
    elif step is Step.FOREIGN and pull is not None:
        _say_once(desk.forge, pull.number, FOREIGN_WORD, FOREIGN)
    return row


def described(name: str, step: Step, facts: Facts, proposal: Proposal) -> Row:
    """What becomes of the branch when the step is carried out, as far as that is known before."""
    pull = facts.open_pull or (facts.declined if step is Step.DECLINED else None)
    words = proposal.words
    row = Row(
        repository=name,
        codemod=proposal.codemod,
        branch=proposal.branch,
        state=State.NOTHING,
        title=pull.title if pull else words.title if words else "",
        number=pull.number if pull else 0,
        url=pull.url if pull else "",
        fingerprint=proposal.fingerprint,
        unread=proposal.failed,
    )
    if step is Step.RIVAL:
        return replace(
            row,
            state=State.FAILED,
            detail=f"the branch {facts.rival} differs only by case: rename or delete it",
        )
    if step is Step.STUCK:
        return replace(row, state=State.FAILED, detail=facts.stuck)
    if step is Step.FOREIGN:
        return replace(row, state=State.FOREIGN, detail="the branch holds commits of somebody else")
    states = {
        Step.OPEN: State.OPENED,
        Step.UPDATE: State.UPDATED if _differs(facts, proposal) else State.UNCHANGED,
        Step.CLOSE: State.CLOSED,
        Step.DECLINED: State.DECLINED,
    }
    return replace(row, state=states.get(step, State.NOTHING))


def _differs(facts: Facts, proposal: Proposal) -> bool:
    """Whether the branch or the text is not as it should be."""
    pull = facts.open_pull
    if pull is None or proposal.words is None:
        return False
    memory = read(pull.body)
    wanted = _memory(proposal, is_furnished=True)
    return facts.tip != proposal.commit or memory != wanted


def _memory(proposal: Proposal, is_furnished: bool) -> Marker:
    assert proposal.words is not None
    return Marker(
        fingerprint=proposal.fingerprint,
        codemod=proposal.codemod,
        digest=digest(proposal.words.text),
        title=proposal.words.title,
        furnished=is_furnished,
        marks=tuple(mark(path) for path in proposal.part.files),
    )


def _wanted(desk: Desk, proposal: Proposal, body: str) -> Wanted:
    target = desk.target
    assert proposal.words is not None
    return Wanted(
        head=proposal.branch,
        base=desk.base,
        title=proposal.words.title,
        body=body,
        draft=target.draft,
        labels=target.labels,
        reviewers=target.reviewers,
        team_reviewers=target.team_reviewers,
        assignees=target.assignees,
        milestone=target.milestone,
    )


def _opened(desk: Desk, facts: Facts, proposal: Proposal, row: Row) -> Row:
    assert proposal.words is not None
    if facts.tip != proposal.commit:
        desk.mirror.push(proposal.branch, proposal.commit, facts.tip)
    text = proposal.words.text
    wanted = _wanted(desk, proposal, "")
    is_furnished = desk.forge.opens_furnished or not wanted.is_furnished
    wanted = replace(wanted, body=written(text, _memory(proposal, is_furnished)))
    try:
        pull = desk.forge.open(wanted)
    except ForgeError as error:
        if error.fault is not Fault.EXISTS:
            raise
        return _taken_over(desk, facts, proposal, row, error)
    desk.opened()
    if not is_furnished:
        desk.forge.furnish(pull.number, replace(wanted, body=written(text, _memory(proposal, True))))
    return replace(row, number=pull.number, url=pull.url)


def _taken_over(desk: Desk, facts: Facts, proposal: Proposal, row: Row, error: ForgeError) -> Row:
    """Another bot was faster: its pull request is ours as well."""
    pulls = tuple(desk.forge.pull_requests(proposal.branch))
    pull = next((pull for pull in pulls if pull.state == "open"), None)
    if pull is None:
        raise error
    seen = replace(facts, tip=proposal.commit, pulls=pulls)
    row = replace(row, number=pull.number, url=pull.url)
    memory = read(pull.body)
    if memory is not None and memory.digest == digest(proposal.words.text if proposal.words else ""):
        return replace(row, state=State.UNCHANGED)  # what is left to be done there, the other bot is doing
    return _updated(desk, seen, proposal, pull, row)


def _updated(desk: Desk, facts: Facts, proposal: Proposal, pull: PullRequest, row: Row) -> Row:
    assert proposal.words is not None
    is_pushed = facts.tip != proposal.commit
    if is_pushed:
        desk.mirror.push(proposal.branch, proposal.commit, facts.tip)
    memory = read(pull.body)
    wanted = _memory(proposal, is_furnished=True)
    base = desk.base if pull.base != desk.base else None
    if memory == wanted and base is None:
        return replace(row, state=State.UPDATED if is_pushed else State.UNCHANGED)
    body = written(proposal.words.text, wanted, pull.body)
    if memory is not None and not memory.furnished:
        desk.forge.furnish(pull.number, _wanted(desk, proposal, body))
        body_left = None
    else:
        body_left = body
    title = _title(pull.title, memory, wanted.title)
    if title is not None or body_left is not None or base is not None:
        desk.forge.update(pull.number, title=title, body=body_left, base=base)
    return replace(row, state=State.UPDATED, title=title or pull.title)


def _title(current: str, memory: Marker | None, wanted: str) -> str | None:
    """The new title, unless it is as wanted, or a person chose another one."""
    draft = DRAFT if current.startswith(DRAFT) else ""
    ours = memory.title if memory is not None else None
    if current.removeprefix(draft) == wanted or ours is None or current.removeprefix(draft) != ours:
        return None
    return draft + wanted


def _close(desk: Desk, facts: Facts, proposal: Proposal, pull: PullRequest) -> None:
    _say_once(desk.forge, pull.number, EMPTY_WORD, EMPTY_TEXT)
    memory = read(pull.body)
    if memory is not None:
        closed = remembering(pull.body, replace(memory, closed=EMPTY))
        desk.forge.update(pull.number, body=closed, close=True)
    if facts.tip is not None:
        desk.mirror.push(proposal.branch, None, facts.tip)


def _say_once(forge: Forge, number: int, word: str, text: str) -> None:
    if not any(word in comment for comment in forge.comments(number)):
        forge.comment(number, f"{text}\n\n{word}")


__all__ = ["Desk", "carry_out", "described"]
