"""What a repository's own configuration may not decide: which programs run.

A repository may come from anybody, and git runs what `.git/config` names. The user's own configuration (system, global,
environment) is the user's word. So for each key that names a program, the repository's value is overruled by the user's,
or by one that runs nothing. Pagers, editors, file-system monitors, hooks, external diffs and transports need no entry
here: no command of ours uses them, see `QUIET` and `ENVIRONMENT`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.splitIndex=false",  # a private index would leave its shared half in .git
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
    "advice.detachedHead=false",
)
"""Settings of every git command."""


def absolute_path() -> str:
    """PATH without entries such as `.`, which mean the folder that is worked on: no program is taken from a project."""
    entries = os.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join(p for p in entries if os.path.isabs(p)) or os.defpath


ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "LC_ALL": "C",
    "GIT_LITERAL_PATHSPECS": "1",
    # Objects are read as they are: a sha must mean the same here as where the branch is pushed to.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    # In a partial clone git would fetch each missing object by itself, with the programs that its configuration names.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
"""Variables of every git command (https://git-scm.com/docs/git#_environment_variables)."""
FROM_HOOKS = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE",
    "GIT_QUARANTINE_PATH", "GIT_CONFIG", "GIT_ATTR_SOURCE",
)  # fmt: skip
"""What git tells the hooks it runs. The repository is the one around the current folder, whoever started us."""

PROGRAMS: dict[str, str] = {
    r"filter\..*\.(?:clean|smudge|process)": "",
    r"gpg\.program": "gpg",
    r"gpg\.openpgp\.program": "gpg",
    r"gpg\.x509\.program": "gpgsm",
    r"gpg\.ssh\.program": "ssh-keygen",
    r"gpg\.ssh\.defaultkeycommand": "false",
    r"hook\..*\.enabled": "false",
}
"""Keys (as patterns, in git's lower case) that our commands could run a program for, and what git is told instead."""
_PROGRAM = re.compile("|".join(f"(?P<p{n}>{key})" for n, key in enumerate(PROGRAMS)), re.DOTALL)
_HOOK = re.compile(r"(hook\..*)\.command", re.DOTALL)
_REQUIRED = re.compile(r"(filter\..*)\.(?:clean|smudge|process)", re.DOTALL)


def overruling(listed: bytes) -> dict[str, str]:
    """What to set for git, from the output of `git config --list --show-scope -z`: values by key."""
    own: dict[str, str] = {}
    theirs: set[str] = set()
    for scope, key, value in _settings(listed):
        if scope in ("local", "worktree"):
            hook = _HOOK.fullmatch(key)
            theirs.add(f"{hook[1]}.enabled" if hook else key)
        else:
            own[key] = value
    found = {}
    for key in sorted(theirs):
        match = _PROGRAM.fullmatch(key)
        if match is None:
            continue
        found[key] = own.get(
            key, PROGRAMS[next(p for n, p in enumerate(PROGRAMS) if match[f"p{n}"] is not None)]
        )
        driver = _REQUIRED.fullmatch(key)
        if driver and key not in own:  # a filter that is required and empty would be an error
            found[f"{driver[1]}.required"] = "false"
    return found


def is_partial_clone(listed: bytes) -> bool:
    """Whether objects may be left to be fetched on demand, from the same output."""
    return any(
        key == "extensions.partialclone" or (key.startswith("remote.") and key.endswith(".promisor"))
        for _, key, _ in _settings(listed)
    )


def _settings(listed: bytes) -> Iterator[tuple[str, str, str]]:
    """Scope, key and value of each setting."""
    fields = listed.decode("utf-8", "surrogateescape").split("\0")
    for scope, entry in zip(fields[::2], fields[1::2], strict=False):
        key, _, value = entry.partition("\n")
        yield scope, key, value


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as the variables that git reads them from, behind those that are there.

    Not as `-c key=value`: a key may hold an equals sign. https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
    """
    count = os.environ.get("GIT_CONFIG_COUNT", "")
    start = int(count) if count.isdigit() else 0
    found = {"GIT_CONFIG_COUNT": str(start + len(settings))}
    for number, (key, value) in enumerate(settings.items(), start):
        found[f"GIT_CONFIG_KEY_{number}"] = key
        found[f"GIT_CONFIG_VALUE_{number}"] = value
    return found
