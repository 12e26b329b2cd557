"""A review in a terminal as data: the sites in their order, what was said of each, and what an answer makes of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct, structs

from refactorkit.model import Finding
from refactorkit.selection import Verdict

Place = tuple[str, int]
KINDS = ("relation", "action", "role", "call")
"""What of a finding's evidence says of which kind it is; the first that is there counts."""


class Review(Struct, frozen=True):
    """The choices of a plan, the verdicts by path and line, which were put off, and the review before the last answer."""

    sites: tuple[Finding, ...]
    verdicts: dict[Place, Verdict] = {}
    put_off: frozenset[Place] = frozenset()
    before: Review | None = None

    @property
    def current(self) -> Finding | None:
        """The first site that nothing was said of."""
        return next(
            (s for s in self.sites if place(s) not in self.verdicts and place(s) not in self.put_off), None
        )

    @property
    def number(self) -> int:
        """Which of the sites that is, from 1."""
        current = self.current
        return self.sites.index(current) + 1 if current is not None else len(self.sites)


def place(finding: Finding) -> Place:
    """The path and first line of a site."""
    return finding.path, finding.line


def kind(finding: Finding) -> str:
    """A site's level and kind, in words: `proved, equal-after-mapping`."""
    value = next((finding.evidence[key] for key in KINDS if finding.evidence.get(key)), None)
    return f"{finding.level}, {value}" if value is not None else str(finding.level)


def decided(review: Review, places: Iterable[Place], verdict: Verdict) -> Review:
    """The review with a verdict on some sites; what was said of one before stays."""
    new = {p: verdict for p in places if p not in review.verdicts}
    return structs.replace(review, verdicts={**review.verdicts, **new}, before=review)


def answered(review: Review, key: str) -> Review | None:
    """The review after an answer about the current site; None for a key that is no answer.

    y accepts it, n rejects it, s puts it off; f accepts what is left of its file, l of its level, k of its kind; u takes
    the last answer back.
    """
    current = review.current
    if key == "u":
        return review.before or review
    if current is None:
        return None
    if key == "n":
        return decided(review, [place(current)], Verdict.REJECTED)
    if key == "s":
        put_off = review.put_off | {place(current)}
        return structs.replace(review, put_off=put_off, before=review)
    same: Callable[[Finding], bool] | None = {
        "y": lambda site: site is current,
        "f": lambda site: site.path == current.path,
        "l": lambda site: site.level == current.level,
        "k": lambda site: kind(site) == kind(current),
    }.get(key)
    if same is None:
        return None
    left = [site for site in review.sites if place(site) not in review.put_off]
    return decided(review, [place(site) for site in left if same(site)], Verdict.ACCEPTED)
