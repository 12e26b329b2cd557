"""`python -m bench.bot`: passes of the bot over many small repositories, against a local fake of GitHub.

The bar: 200 repositories in at most 60 s on two cores, and memory that does not grow with their number. The fake and the
remotes are on the same machine, and what they take is in the wall time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Command, Run, run_once

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from fake_forge import Hosted
from fake_github import FakeGitHub

MAX_SECONDS = 60.0
MAX_GROWTH_MIB = 20
MIB = 1024 * 1024
FEW = 40
"""Repositories of the campaign that the memory is compared with."""
FILES = {
    "app/__init__.py": "",
    "app/kinds.py": "from typing import Annotated\nfrom pydantic import BeforeValidator\n\n"
    "LaxUrl = Annotated[str, BeforeValidator(str)]\n",
    "app/models.py": "from pydantic import BaseModel\n\nfrom app.kinds import LaxUrl\n\n\n"
    "class Create{number}(BaseModel):\n    name{number}: str\n    homepage: LaxUrl\n",
    "app/read.py": "from app.models import Create{number}\n\n\ndef read(text: str) -> Create{number}:\n"
    "    return Create{number}.model_validate_json(text)\n",
}


def main() -> int:
    """Measure, print the figures, and return 1 when a bar is missed."""
    options = argparse.ArgumentParser(prog="python -m bench.bot", description=__doc__)
    options.add_argument("--repositories", type=int, default=200)
    count: int = options.parse_args().repositories
    with (
        tempfile.TemporaryDirectory(prefix="refactorkit-bench-bot-") as scratch,
        FakeGitHub().serving() as fake,
    ):
        few, many = (_campaign(Path(scratch) / str(n), fake, n) for n in (FEW, count))
        small = [_pass(few, f"{FEW} repositories, first pass", fake)]
        runs = [_pass(many, f"{count} repositories, {name} pass", fake) for name in ("first", "second")]
    growth = (runs[0].peak - small[0].peak) / MIB
    slowest = max(run.wall for run in runs)
    print(f"slowest pass {slowest:.1f} s (bar: {MAX_SECONDS:.0f} s)")
    print(f"{count} repositories take {growth:+.1f} MiB beside {FEW} (bar: {MAX_GROWTH_MIB} MiB)")
    return int(slowest > MAX_SECONDS or growth > MAX_GROWTH_MIB)


def _campaign(folder: Path, fake: FakeGitHub, count: int) -> Path:
    """A campaign file over so many new repositories."""
    lines = [
        'codemods = ["http-url"]', 'options.http-url.role = "input"', 'forge = "github"', f'api = "{fake.url}"',
        "writes-per-minute = 0", "writes-per-hour = 0",
    ]  # fmt: skip
    for number in range(count):
        name = f"acme{count}/project{number}"
        bare = folder / "remotes" / f"{number}.git"
        _repository(bare, number)
        fake.repositories[name] = Hosted(bare)
        lines += ["", "[[repositories]]", f'url = "{bare}"', f'name = "{name}"']
    path = folder / "campaign.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _repository(bare: Path, number: int) -> None:
    """A bare repository with one commit."""
    blobs = b"".join(
        b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data)
        for path, data in (
            (path, text.replace("{number}", str(number)).encode()) for path, text in FILES.items()
        )
    )
    head = b"commit refs/heads/main\ncommitter Bench <bench@example.com> 1700000000 +0000\ndata 5\nfirst\n"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=bare, input=head + blobs, check=True)


def _pass(campaign: Path, name: str, fake: FakeGitHub) -> Run:
    arguments = ("bot", "run", "--campaign", str(campaign), "--cache-dir", str(campaign.parent / "cache"))
    os.environ["GITHUB_TOKEN"] = fake.token
    command = Command(
        name=name,
        shown=f"refactorkit {' '.join(arguments[:3])} campaign.toml",
        arguments=(sys.executable, "-m", "refactorkit", *arguments),
        folder=campaign.parent,
        bytecode=campaign.parent.parent / "bytecode",
    )
    asked, written = len(fake.asked), len(fake.writes)
    run = run_once(command)
    pulls = sum(len(hosted.pulls) for hosted in fake.repositories.values())
    print(
        f"{name}: wall {run.wall:.1f} s, CPU {run.cpu:.1f} s, peak {run.peak / MIB:.0f} MiB, "
        f"{len(fake.asked) - asked} requests, {len(fake.writes) - written} writes, {pulls} pull requests in all"
    )
    return run


if __name__ == "__main__":
    sys.exit(main())
