"""A folder of codemods with all that belongs to it: their golden cases and their documentation pages.

Two arrangements are known. A folder of one's own holds everything; in a project that is about codemods, as refactorkit
itself is, cases and pages lie beside it:

    codemods/logging_warn.py                      codemods/logging_warn.py
    codemods/golden/logging_warn/<case>/before/   golden/logging_warn/<case>/before/
    codemods/docs/logging-warn.md                 docs/reference/logging-warn.md
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from refactorkit import catalogue, golden
from refactorkit.config import ConfigError
from refactorkit.golden import Case
from refactorkit.report.reference import local_page, page


class Suite(Struct, frozen=True):
    """Where things lie.

    `codemods` are local ones, to load them from; None for those that are installed. `own` are the ids that the suite
    is about, None for all.
    """

    codemods: Path | None
    cases: Path
    pages: Path | None = None
    own: tuple[str, ...] | None = None

    def golden_cases(self, identifier: str | None = None) -> list[Case]:
        """The cases that are there, of one codemod or of all; also those of codemods that are nowhere, which fail."""
        if not self.cases.is_dir():
            return []
        found = golden.cases(self.cases, identifier)
        others = set(catalogue.identifiers(self.codemods)) - set(self.own or ())
        return [case for case in found if self.own is None or case.codemod not in others]

    def unusable(self, identifier: str | None = None) -> dict[str, str]:
        """What is wrong with the suite's own codemods that can't be loaded, by id; a case would say so for itself."""
        found = {}
        for name in self.own or ():
            if identifier in (None, name):
                try:
                    catalogue.load(name, self.codemods)
                except ConfigError as error:
                    found[name] = str(error)
        return found

    def stale_pages(self, identifier: str | None = None) -> dict[Path, str]:
        """The documentation pages that are there and don't say what the code says, with what they should say."""
        found = {}
        for name in self.own or ():
            path = self.page(name)
            if path is not None and path.is_file() and identifier in (None, name):
                text = self.text(name)
                if path.read_bytes().replace(b"\r\n", b"\n") != text.encode():
                    found[path] = text
        return found

    def page(self, identifier: str) -> Path | None:
        """Where the documentation page of a codemod lies."""
        return self.pages and self.pages / f"{identifier}.md"

    def text(self, identifier: str) -> str:
        """What the documentation page of a codemod must say. Raises ConfigError for a codemod that is broken."""
        return page(identifier) if self.codemods is None else local_page(identifier, self.codemods)


def around(folder: Path) -> Suite:
    """The suite of a folder of codemods. A golden/ beside the folder is taken for its own, unless it holds one."""
    own = tuple(sorted(path.stem.replace("_", "-") for path in folder.glob("[!_]*.py")))
    shipped = (Path(golden.__file__).parent / "codemods").resolve()
    codemods = None if folder.resolve() == shipped else folder
    beside = folder.resolve().parent
    if not (folder / "golden").is_dir() and (beside / "golden").is_dir():
        pages = beside / "docs" / "reference"
        return Suite(codemods, beside / "golden", pages if pages.is_dir() else folder / "docs", own)
    return Suite(codemods, folder / "golden", folder / "docs", own)


def named(folder: Path, codemods: Path | None = None) -> Suite:
    """What somebody means who names a folder to test; `codemods` are those that a configuration file names.

    Naming a folder that holds codemods is the consent to run them. Of golden cases alone, none are looked for.
    """
    if any(folder.glob("[!_]*.py")):
        return around(folder)
    if (folder / "golden").is_dir() and (folder / "codemods").is_dir():
        return around(folder / "codemods")
    return Suite(codemods, folder)
