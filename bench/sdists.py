"""Real test suites: source distributions from the index, unpacked as git repositories, each with an environment of its own.

They are kept in the cache folder between runs. What is committed there is the distribution as it came; tests run on what
is checked out.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from platformdirs import user_cache_path

from bench.packages import PINNED, Unavailable

IDENTITY = ("-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false")


class Suite(Struct, frozen=True, kw_only=True):
    """A package, what its tests need beside it, and how they run: the arguments of pytest."""

    package: str
    version: str
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As pip pins it."""
        return f"{self.package}=={self.version}"


CALM = ("-o", "filterwarnings=default")
"""For suites that take new warnings of pytest for errors."""
ATTRS = Suite(
    package="attrs",
    version="26.1.0",
    needs=("hypothesis", "cloudpickle"),
    arguments=(
        "tests/test_make.py",
        "tests/test_funcs.py",
        "tests/test_validators.py",
        "--hypothesis-seed=1",
    ),
)
CLICK = Suite(package="click", version="8.5.1")
JINJA = Suite(package="jinja2", version="3.1.6", needs=("trio",))
SUITES = (
    ATTRS,
    CLICK,
    JINJA,
    Suite(package="boltons", version="26.2.0", arguments=("tests",)),
    Suite(package="dnspython", version="2.9.2", arguments=("tests",)),
    Suite(package="docutils", version="0.23", arguments=("test",)),
    Suite(package="mako", version="1.4.3", arguments=("test",)),
    Suite(
        package="markdown",
        version="3.11.3",
        needs=("pyyaml",),
        arguments=("tests", "--continue-on-collection-errors"),
    ),
    Suite(package="dulwich", version="1.2.21", arguments=("tests", "--ignore=tests/compat", *CALM)),
    Suite(
        package="mutagen",
        version="1.48.1",
        needs=("hypothesis",),
        arguments=("tests", "--ignore=tests/quality", "--hypothesis-seed=1", *CALM),
    ),
    Suite(
        package="passlib",
        version="1.7.4",
        arguments=(
            "passlib/tests/test_apache.py",
            "passlib/tests/test_context.py",
            "passlib/tests/test_crypto_digest.py",
            "passlib/tests/test_totp.py",
            "passlib/tests/test_utils.py",
            *CALM,
        ),
    ),
    Suite(package="pyflakes", version="4.1.0", arguments=("pyflakes/test",)),
    Suite(
        package="pygments",
        version="2.21.0",
        needs=("wcag-contrast-ratio",),
        arguments=("tests", "--ignore=tests/examplefiles", "--ignore=tests/snippets"),
    ),
    Suite(
        package="python-dateutil",
        version="4.0.0",
        needs=("hypothesis", "freezegun", "attrs"),
        arguments=("tests", "--hypothesis-seed=1", *CALM),
    ),
    Suite(package="tornado", version="6.6.1", arguments=("tornado/test",)),
    Suite(
        package="traitlets",
        version="5.16.1",
        needs=("pytest-mock", "argcomplete"),
        arguments=("tests", "--ignore=tests/test_typing.py"),
    ),
    Suite(
        package="werkzeug",
        version="3.1.9",
        needs=("ephemeral-port-reserve", "pytest-timeout", "watchdog", "cryptography"),
        arguments=("tests", "-m", "not dev_server", *CALM),
    ),
)
"""The suites that are known to run. Those of other packages run with pytest and without arguments."""


class Laid(Struct, frozen=True):
    """A suite that is ready to run: the repository, and the interpreter of its environment."""

    suite: Suite
    folder: Path
    python: Path

    def pytest(self, *more: str) -> tuple[str, ...]:
        """The command that runs the tests; the working folder is the repository."""
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly")
        return str(self.python), "-m", "pytest", *options, *more, *self.suite.arguments

    def check_out(self, revision: str) -> None:
        """Put a commit's files in place. What isn't in git stays: extensions that were built, versions that were written."""
        run(["git", "checkout", "--quiet", "--force", revision], self.folder)

    def commit(self, branch: str) -> None:
        """Commit what the files are now, as a branch."""
        run(["git", "checkout", "--quiet", "-B", branch], self.folder)
        run(["git", *IDENTITY, "commit", "--quiet", "--all", "--allow-empty", "-m", branch], self.folder)


def suite_of(name: str) -> Suite:
    """The suite of a release. Raises Unavailable for what is none."""
    pinned = PINNED.fullmatch(name)
    if pinned is None:
        raise Unavailable(f"{name!r} is no release: give NAME==VERSION")
    known = next((suite for suite in SUITES if suite.name.lower() == name.lower()), None)
    return known or Suite(package=pinned[1], version=pinned[2])


def laid_out(suite: Suite, python: str) -> Laid:
    """The suite's files as they came, with an environment in which they are installed as editable. Raises Unavailable."""
    home = user_cache_path("refactorkit-bench") / f"{suite.package}-{suite.version}-{version(python)}"
    try:
        if not (home / "ready").exists():
            _make(suite, python, home)
        folder = Path((home / "ready").read_text("utf-8"))
        laid = Laid(suite, folder, home / "venv" / "bin" / "python")
        laid.check_out("shipped")
    except subprocess.CalledProcessError as error:
        last = (error.stderr.decode(errors="replace").strip().splitlines() or ["nothing was said"])[-1]
        raise Unavailable(
            f"{suite.name} can't be laid out ({last}): name another release, or look at the network"
        ) from error
    return laid


def _make(suite: Suite, python: str, home: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(home)]
    run([*pip, "--no-binary", suite.package, suite.name])
    archives = sorted(home.glob("*.tar.gz"))
    if not archives:
        raise Unavailable(f"{suite.name} has no source distribution as .tar.gz: name another release")
    with tarfile.open(archives[0]) as archive:
        top = archive.getnames()[0].partition("/")[0]
        archive.extractall(home, filter="data")
    folder = home / top
    run([python, "-m", "venv", "--clear", str(home / "venv")])
    install = [str(home / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    run([*install, "--editable", str(folder), "pytest", *suite.needs])
    run(["git", "init", "--quiet", "-b", "shipped"], folder)
    run(["git", "add", "--force", "."], folder)
    run(["git", *IDENTITY, "commit", "--quiet", "-m", "as it came"], folder)
    (home / "ready").write_text(str(folder), "utf-8")


def run(command: Sequence[str], folder: Path | None = None) -> bytes:
    """What a command prints. Raises CalledProcessError."""
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout


def version(python: str) -> str:
    """The version of an interpreter. Raises CalledProcessError."""
    return run([python, "-c", "import platform; print(platform.python_version())"]).decode().strip()
