"""The page of `--output-format html` in a real Chromium: what a reviewer sees, does, and takes away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from browser import CONTRASTS, Browser, browser
from refactorkit.model import Plan
from refactorkit.report.html import render
from repositories import CommandLine, Repository
from reviewed_plans import HARM, hostile_plan, large_plan, varied_plan

__all__ = ["browser"]  # a fixture

URLS: dict[str, str | bytes] = {
    "src/app/__init__.py": "",
    "src/app/types.py": "LaxUrl = str\n",
    "src/app/api.py": "from fastapi import FastAPI\n\nfrom app.models import Book, Shop\n\napp = FastAPI()\n\n\n"
    "@app.post('/b')\ndef book(given: Book) -> None: ...\n\n\n@app.post('/s')\ndef shop(given: Shop) -> None: ...\n",
    "src/app/models.py": "from pydantic import BaseModel\n\nfrom app.types import LaxUrl\n\n\n"
    "class Book(BaseModel):\n    cover: LaxUrl\n    title: str\n\n\nclass Shop(BaseModel):\n    page: LaxUrl\n"
    "    logo: LaxUrl\n    mail: LaxUrl = ''\n",
}
STRICT = "    logo: HttpUrl"


def shown(browser: Browser, folder: Path, *plans: Plan, name: str = "page.html") -> None:
    """Open the page of some plans."""
    (folder / name).write_text(render(plans), "utf-8")
    browser.open(folder / name)


def test_what_is_accepted_by_keyboard_exported_and_applied_is_what_changes(
    browser: Browser, repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit(URLS)
    page = tmp_path / "review.html"
    made = refactorkit(
        "apply", "http-url", "src", "--dry-run", "--output-format", "html", "--output", str(page)
    )
    assert (made.code, made.out) == (0, "")
    browser.view()
    browser.open(page)
    assert browser.text("#progress") == "0 accepted, 0 rejected, 3 to decide"

    browser.run("document.querySelector('[data-facet=status][value=refused]').click()")
    assert "string-default" not in " ".join(browser.texts(".badge"))
    browser.press("/")
    browser.press("shop", "\ue007")  # Enter
    browser.until("return query.words === 'shop' && sections.length === 1 && sections[0].isDrawn")
    words = browser.texts(".note .message")
    assert words
    assert all("shop" in text for text in words)
    browser.press("j", "x", "a")
    assert browser.text("#progress") == "1 accepted, 1 rejected, 1 to decide"
    assert browser.text("#said") == "accepted: src/app/models.py:13"
    browser.press("e")

    document = browser.downloaded()
    assert [(s["path"], s["line"], s["verdict"]) for s in document["sites"]] == [
        ("src/app/models.py", 12, "rejected"),
        ("src/app/models.py", 13, "accepted"),
    ]
    assert "apply http-url PATH... --selection refactorkit-selection.json" in browser.text("#said code")
    applied = refactorkit("apply", "http-url", "src", "--selection", str(browser.export))
    assert applied.code == 0, applied.err
    after = repository.show("refactorkit/http-url:src/app/models.py").decode()
    changed = [line for line in after.splitlines() if line not in str(URLS["src/app/models.py"]).splitlines()]
    assert [line for line in changed if not line.startswith("from")] == [STRICT]
    assert browser.complaints() == []


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_every_text_can_be_read(
    browser: Browser, tmp_path: Path, scheme: str, width: int, split: bool
) -> None:
    browser.view(width, scheme=scheme)
    shown(browser, tmp_path, varied_plan())
    browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
    if split:
        browser.run("toggleSplit()")
    browser.run("sections.forEach(draw)")
    browser.run("decide(choices[0], 'accepted'); decide(choices[1], 'rejected')")
    browser.run("document.querySelector('.said').style.transition = 'none'")
    browser.run("for (const d of document.querySelectorAll('main details')) d.open = true")
    found = browser.run(CONTRASTS)
    wanted = {"button.accepted", "span.badge refused", "span.badge suggested", "div.said", "figcaption."}
    wanted |= {f"span.{kind}" for kind in "ksfnbcde"} | {"text.", "td.number"}
    names = {name.partition(" on ")[0] for name in found}
    assert {name for name in wanted if not any(n.startswith(name) for n in names)} - {"div.said"} == set()
    assert {name: round(ratio, 2) for name, ratio in found.items() if ratio < 4.5} == {}


def test_the_toggle_wins_over_what_the_system_prefers(browser: Browser, tmp_path: Path) -> None:
    browser.view(scheme="dark")
    shown(browser, tmp_path, varied_plan())
    background = "return getComputedStyle(document.body).backgroundColor"
    dark = browser.run(background)
    assert browser.text("#theme") == "Light"
    browser.press("t")
    assert browser.text("#theme") == "Dark"
    assert browser.run(background) == "rgb(255, 255, 255)" != dark


def test_what_the_focus_is_on_can_be_seen_and_everything_has_a_name(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, varied_plan())
    seen = []
    for _ in range(40):
        browser.tab()
        seen.append(
            browser.run("""
            const at = document.activeElement;
            const style = getComputedStyle(at);
            return [at.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
              Boolean(at.innerText || at.getAttribute("aria-label") || at.labels?.length)];""")
        )
    assert {"BUTTON", "INPUT", "SUMMARY"} <= {tag for tag, _, _ in seen}
    assert [one for one in seen if one[0] != "BODY" and not (one[1] and one[2])] == []
    browser.press("j")
    assert browser.run("return document.activeElement.matches('article.note:focus')")
    pressed = (
        "return [...document.querySelectorAll('[data-verdict]')].map((b) => b.getAttribute('aria-pressed'))"
    )
    browser.run("show(choices[0])")
    browser.press("a")
    assert browser.run(pressed).count("true") == 1
    assert browser.run("return document.querySelector('[role=status]').innerText").startswith("accepted")
    assert "app.models, then app.orders" in browser.run(
        "return document.querySelector('svg').getAttribute('aria-label')"
    )


def test_keys_can_be_turned_off_and_do_nothing_where_one_writes(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, varied_plan())
    browser.run("show(choices[0])")
    browser.press("?")
    assert browser.run("return byId('keys').open")
    browser.press("a")
    browser.run("byId('shortcuts').click(); byId('keys').close(); show(choices[0])")
    browser.press("a", "x")
    assert browser.text("#progress").startswith("0 accepted, 0 rejected")
    browser.press("?")
    browser.run("byId('shortcuts').click(); byId('keys').close(); byId('search').focus()")
    browser.press("a", "x")
    assert browser.text("#progress").startswith("0 accepted, 0 rejected")


def test_decisions_outlast_the_page_and_a_second_key_takes_one_back(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, varied_plan())
    browser.run("show(choices[0])")
    browser.press("a", "x")
    browser.driver.refresh()
    assert browser.text("#progress") == "1 accepted, 1 rejected, 1 to decide"
    browser.run("show(choices[0])")
    browser.press("a")
    assert browser.text("#progress") == "0 accepted, 1 rejected, 2 to decide"
    browser.press("A")
    assert browser.text("#progress") == "2 accepted, 0 rejected, 1 to decide"


def test_what_means_harm_is_text(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, hostile_plan())
    browser.run("toggleSplit(); for (const d of document.querySelectorAll('details')) d.open = true")
    browser.run("sections.forEach(draw)")
    browser.press("j", "a", "e")
    document = browser.downloaded()
    assert browser.run("return [typeof window.harmed, document.images.length, document.scripts.length]") == [
        "undefined", 0, 2,
    ]  # fmt: skip
    text = str(browser.run("return document.body.innerText"))
    assert text.count(HARM) >= 8
    assert "{{7*7}}${8*8}" in text
    assert r"\x1b[31m" in text
    assert r"\u202e" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028\ud800-\udfff]", text)
    (site,) = document["sites"]
    assert site["path"] == hostile_plan().changes[0].path
    assert browser.complaints() == []


def test_nothing_is_loaded_and_no_other_script_would_run(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, varied_plan())
    text = (tmp_path / "page.html").read_text("utf-8")
    assert not re.search(r"(?i)(?:src|href)=[\"'](?!#)|@import|url\(", text.partition("<script")[0])
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    browser.run("""
      window.forbidden = [];
      document.addEventListener("securitypolicyviolation", (event) => forbidden.push(event.effectiveDirective));
      const script = document.createElement("script");
      script.append("window.harmed = 4");
      try { document.body.append(script); } catch { }
      new Image().src = "https://example.com/x.png";
    """)
    assert browser.until("return forbidden.includes('img-src')")
    assert browser.run("return typeof window.harmed") == "undefined"
    with pytest.raises(Exception, match="TrustedHTML"):
        browser.run("document.body.innerHTML = '<b>x</b>'")
    assert any("Content Security Policy" in line for line in browser.complaints())


def test_of_five_thousand_sites_only_those_in_sight_are_elements(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, large_plan())
    elements = "return document.querySelectorAll('*').length"
    assert browser.text("#progress") == "0 accepted, 0 rejected, 5000 to decide"
    assert browser.run(elements) < 40_000
    height = browser.run("return document.documentElement.scrollHeight")
    for part in (0.3, 0.9, 0.5):
        browser.run("window.scrollTo(0, arguments[0])", height * part)
        browser.until("""
          const seen = document.elementFromPoint(800, 500);
          return seen && seen.closest(".part") && seen.closest(".part").section.isDrawn;""")
        assert browser.run(elements) < 40_000
    browser.run("show(choices[4321])")
    assert browser.run("return document.activeElement.id") == browser.run("return `f${choices[4321].id}`")
    box = browser.run("const r = document.activeElement.getBoundingClientRect(); return [r.top, r.bottom]")
    assert 0 < box[0] < 900
    browser.press("a", "a", "x")
    browser.run("document.querySelector('[data-path=\"src/app/part_3/module_003.py\"]').click()")
    assert browser.run("return groups.filter(isGroupShown).length") < 60
    browser.press("j", "A")
    assert browser.text("#progress") == "52 accepted, 1 rejected, 4947 to decide"
    browser.press("e")
    assert len(browser.downloaded()["sites"]) == 53


def test_a_phone_shows_all_of_it_without_scrolling_sideways(browser: Browser, tmp_path: Path) -> None:
    browser.view(390, 844)
    shown(browser, tmp_path, varied_plan())
    assert not browser.run("return byId('side').open")
    wide = "return document.documentElement.scrollWidth"
    assert browser.run(wide) <= 390
    browser.run(
        "byId('side').open = true; for (const d of document.querySelectorAll('details')) d.open = true"
    )
    assert browser.run(wide) <= 390
    assert browser.run(
        "const b = document.querySelector('.decision button').getBoundingClientRect(); return b.height"
    ) >= 24  # fmt: skip


def test_what_goes_along_says_so_and_has_no_buttons(
    browser: Browser, repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit(URLS)
    page = tmp_path / "both.html"
    refactorkit(
        "apply", "http-url,sync-wrapper", "src", "--dry-run", "--output-format", "html", "--output", str(page)
    )
    browser.view()
    browser.open(page)
    browser.run("sections.forEach(draw)")
    following = [text for text in browser.texts(".note") if "follows from other sites" in text]
    assert following
    assert not any("Accept" in text for text in following)
    assert browser.run("return DATA.codemods.map((c) => c.id)") == ["http-url", "sync-wrapper"]
    assert json.loads(browser.run("return JSON.stringify(selection())"))["sites"] == []


def test_both_bodies_of_a_pair_stand_beside_each_other(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    shown(browser, tmp_path, varied_plan())
    browser.run("sections.forEach(draw)")
    assert browser.text(".bodies summary") == "Both bodies: Store.load and Store.aload"
    halves = browser.texts(".halves > div")
    assert [half.split()[0] for half in halves] == ["Store.load", "Store.aload"]
    assert ["return 1" in half for half in halves] == [True, False]
    tops = browser.run("return [...document.querySelectorAll('.halves > div')].map((e) => e.offsetTop)")
    assert tops[0] == tops[1]


def test_a_plan_that_changes_nothing_says_so(browser: Browser, tmp_path: Path) -> None:
    browser.view()
    plan = Plan(codemod="http-url", version="1.0.0", options={})
    shown(browser, tmp_path, plan)
    assert browser.text("main") == "Nothing would change."
    browser.press("j", "a", "x", "A")
    assert browser.complaints() == []
