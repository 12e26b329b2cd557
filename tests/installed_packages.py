"""Packages as an installer leaves them: a virtual environment's folders with sources, METADATA and RECORD."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

SITE = "lib/python3.12/site-packages"


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
