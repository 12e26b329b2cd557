"""A real headless Chromium for tests, driven through its own driver; and what can be asked of a page in it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--disable-dev-shm-usage",
)  # fmt: skip
PATIENCE = 20.0
"""Seconds after which what a page should do is taken for not done, on a machine that does much else."""

CONTRASTS = """
const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1]; };
const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const behind = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
};
const found = {};
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (!own || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName)) continue;
  const style = getComputedStyle(element);
  const below = behind(element);
  const ink = over(parse(element instanceof SVGElement ? style.fill : style.color), below);
  const [a, b] = [light(ink), light(below)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""} on ${below.slice(0, 3).map(Math.round)}`;
  found[name] = Math.min(found[name] || 21, ratio);
}
return found;
"""
"""The least contrast of each kind of text that is seen, as WCAG 2.1 computes it (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio)."""


class Browser:
    """One Chromium, with a new profile and a folder for what it downloads."""

    def __init__(self, folder: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self._ask(
            "Browser.setDownloadBehavior",
            behavior="allow",
            downloadPath=str(self.downloads),
            eventsEnabled=True,
        )
        self.view()

    def _ask(self, command: str, **arguments: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, arguments)

    def view(self, width: int = 1400, height: int = 900, scheme: str = "light") -> None:
        """The size of the window in pixels, and which colours its user prefers."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._ask("Emulation.setEmulatedMedia", features=[feature])

    def open(self, page: Path) -> None:
        """Open a file as it is opened for the first time."""
        self.complaints()
        self.driver.get(page.as_uri())
        self.run("localStorage.clear()")
        self.driver.get(page.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script's function body in the page; what it returns."""
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def tab(self) -> None:
        """Move the focus as the tabulator does."""
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def text(self, selector: str) -> str:
        """The text of the first element that matches."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that match."""
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)"
        return [str(text) for text in self.run(script, selector)]

    def until(self, script: str, *arguments: Any) -> Any:
        """What the script returns as soon as that is true."""
        end = time.monotonic() + PATIENCE
        while True:
            found = self.run(script, *arguments)
            if found:
                return found
            assert time.monotonic() < end, f"not within {PATIENCE} s: {script}"
            time.sleep(0.02)

    def downloaded(self) -> dict[str, Any]:
        """The JSON that was downloaded; the file goes."""
        end = time.monotonic() + PATIENCE
        while True:
            for file in self.downloads.glob("*.json"):
                with suppress(ValueError):  # it is still being written
                    document: dict[str, Any] = json.loads(file.read_bytes())
                    file.rename(self.downloads.parent / file.name)
                    return document
            assert time.monotonic() < end, "nothing was downloaded"
            time.sleep(0.05)

    @property
    def export(self) -> Path:
        """The file that was downloaded last."""
        (found,) = self.downloads.parent.glob("*.json")
        return found

    def complaints(self) -> list[str]:
        """What the page's console says since it was asked last: errors, and what its policy forbade."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium for the tests of a module."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed: apt-get install chromium chromium-driver")
    made = Browser(tmp_path_factory.mktemp("browser"))
    yield made
    made.driver.quit()
