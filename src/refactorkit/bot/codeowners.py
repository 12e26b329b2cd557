"""Who owns a file, by a CODEOWNERS file.

GitHub: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
GitLab, with sections: https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

PLACES = {
    "github": (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
"""Where a forge looks for the file, in its order."""
SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")
LONGEST = 500
"""Characters of a pattern; a longer one matches nothing."""


class Rule(Struct, frozen=True):
    """A line: which paths, whose, and in which section. Without owners the paths belong to nobody."""

    pattern: re.Pattern[str]
    owners: tuple[str, ...]
    section: str


def parse(text: str, has_sections: bool) -> tuple[Rule, ...]:
    """The rules of a file in order. What is no rule is passed over, as the forges do."""
    rules = []
    section, default = "", ()  # type: tuple[str, tuple[str, ...]]
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        heading = SECTION.fullmatch(line) if has_sections else None
        if heading is not None:
            section, default = heading["name"].strip().lower(), _owners(heading["owners"].split())
            continue
        path, *words = re.split(r"(?<!\\)\s+", line)
        pattern = _compiled(path)
        if pattern is not None:
            rules.append(Rule(pattern, _owners(words) or default, section))
    return tuple(rules)


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    """The owners before a remark: `@user`, `@org/team` and addresses."""
    found = []
    for word in words:
        if word.startswith("#"):
            break
        if "@" in word:
            found.append(word)
    return tuple(found)


def owners(rules: Sequence[Rule], path: str) -> tuple[str, ...]:
    """Who owns a path: the last rule that matches says so, in each section; sorted."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        if rule.pattern.fullmatch(path):
            found[rule.section] = rule.owners
    return tuple(sorted({owner for some in found.values() for owner in some}, key=str.casefold))


def _compiled(path: str) -> re.Pattern[str] | None:
    """A pattern as in a .gitignore, but that `folder/*` means the files of the folder alone."""
    if path.startswith("!") or len(path) > LONGEST:
        return None
    path = path.replace("\\#", "#").replace("\\ ", " ")
    is_folder = path.endswith("/")
    is_anchored = "/" in path.rstrip("/")
    parts = path.strip("/").split("/")
    if parts == [""]:
        return re.compile(".*") if path == "/" else None
    regex = "" if is_anchored else "(?:[^/]+/)*"
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part == "**":
            regex += ".*" if is_last else "(?:[^/]+/)*"
        else:
            regex += _segment(part) + ("" if is_last else "/")
    if is_folder:
        regex += "/.*"
    elif parts[-1] == "*" and is_anchored:
        pass
    elif parts[-1] != "**":
        regex += "(?:/.*)?"
    return re.compile(regex, re.DOTALL)


def _segment(part: str) -> str:
    """One name with `*` and `?`. Between two stars what follows is sought once, so that no name takes long."""
    pieces = re.split(r"\*+", part)
    one = ["".join("[^/]" if c == "?" else re.escape(c) for c in piece) for piece in pieces]
    if len(one) == 1:
        return one[0]
    middle = "".join(f"(?>[^/]*?{piece})" for piece in one[1:-1])
    return f"{one[0]}{middle}[^/]*{one[-1]}"


__all__ = ["PLACES", "Rule", "owners", "parse"]
