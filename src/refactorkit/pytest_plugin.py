"""The pytest plugin: golden cases as test items, for projects that write codemods of their own.

It does nothing until the project's pytest configuration names folders of codemods (`refactorkit_codemods`), relative to
that file, or the command line does (`--refactorkit-codemods DIR`). Then each `DIR/name.py` that pytest comes by gives one
item for each of its golden cases, and one for its documentation page; what lies in `golden/` is nobody's test module, and
`assert_codemod("name", ...)` knows the codemods of the first folder. Nothing of refactorkit is loaded before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from refactorkit.suite import Suite

OPTION = "refactorkit_codemods"
FOLDERS = pytest.StashKey[tuple[Path, ...]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The folders of codemods, in the configuration file or on the command line."""
    text = "Folders of refactorkit codemods, whose golden cases are run."
    parser.addini(OPTION, text, type="paths", default=[])
    parser.getgroup("refactorkit").addoption(
        "--refactorkit-codemods", action="append", default=[], metavar="DIR", help=text
    )


def pytest_configure(config: pytest.Config) -> None:
    """Remember the folders. Raises UsageError for one that is not there."""
    named = [Path(path) for path in config.getini(OPTION)]
    named += [config.invocation_params.dir / path for path in config.getoption("refactorkit_codemods")]
    for path in named:
        if not path.is_dir():
            raise pytest.UsageError(f"{OPTION}: there is no folder {path}: correct the path")
    config.stash[FOLDERS] = tuple(path.resolve() for path in named)
    if named:
        from refactorkit.testing import look_in

        look_in(named[0])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget the folders: another session in this process has its own."""
    if config.stash.get(FOLDERS, ()):
        from refactorkit.testing import look_in

        look_in(None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Golden cases hold modules of any name, also `test_x.py`: they are data."""
    folders = config.stash.get(FOLDERS, ())
    if folders and any(collection_path == suite.cases.resolve() for suite in map(_suite, folders)):
        return True
    return None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CodemodFile | None:
    """The golden cases of a codemod, for the file of the codemod."""
    if file_path.suffix != ".py" or file_path.name.startswith("_"):
        return None
    if file_path.parent not in parent.config.stash.get(FOLDERS, ()):
        return None
    return CodemodFile.from_parent(parent, path=file_path)


class CodemodFile(pytest.File):
    """A codemod's module, as the collector of its golden cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each case, and one for the documentation page if there is one."""
        suite = _suite(self.path.parent)
        identifier = self.path.stem.replace("_", "-")
        for case in suite.golden_cases(identifier):
            yield GoldenCase.from_parent(self, name=case.name, case=case, suite=suite)
        page = suite.page(identifier)
        if page is not None and page.is_file():
            yield DocumentationPage.from_parent(self, name=f"docs/{page.name}", page=page, suite=suite)


class Wrong(Exception):
    """What an item found, in words for a person."""


class _Item(pytest.Item):
    """An item whose failure is shown as it is told, without a traceback."""

    def __init__(self, *, suite: Suite, **named: Any) -> None:
        super().__init__(**named)
        self.suite = suite

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The words of what is wrong, or the traceback of an error."""
        return (
            str(excinfo.value) if isinstance(excinfo.value, Wrong) else super().repr_failure(excinfo, style)
        )

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The codemod's module and the item's name."""
        return self.path, None, f"{self.path.stem}/{self.name}"


class GoldenCase(_Item):
    """One golden case."""

    def __init__(self, *, case: Any, **named: Any) -> None:
        super().__init__(**named)
        self.case = case

    def runtest(self) -> None:
        """Fail with everything that is wrong."""
        from refactorkit import golden
        from refactorkit.config import ConfigError

        try:
            wrong = list(golden.problems(self.case, self.suite.codemods))
        except ConfigError as error:
            raise Wrong(str(error)) from error
        if wrong:
            raise Wrong("\n\n".join(wrong))


class DocumentationPage(_Item):
    """The documentation page of a codemod, which is made from its code."""

    def __init__(self, *, page: Path, **named: Any) -> None:
        super().__init__(**named)
        self.page = page

    def runtest(self) -> None:
        """Fail unless the page says what the code says."""
        if self.page in self.suite.stale_pages(self.page.stem):
            raise Wrong(f"{self.page} is not current: run `refactorkit test {self.path.parent} --update`")


def _suite(folder: Path) -> Suite:
    from refactorkit.suite import around

    return around(folder)
