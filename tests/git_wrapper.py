"""A `git` in front of the real one: it keeps every command line, and can kill whoever runs a command."""

from __future__ import annotations

import shutil
from pathlib import Path

SCRIPT = """#!/bin/sh
verb= skip=
for word in "$@"; do
  if [ -n "$skip" ]; then skip=; continue; fi
  case "$word" in -c) skip=1 ;; -*) ;; *) verb=$word; break ;; esac
done
printf '%s\\n' "git $*" >> "{folder}/log"
order=
if [ -f "{folder}/order" ]; then read -r wanted when number < "{folder}/order"
  if [ "$wanted" = "$verb" ]; then
    if [ "$number" -gt 1 ]; then echo "$wanted $when $((number - 1))" > "{folder}/order"
    else order=$when; rm "{folder}/order"; fi
  fi
fi
[ "$order" = before ] && kill -9 $PPID
"{git}" "$@"
code=$?
[ "$order" = after ] && kill -9 $PPID
exit $code
"""


class GitWrapper:
    """The folder to put in front of PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        program = folder / "git"
        program.write_text(SCRIPT.format(folder=folder, git=shutil.which("git")))
        program.chmod(0o755)

    @property
    def log(self) -> str:
        """All command lines."""
        path = self.folder / "log"
        return path.read_text("utf-8", "surrogateescape") if path.exists() else ""

    def kill(self, verb: str, when: str, number: int = 1) -> None:
        """Kill whoever runs the n-th command of this verb from now on, `before` or `after` it."""
        (self.folder / "order").write_text(f"{verb} {when} {number}\n")

    @property
    def is_waiting(self) -> bool:
        """Whether the command did not come."""
        return (self.folder / "order").exists()
