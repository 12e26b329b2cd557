"""Packages as an installer leaves them: a virtual environment's folders with sources, METADATA and RECORD; and what
narrow-except makes of a module that calls them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from refactorkit import catalogue, facts
from refactorkit.cache import Cache, default_folder
from refactorkit.config import Config, Scope
from refactorkit.discover import discover
from refactorkit.environment import find_environment
from refactorkit.model import Finding, Level, Plan
from refactorkit.pipeline import plan
from refactorkit.workspace.disk import DiskWorkspace

SITE = "lib/python3.12/site-packages"
READ = "def read(text: str) -> int:\n    return int(text)\n"
READING = "import shop\n\n\ndef load(text: str) -> int:\n    try:\n        return shop.read(text)\n    except Exception:\n        return 0\n"


def install(
    root: Path, name: str, files: Mapping[str, str], version: str = "1.0", where: str = ".venv"
) -> Path:
    """Install a distribution into an environment of the project in `root`; the folder of packages."""
    environment = root / where
    site = environment / SITE
    site.mkdir(parents=True, exist_ok=True)
    (environment / "pyvenv.cfg").write_text(
        "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.4\n"
    )
    rows = []
    for path, text in files.items():
        place = site / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        rows.append(f"{path},sha256={_sum(text.encode())},{len(text.encode())}")
    for old in site.glob(f"{name}-*.dist-info"):
        (old / "RECORD").unlink()
        (old / "METADATA").unlink()
        old.rmdir()
    metadata = site / f"{name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    rows += [f"{metadata.name}/METADATA,,", f"{metadata.name}/RECORD,,"]
    (metadata / "RECORD").write_text("\n".join(rows) + "\n")
    return site


def _sum(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def planned(root: Path, text: str, level: Level = Level.PROVED, **options: object) -> Plan:
    """What narrow-except makes of a project with one module and the environment in its folder."""
    (root / "app.py").write_text(text)
    found = discover(DiskWorkspace(root), (str(root),))
    codemod = catalogue.create("narrow-except", options)
    codemod.located(find_environment(None, root, {}))
    with closing(Cache(default_folder())) as cache:  # what one call keeps, the next one of the test finds
        facts.use(cache)
        made = plan(codemod, found, Config(scope=Scope(level=level)))
    facts.use(Cache())
    return made


def judged(root: Path, text: str) -> Finding:
    """The finding about the last handler of the module."""
    return planned(root, text).findings[-1]


def written(made: Plan) -> str:
    """The module after the plan."""
    return (made.changes[0].after or b"").decode()
