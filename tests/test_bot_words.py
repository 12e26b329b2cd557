"""What is written into pull requests and dashboards, and read from them again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactorkit.bot import dashboard
from refactorkit.bot.body import code, plain
from refactorkit.bot.marker import Marker, digest, read, remembering, written
from refactorkit.bot.planning import fingerprint
from refactorkit.bot.rows import Row, State
from refactorkit.campaign import Target
from refactorkit.forge import Issue
from refactorkit.model import Plan

MEMORY = Marker(fingerprint="f", codemod="c", digest="d", title="t")
TEXTS = st.text(max_size=40) | st.text("<!->{}\"'\\ refactorkit:beginend\r\n", max_size=60)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_is_written_is_remembered_whatever_it_holds(
    text: str, title: str, before: str, after: str
) -> None:
    memory = Marker(fingerprint="f", codemod="c", digest=digest(text), title=title, marks=("1", "2"))
    body = written(text, memory)
    assert read(body) == memory
    framed = before.replace("<!--", "") + body + after.replace("<!--", "")
    assert read(framed.replace("\n", "\r\n")) == memory
    again = written("other", MEMORY, framed)
    assert read(again) == MEMORY
    assert read(remembering(again, memory)) == memory


@pytest.mark.parametrize(
    "body",
    ["", "x", "<!-- refactorkit:begin --> <!-- refactorkit:end {} -->", "<!-- refactorkit:begin --><!-- refactorkit:end {\"a\": -->",
     "<!-- refactorkit:begin --><!-- refactorkit:end {\"fingerprint\": 1} -->", "<!-- refactorkit:end {} --><!-- refactorkit:begin -->"],
)  # fmt: skip
def test_what_is_no_memory_is_none(body: str) -> None:
    assert read(body) is None


def test_a_text_of_a_person_stays_above_ours() -> None:
    body = written("ours", MEMORY, "mine\n")
    assert body.startswith("mine\n\n<!-- refactorkit:begin -->\nours\n")


@pytest.mark.parametrize(
    ("text", "as_code", "as_text"),
    [
        ("a.py", "`a.py`", "a.py"),
        ("a`b", "`` a`b ``", "a\\`b"),
        ("``", "``` `` ```", "\\`\\`"),
        ("@team <b> &", "`@team <b> &`", "&#64;team &lt;b&gt; &amp;"),
        ("a|b*c_d[e]", "`a|b*c_d[e]`", "a\\|b\\*c\\_d\\[e\\]"),
        ("a\nb\x1b", "`a\\nb\\x1b`", "a b\\\\x1b"),
    ],
)
def test_names_of_a_target_can_neither_format_nor_call_anybody(text: str, as_code: str, as_text: str) -> None:
    assert code(text) == as_code
    assert plain(text) == as_text


def row(state: State, number: int = 0, **more: str) -> Row:
    """A row of one branch."""
    url = f"https://github.com/a/b/pull/{number}" if number else ""
    return Row(
        repository="a/b", codemod="c", branch=f"refactorkit/c--{number}", state=state, number=number, url=url,
        title=more.get("title", "t"), detail=more.get("detail", ""), fingerprint="0123456789abcdef" * 4,
    )  # fmt: skip


def test_a_dashboard_has_a_group_for_each_state_and_boxes_where_they_help() -> None:
    rows = [
        row(State.FAILED, detail="<b> failed"), row(State.DECLINED, 3), row(State.WAITING, detail="max-open is 1"),
        row(State.UPDATED, 1), row(State.FOREIGN, 4), row(State.NOTHING), row(State.CLOSED, 9),
    ]  # fmt: skip
    text = dashboard.render(rows)
    assert text == dashboard.render(rows[::-1])
    titles = [line for line in text.split("\n") if line.startswith("###")]
    assert titles == ["### Open", "### Closed by somebody", "### Waiting", "### Failed"]
    assert text.count("- [ ] <!-- refactorkit:retry 0123456789abcdef/") == 2
    assert "&lt;b&gt; failed" in text
    assert "pull/9" not in text
    issue = Issue(
        number=1, url="u", title="t", is_open=True, body=text.replace("[ ]", "[x]", 1).replace("\n", "\r\n")
    )
    assert dashboard.ticked([issue]) == {"0123456789abcdef/3"}


def test_updated_and_unchanged_read_the_same() -> None:
    assert dashboard.render([row(State.UPDATED, 1)]) == dashboard.render([row(State.UNCHANGED, 1)])


def test_another_recording_asks_for_nothing_new() -> None:
    target = Target(url="https://github.com/a/b", codemods=("narrow-except",))
    options = {"log": "off", "recording": "one"}
    plan = Plan(codemod="narrow-except", version="1", options=options)
    other = Plan(codemod="narrow-except", version="1", options={**options, "recording": "two"})
    asked = Plan(codemod="narrow-except", version="1", options={**options, "log": "module-logger"})
    assert fingerprint(target, plan, "", 1) == fingerprint(target, other, "", 1)
    assert fingerprint(target, plan, "", 1) != fingerprint(target, asked, "", 1)
