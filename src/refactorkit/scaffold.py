"""`refactorkit new`: a codemod that works, with two golden cases and its documentation page, to go on from."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from refactorkit import catalogue, suite
from refactorkit.config import ConfigError

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

CODEMOD = '''"""Replace calls of `logging.warn` with `logging.warning`.

Why: Say here what is better afterwards. This example: `logging.warn` is deprecated since Python 3.3.

Leaves alone: Say here what looks like a site and isn't. This example: `.warn` of anything that is not the logging
module, and `warn` imported by its own name.
"""

from __future__ import annotations

from enum import StrEnum

import libcst as cst

from refactorkit import Codemod


class Reason(StrEnum):
    """Why a call is left as it is."""

    IMPORTED_BY_NAME = "imported-by-name"
    """The function was imported by its name: import `warning` instead, and rename its calls."""


class {cls}(Codemod):
    """Renames the function that is called."""

    mentions = (b"warn",)  # only files with these bytes are parsed

    name: str = "warning"
    """The function to call instead."""

    @classmethod
    def reasons(cls) -> type[StrEnum]:
        return Reason

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        if not self.is_call_to(original, "logging.warn"):
            return updated
        if not isinstance(updated.func, cst.Attribute):
            self.refused(original, Reason.IMPORTED_BY_NAME, "warn was imported by its name")
            return updated
        self.changed(original, "logging.warn is deprecated")
        return updated.with_changes(func=updated.func.with_changes(attr=cst.Name(self.name)))
'''

CASES = {
    "renames_the_call/before/app.py": 'import logging as log\n\nlog.warn("%s", 1)  # why\n',
    "renames_the_call/after/app.py": 'import logging as log\n\nlog.warning("%s", 1)  # why\n',
    "leaves_what_looks_like_it/before/app.py": (
        'import warnings\nfrom logging import warn\n\nwarnings.warn("x")\nwarn("x")\n'
    ),
    "leaves_what_looks_like_it/case.toml": (
        "# Refusals must be listed, so that none comes unnoticed. `options` and `level` can stand here, too.\n"
        '[[findings]]\npath = "app.py"\nline = 5\nstatus = "refused"\nreason = "imported-by-name"\n'
    ),
}
"""One case that changes and, without an after/, one that must stay as it is to the byte."""


def scaffold(name: str, folder: Path) -> list[Path]:
    """Write the codemod NAME into a folder of codemods, with its cases and its page; the files written.

    Raises ConfigError for a name that can't be one or is taken, and for files that are there already, before anything
    is written; OSError where the folder can't be written to.
    """
    module = name.replace("-", "_")
    if not NAME.fullmatch(name) or keyword.iskeyword(module):
        raise ConfigError(f"{name!r} can't be the id of a codemod: write it in lower case, like logging-warn")
    if name in catalogue.identifiers():
        raise ConfigError(f"there is a codemod {name} already: choose another name")
    around = suite.around(folder)
    page = around.page(name)
    cases = around.cases / module
    taken = [path for path in (folder / f"{module}.py", cases, page) if path is not None and path.exists()]
    if taken:
        raise ConfigError(f"{taken[0]} is there already: choose another name")
    title = "".join(part.capitalize() for part in name.split("-"))
    files = {folder / f"{module}.py": CODEMOD.replace("{cls}", title)}
    files |= {cases / path: text for path, text in CASES.items()}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(suite.around(folder).text(name), "utf-8", newline="\n")
        files[page] = ""
    return [*files]


__all__ = ["scaffold"]
