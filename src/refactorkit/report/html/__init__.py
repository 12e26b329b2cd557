"""Plans as one page for a browser: what changes, why, and a decision on each site, without a network.

The page is a template with the plans as JSON in it. Its script makes every element from that data as text, so that
whatever a file holds is never markup; a content security policy lets no other script run and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from refactorkit.model import Plan
from refactorkit.report.html.content import content
from refactorkit.selection import SCHEMA

SCRIPTS = ("elements.js", "evidence.js", "model.js", "list.js", "sidebar.js", "page.js")
"""The parts of the page's script, in the order in which they need each other."""


def render(plans: Sequence[Plan], folder: Path | None = None) -> str:
    """The page of some plans. `folder` holds local codemods."""
    here = files(__package__)
    script = '"use strict";\n' + "".join(here.joinpath(name).read_text("utf-8") for name in SCRIPTS)
    style = here.joinpath("page.css").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(here.joinpath("page.html").read_text("utf-8"))
    return template.render(
        title=", ".join(plan.codemod for plan in plans),
        base=next((plan.base for plan in plans if plan.base), None),
        data=_embedded({**content(plans, folder), "schema": SCHEMA}),
        script=Markup(script),
        style=Markup(style),
        script_digest=_digest(script),
        style_digest=_digest(style),
    )


def _embedded(data: dict[str, Any]) -> Markup:
    """JSON in ASCII that can't end the element it stands in, whatever it holds."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _digest(text: str) -> str:
    """How a content security policy names a script or style (https://www.w3.org/TR/CSP3/#match-element-to-source-list)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


__all__ = ["render"]
