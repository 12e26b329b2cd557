"""What a star import of a module of the standard library binds in place of a builtin."""

from __future__ import annotations

import sys

from refactorkit.analysis.module_names import is_standard

OPENERS = frozenset(
    [
        "_dbm",
        "_gdbm",
        "_pyio",
        "aifc",
        "bz2",
        "codecs",
        "dbm",
        "dbm.dumb",
        "dbm.sqlite3",
        "gzip",
        "lzma",
        "nt",
        "os",
        "ossaudiodev",
        "posix",
        "shelve",
        "sunau",
        "tarfile",
        "tokenize",
        "wave",
        "webbrowser",
    ]
)
"""Modules with an `open` of their own."""
REPLACED = {
    **{module: frozenset(["open"]) for module in OPENERS},
    **dict.fromkeys(("_operator", "operator"), frozenset(["abs", "pow"])),
    **dict.fromkeys(("_curses", "curses", "fnmatch"), frozenset(["filter"])),
    **dict.fromkeys(("re", "re._compiler", "sre_compile", "py_compile"), frozenset(["compile"])),
    **dict.fromkeys(("pdb", "pydoc", "_pyrepl.commands"), frozenset(["help"])),
    **dict.fromkeys(("fileinput", "_pyrepl.reader", "_pyrepl.historical_reader"), frozenset(["input"])),
    **dict.fromkeys(("sqlite3", "_sqlite3", "sqlite3.dbapi2"), frozenset(["Warning"])),
    "_interpreters": frozenset(["exec"]),
    "_sre": frozenset(["compile", "copyright"]),
    "_thread": frozenset(["exit"]),
    "ast": frozenset(["Ellipsis", "slice"]),
    "audioop": frozenset(["max"]),
    "curses.ascii": frozenset(["ascii"]),
    "enum": frozenset(["property"]),
    "locale": frozenset(["format", "str"]),
    "math": frozenset(["pow"]),
    "multiprocessing": frozenset(["TimeoutError"]),
    "reprlib": frozenset(["repr"]),
    "sys": frozenset(["copyright", "exit"]),
    "threading": frozenset(["enumerate"]),
}
"""Names of builtins that a module has for something else; tried: all modules of 3.11 to 3.13 on Linux; those of
Windows by their type stubs."""
NOT_TRIED = frozenset(["_ios_support", "_msi", "_overlapped", "_scproxy", "_wmi", "msilib"])
NOT_TRIED |= {"antigravity", "idlelib", "lib2to3", "test", "this", "turtledemo"}
"""Modules of other platforms of which nothing is known, and those that do something when they are imported."""


def may_replace(module: str, name: str) -> bool:
    """Whether `from module import *` may bind the name of a builtin to something else."""
    root = module.partition(".")[0]
    is_tried = (is_standard(module) or module in sys.stdlib_module_names) and root not in NOT_TRIED
    return not is_tried or name in REPLACED.get(module, ())
