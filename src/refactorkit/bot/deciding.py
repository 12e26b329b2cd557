"""What is to be done about one branch: from what the forge, the remote and the codemod say, and nothing else."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from refactorkit.bot.marker import EMPTY, read
from refactorkit.forge import PullRequest


class Step(StrEnum):
    """What is to be done."""

    NOTHING = "nothing"
    """There is nothing to change, and nothing of ours to take back."""
    OPEN = "open"
    """Push the branch where it isn't as it should be, and open a pull request."""
    UPDATE = "update"
    """Push the branch and write the text anew, where they aren't as they should be."""
    CLOSE = "close"
    """Nothing is left to change: close the pull request with a word, and take the branch away."""
    CLEAN = "clean"
    """Take the branch away of a pull request that we closed."""
    DECLINED = "declined"
    """Somebody closed this very pull request: it isn't opened again, unless the dashboard asks for it."""
    FOREIGN = "foreign"
    """The branch holds commits that aren't ours: it is left alone, with one comment."""
    STUCK = "stuck"
    """Whether nothing is left can't be told, or what is left can't be done like this: all stays as it is."""
    RIVAL = "rival"
    """There is a branch whose name differs by case alone."""


class Facts(Struct, frozen=True, kw_only=True):
    """What is known about one branch. `commit` is what it should hold, None when there is nothing to change.

    `stuck` says why that doesn't mean that all is done. `tip` is what the remote's branch holds, `is_ours` whether the bot made that; `pulls` are newest first.
    """

    fingerprint: str
    commit: str | None
    stuck: str = ""
    tip: str | None
    is_ours: bool
    pulls: tuple[PullRequest, ...] = ()
    rival: str | None = None
    is_asked_for: bool = False

    @property
    def open_pull(self) -> PullRequest | None:
        """The newest pull request that is open."""
        return next((pull for pull in self.pulls if pull.state == "open"), None)

    @property
    def declined(self) -> PullRequest | None:
        """The pull request by which somebody said no to this, if that was the last word.

        One whose memory can't be read counts too: opening it again and again would be worse than not at all.
        """
        for pull in self.pulls:
            memory = read(pull.body)
            if memory is not None and (memory.fingerprint != self.fingerprint or memory.closed == EMPTY):
                continue
            return pull if pull.state == "closed" else None
        return None

    @property
    def may_replace(self) -> bool:
        """Whether no work is lost when the branch gets another commit."""
        if self.tip is None or self.is_ours:
            return True
        return any(pull.state == "merged" and pull.head_sha == self.tip for pull in self.pulls)


def decide(facts: Facts) -> Step:
    """The step for one branch."""
    pull = facts.open_pull
    if facts.commit is None:
        return _without_changes(facts)
    if pull is None and facts.declined is not None and not facts.is_asked_for:
        return Step.DECLINED
    if facts.rival is not None:
        return Step.RIVAL
    if not facts.may_replace:
        return Step.FOREIGN
    return Step.OPEN if pull is None else Step.UPDATE


def _without_changes(facts: Facts) -> Step:
    pull = facts.open_pull
    if facts.stuck:
        return Step.STUCK
    if pull is not None:
        if read(pull.body) is None:  # a person's own
            return Step.NOTHING
        return Step.CLOSE if facts.may_replace else Step.FOREIGN
    newest = read(facts.pulls[0].body) if facts.pulls else None
    was_closed_by_us = newest is not None and newest.closed == EMPTY
    if facts.tip is not None and facts.is_ours and (was_closed_by_us or not facts.pulls):
        return Step.CLEAN
    return Step.NOTHING


__all__ = ["Facts", "Step", "decide"]
