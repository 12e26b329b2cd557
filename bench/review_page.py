"""`python -m bench.review_page`: the page of a plan with 5,000 sites in a headless Chromium, in figures.

How long it takes to open, and the longest task of the page's one thread while it opens, is scrolled, searched and decided on.
Whatever blocks the page for 50 ms or more counts as a long task (https://www.w3.org/TR/longtasks-1/). It needs Chromium and
its driver; `--page FILE` measures a page that is there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FILES, CLASSES, FIELDS = 250, 4, 5
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1400,900",
)  # fmt: skip
OBSERVE = """
window.__tasks = [];
new PerformanceObserver((list) => { for (const e of list.getEntries()) __tasks.push(e.duration); })
  .observe({ type: "longtask", buffered: true });
"""
SCROLL = """
const [by, times, done] = arguments;
let n = 0;
const go = () => { window.scrollBy(0, by); if (++n < times) setTimeout(() => requestAnimationFrame(go), 16); else setTimeout(done, 400); };
go();
"""


def main() -> int:
    """Measure and print one line a figure; 1 where there is no Chromium."""
    parser = argparse.ArgumentParser(prog="python -m bench.review_page", description=__doc__)
    parser.add_argument("--page", type=Path, help="a page that is there, instead of one with 5,000 sites")
    options = parser.parse_args()
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        print(
            "bench: chromium or chromedriver is missing: apt-get install chromium chromium-driver",
            file=sys.stderr,
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="refactorkit-bench-") as scratch:
        page = options.page or made(Path(scratch))
        print(f"load of the machine       {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(f"size of the page          {page.stat().st_size / 1e6:.1f} MB")
        for name, figure in measured(page.resolve(), Path(scratch), browser, driver).items():
            print(f"{name:<25} {figure}")
    return 0


def made(scratch: Path) -> Path:
    """The page of `http-url` on a project with 5,000 fields."""
    lay_out(scratch / "project")
    page = scratch / "review.html"
    command = [
        sys.executable,
        "-m",
        "refactorkit",
        "apply",
        "http-url",
        ".",
        "--in-place",
        "--dry-run",
        "--isolated",
    ]
    command += ["--cache-dir", str(scratch / "cache"), "--output-format", "html", "--output", str(page)]
    for name in ("planned and made", "made from the cache"):
        start = os.times()
        subprocess.run(command, cwd=scratch / "project", check=True)
        end = os.times()
        seconds = end.children_user - start.children_user + end.children_system - start.children_system
        print(f"{name:<25} {seconds:.1f} s of CPU")
    return page


def lay_out(project: Path) -> None:
    """A package of models and an API that takes each of them."""
    package = project / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "types.py").write_text("LaxUrl = str\n")
    api = ["from fastapi import FastAPI\n", "app = FastAPI()\n"]
    for number in range(FILES):
        names = [f"Create{number}x{n}" for n in range(CLASSES)]
        text = (
            "from typing import Optional\n\nfrom pydantic import BaseModel\n\nfrom shop.types import LaxUrl\n"
        )
        for name in names:
            text += f'\n\nclass {name}(BaseModel):\n    """What makes a thing of kind {number}."""\n\n    name: str\n'
            fields = (
                f'    link_{n}: Optional[LaxUrl] = None\n    note_{n}: str = ""\n' for n in range(FIELDS)
            )
            text += "".join(fields)
            api.append(f"\n@app.post('/{name}')\ndef make_{name}(given: {name}) -> None: ...\n")
        (package / f"kind_{number:03}.py").write_text(text)
        api.insert(1, f"from shop.kind_{number:03} import {', '.join(names)}\n")
    (package / "api.py").write_text("".join(api))


def measured(page: Path, scratch: Path, browser: str, driver: str) -> dict[str, str]:
    """What each thing that a reviewer does takes."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={scratch / 'profile'}"):
        options.add_argument(flag)
    chromium = webdriver.Chrome(options=options, service=Service(driver))
    chromium.set_script_timeout(120)
    try:
        chromium.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": OBSERVE})
        start = time.perf_counter()
        chromium.get(page.as_uri())
        found = {"opened": f"{time.perf_counter() - start:.2f} s"}
        time.sleep(0.5)
        sites, elements = chromium.execute_script(
            "return [choices.length, document.querySelectorAll('*').length]"
        )
        found |= {"sites, elements": f"{sites}, {elements}", "longest task: opening": _longest(chromium)}
        for name, by in (("scrolling", 300), ("leaping", 6000), ("leaping back", -4000)):
            chromium.execute_async_script(SCROLL, by, 80)
            found[f"longest task: {name}"] = _longest(chromium)
        for key in "jjaaxxkk":
            chromium.switch_to.active_element.send_keys(key)
        found["longest task: deciding"] = _longest(chromium)
        chromium.find_element("id", "search").send_keys("link_3")
        time.sleep(1)
        found["longest task: searching"] = _longest(chromium)
    finally:
        chromium.quit()
    return found


def _longest(chromium: Any) -> str:
    tasks = chromium.execute_script("return __tasks.splice(0)")
    over = sum(task > 100 for task in tasks)
    return f"{max(tasks):.0f} ms, {over} over 100 ms" if tasks else "under 50 ms"


if __name__ == "__main__":
    sys.exit(main())
