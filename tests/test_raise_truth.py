"""Complete entries of the knowledge base against what really arrives, in each Python that is installed."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.raise_knowledge import Argument, Assumption, CallShape, Known, callees, known, normalised

PROBE = Path(__file__).parent / "raise_probe.py"
NOT_PROMISED = {"TypeError", "AttributeError", "NameError", "MemoryError", "RecursionError"}
"""What no entry speaks of; UnboundLocalError and the like are below these."""
MODULES_TEXT = """
    json re os.path base64 binascii struct datetime uuid math ipaddress urllib.parse shlex textwrap
    unicodedata codecs zlib gzip bz2 decimal fractions html fnmatch glob pathlib hashlib ast tomllib
    xml.etree.ElementTree collections io zoneinfo stat str bytes bytearray int float list tuple dict set
    frozenset range pwd grp datetime.date datetime.datetime datetime.timedelta collections.deque
    collections.OrderedDict pathlib.Path re.Pattern re.Match io.TextIOWrapper
    io.BufferedReader io.BufferedWriter io.BytesIO io.StringIO linecache inspect sys locale calendar
    time contextlib xml string secrets random hmac email.utils typing dataclasses shutil
"""
MODULES = frozenset(MODULES_TEXT.split())
DANGEROUS_TEXT = """
    sys.exit exit quit input breakpoint eval exec time.sleep sys.setrecursionlimit open
    sys.setswitchinterval sys.set_int_max_str_digits shutil.rmtree super shutil.move shutil.chown
    shutil.copytree io.open sys._current_frames runpy.run_path shutil.make_archive shutil.unpack_archive
    codecs.open gzip.open bz2.open print __import__ pathlib.Path.chmod pathlib.Path.unlink pathlib.Path.rmdir pathlib.Path.symlink_to pathlib.Path.hardlink_to gzip.GzipFile pathlib.Path.rename
    pathlib.Path.replace pathlib.Path.walk
"""
DANGEROUS = frozenset(DANGEROUS_TEXT.split())
"""They change or wait for something outside the folder of the probe, or write to its output."""


def interpreters() -> list[str]:
    """The Python of the tests, and other versions where there are some."""
    found = {sys.version_info[:2]: sys.executable}
    homes = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"]
    for minor in (11, 12, 13):
        choices = [str(path) for home in homes for path in home.glob(f"3.{minor}.*/bin/python")]
        named = shutil.which(f"python3.{minor}")
        if (3, minor) not in found and (choices or named):
            found[3, minor] = (choices or [str(named)])[0]
    return [found[key] for key in sorted(found)]


def probable() -> list[str]:
    """Callees that can be called without harm."""
    names = {name for entry in callees() for name in (entry, *_of_subclasses(entry))}
    return sorted(
        name
        for name in names
        if name not in DANGEROUS and (name.rpartition(".")[0] in MODULES or "." not in name)
    )


def _of_subclasses(name: str) -> list[str]:
    class_, _, method = name.rpartition(".")
    real = {"text file": ["io.TextIOWrapper"], "binary file": ["io.BufferedReader", "io.BufferedWriter"]}
    return [f"{one}.{method}" for one in real.get(class_, ())]


def shapes(arguments: list[list[str]]) -> list[CallShape]:
    """The call as seen with types only, and with what is literal as such."""
    typed = tuple(Argument(type=kind) for kind, _ in arguments)
    literal = tuple(
        Argument(is_literal=True, value=ast.literal_eval(text)) if text else Argument(type=kind)
        for kind, text in arguments
    )
    return [CallShape(typed), CallShape(literal), CallShape(tuple(Argument() for _ in arguments))]


def excused(answer: Known, arguments: list[list[str]], receiver: str) -> bool:
    """Whether an assumption of the entry doesn't hold for this call."""
    texts = [text for _, text in arguments] + [receiver]
    if Assumption.WELL_FORMED_NAME in answer.assumes:
        if any(mark in text for text in texts for mark in ("\\x00", "\\ud8")):
            return True
    if Assumption.OPEN_FILE in answer.assumes and receiver.startswith("closed"):
        return True
    large = [text for kind, text in arguments if kind == "int" and not 0 <= int(text, 0) < 2**31]
    large += [text for text in [receiver] if text.lstrip("-").startswith("0x") and len(text) > 9]
    return Assumption.WORD_SIZED in answer.assumes and bool(large)


def is_ill_typed(callee: str, raised: str, arguments: list[list[str]]) -> bool:
    """Whether an argument is what the function is declared not to take, and happens to have the methods that it calls."""
    kinds = {kind for kind, _ in arguments}
    if raised == "KeyError":
        return "dict" in kinds and "Path" in callee
    return callee.startswith(("urllib.", "html.")) and any(kind.startswith("io.") for kind in kinds)


def surprises(python: str) -> list[str]:
    """What arrived in a Python although a complete entry doesn't name it, one line for each callee."""
    ask = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    major, minor = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()
    probe = [python, "-X", "utf8", str(PROBE)]
    run = subprocess.run(probe, input="\n".join(probable()), capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert len(lines) > 1000
    wrong = dict[str, str]()
    for line in lines:
        callee, arguments, names, receiver = json.loads(line)
        classes = {normalised(name) for name in names}
        if classes & NOT_PROMISED or is_ill_typed(callee, names[0], arguments):
            continue
        for shape in shapes(arguments):
            answer = known(callee, shape, (int(major), int(minor)))
            if answer is None or answer.quality != "complete" or classes & set(answer.raises):
                continue
            if not excused(answer, arguments, receiver):
                wrong[callee] = (
                    f"{callee}: {names[0]} for {str(arguments)[:150]} of {receiver}, not {answer.raises}"
                )
                break
    return list(wrong.values())


@pytest.mark.parametrize("python", interpreters())
def test_nothing_arrives_that_a_complete_entry_does_not_name(python: str) -> None:
    assert surprises(python) == []
