"""`refactorkit cycles`: what it prints in each format, what it reads, and its exit codes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from refactorkit.analysis.import_cycles import Remedy
from repositories import ROOT, CommandLine, Repository

SVG = "{http://www.w3.org/2000/svg}"
SHOP: dict[str, str | bytes] = {
    "shop/__init__.py": "from shop.orders import Order\n",
    "shop/orders.py": "from __future__ import annotations\n\nfrom shop.customers import Customer\nfrom shop.money import price\n\n\nclass Order:\n    def owner(self) -> Customer:\n        return price(self)\n",
    "shop/customers.py": "from shop.orders import Order\n\n\nclass Customer:\n    def first(self) -> int:\n        return Order().number\n",
    "shop/money.py": "from shop import Order\n\n\nclass Discount(Order): ...\n\n\ndef price(order): ...\n",
    "tools/a.py": "def f():\n    from tools.b import g\n    return g\n",
    "tools/b.py": "from tools.a import f\n\n\ndef g():\n    return f\n",
}
TEXT = """\
1 import cycle in 6 modules

  #  modules  imports  to cut  shortest loop
  1  4        5        2       shop.customers -> shop.orders -> shop.customers

Cycle 1: 4 modules
  shop, shop.customers, shop.money, shop.orders
  loop  shop/customers.py:1 -> shop/orders.py:3 -> shop/customers.py
  cut   shop/orders.py:3  shop.orders -> shop.customers
          only types use Customer: put the import under `if TYPE_CHECKING:`
  cut   shop/orders.py:4  shop.orders -> shop.money
          only functions use price (once): import it inside of them
  hoist-imports can't cut it: it moves imports out of functions, and these stand at module level
"""
DEFERRED = """\
Cycle 2: 2 modules
  a, b
  loop  tools/a.py:2 -> tools/b.py:1 -> tools/a.py
  cut   tools/a.py:2  a -> b
          stands in a function already: leave it there, as hoist-imports does (symbol-cycle)
  hoist-imports moves or deletes 0 of its 1 deferred import, and leaves 1 (symbol-cycle)
"""
MERMAID = """\
flowchart LR
    subgraph c1["cycle 1: 4 modules"]
        c1m0["shop"]
        c1m1["shop.customers"]
        c1m2["shop.money"]
        c1m3["shop.orders"]
    end
    c1m0 --> c1m3
    c1m1 --> c1m3
    c1m2 --> c1m0
    c1m3 -. "line 3" .-> c1m1
    c1m3 -. "line 4" .-> c1m2
    linkStyle 3,4 stroke:#c2410c,stroke-width:2px
"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """A project with one cycle, and one that a deferred import avoids."""
    repository.commit(SHOP)
    return repository


def test_the_text_has_a_table_the_loop_and_the_cuts(shop: Repository, refactorkit: CommandLine) -> None:
    assert refactorkit("cycles", ".") == refactorkit("cycles", "shop", "tools")
    result = refactorkit("cycles", ".")
    assert (result.code, result.err) == (0, "")
    assert result.out == TEXT


def test_with_deferred_shows_what_hoist_imports_leaves(shop: Repository, refactorkit: CommandLine) -> None:
    result = refactorkit("cycles", ".", "--with-deferred")
    assert result.out.startswith("2 import cycles in 6 modules\nimports in functions count")
    assert result.out.endswith(DEFERRED)


def test_the_mermaid_flowchart_dashes_the_cuts(shop: Repository, refactorkit: CommandLine) -> None:
    assert refactorkit("cycles", ".", "--format", "mermaid").out == MERMAID


def test_mermaid_takes_names_with_any_character(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({'a"b.py': "import c\n", "c.py": "import importlib\n", "end.py": "from c import x\n"})
    assert "no import cycle" in refactorkit("cycles", ".", "--format", "mermaid").out


def test_the_json_holds_its_schema(shop: Repository, refactorkit: CommandLine) -> None:
    schema = json.loads(refactorkit("schema", "cycles").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    document = refactorkit("cycles", ".", "--with-deferred", "--format", "json").document
    jsonschema.validate(document, schema)
    assert document["schema"] == "refactorkit/cycles/1"
    assert document["base"] == shop.git("rev-parse", "HEAD")
    first, second = document["cycles"]
    assert first["loop"] == ["shop.customers", "shop.orders", "shop.customers"]
    assert [(cut["importer"], cut["imported"], cut["remedy"]) for cut in first["cuts"]] == [
        ("shop.orders", "shop.customers", "type-checking"),
        ("shop.orders", "shop.money", "defer"),
    ]
    assert second["cuts"][0]["places"][0]["hoist_imports"] == "symbol-cycle"


def test_the_picture_shows_every_module_and_line_inside_of_its_frame(
    shop: Repository, refactorkit: CommandLine, capfd: pytest.CaptureFixture[str]
) -> None:
    result = refactorkit("cycles", ".", "--format", "svg")
    root = ElementTree.fromstring(result.out)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"shop", "shop.orders", "shop.customers", "shop.money", "line 3", "line 4"} <= set(texts)
    cut = [group for group in root.iter(f"{SVG}g") if group.get("class") == "edge cut"]
    assert len(cut) == 2
    assert "prefers-color-scheme: dark" in result.out
    left, top, width, height = map(float, str(root.get("viewBox")).split())
    shift = re.search(r"translate\(([\d.]+) ([\d.]+)\)", result.out)
    assert shift is not None
    for text in root.iter(f"{SVG}text"):
        x, y = float(text.get("x", "nan")) + float(shift[1]), float(text.get("y", "nan")) + float(shift[2])
        half = 0.31 * float(text.get("font-size", "nan")) * len(text.text or "")
        start = x - half if text.get("text-anchor") == "middle" else x
        assert left <= start <= start + 2 * half <= left + width, text.text
        assert top < y < top + height
    assert capfd.readouterr().err == ""


def test_the_picture_takes_files_with_any_name(repository: Repository, refactorkit: CommandLine) -> None:
    name = '<a&amp;\\N"\x01\n>'
    repository.commit(
        {
            f"p/{name}.py": "from p.b import x\n",
            "p/__init__.py": "",
            "p/b.py": "from p.c import x\n",
            "p/c.py": "from p.b import x\n",
        }
    )
    for path in (f"{name}/p/a.py", f"{name}/p/b.py"):
        other = "a" if path.endswith("b.py") else "b"
        repository.commit({path: f"from . import {other}\nfrom .{other} import x\n"})
    result = refactorkit("cycles", ".", "--format", "svg")
    assert result.code == 0
    titles = [
        node.get("{http://www.w3.org/1999/xlink}title") or ""
        for node in ElementTree.fromstring(result.out).iter()
    ]
    assert any("<a&amp;\\N" in title for title in titles)


def test_a_project_without_cycles_has_a_picture_that_says_so(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": "import b\n", "b.py": ""})
    assert refactorkit("cycles", ".").out == "no import cycle in 2 modules\n"
    assert "no import cycle" in refactorkit("cycles", ".", "--format", "svg").out
    assert refactorkit("cycles", ".", "--check").code == 0


def test_check_exits_with_1_when_there_is_a_cycle(shop: Repository, refactorkit: CommandLine) -> None:
    assert refactorkit("cycles", ".", "--check").code == 1
    assert refactorkit("cycles", "tools", "--check").code == 0
    assert refactorkit("cycles", "tools", "--check", "--with-deferred").code == 1


def test_the_commit_is_read_and_not_the_working_tree(shop: Repository, refactorkit: CommandLine) -> None:
    before = shop.state()
    shop.write({"shop/orders.py": "class Order: ...\n"})
    assert refactorkit("cycles", ".").out == TEXT
    shop.write({"shop/orders.py": SHOP["shop/orders.py"]})
    assert before.keys() == shop.state().keys()


def test_outside_of_git_the_disk_is_read(
    tmp_path: Path, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, text in SHOP.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(str(text))
    monkeypatch.chdir(tmp_path)
    assert refactorkit("cycles", ".").out == TEXT
    assert refactorkit("cycles", ".", "--format", "json").document["base"] is None


def test_a_file_that_is_no_python_is_named(shop: Repository, refactorkit: CommandLine) -> None:
    shop.commit({"shop/half.py": "def (\n"})
    result = refactorkit("cycles", ".")
    assert result.code == 3
    assert "shop/half.py could not be read" in result.complaint
    assert "1 import cycle in 6 modules" in result.out
    assert refactorkit("cycles", "tools").code == 0


def test_the_result_goes_to_a_file(shop: Repository, refactorkit: CommandLine, tmp_path: Path) -> None:
    result = refactorkit("cycles", ".", "--output", str(tmp_path / "cycles.txt"))
    assert (result.code, result.out) == (0, "")
    assert (tmp_path / "cycles.txt").read_text() == TEXT
    assert refactorkit("cycles", ".", "--output", str(tmp_path / "no" / "x")).code == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["shp"], "did you mean shop?"),
        (["shop", "--format", "png"], "'png' is not one of"),
    ],
)
def test_wrong_input_is_one_line(
    shop: Repository, refactorkit: CommandLine, arguments: list[str], complaint: str
) -> None:
    result = refactorkit("cycles", *arguments)
    assert result.code == 2
    assert complaint in result.complaint


def test_without_the_library_for_pictures_the_message_says_what_to_install(
    shop: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    result = refactorkit("cycles", ".", "--format", "svg")
    assert result.code == 2
    assert "pip install 'refactorkit[pictures]'" in result.complaint


def test_the_guide_shows_what_is_printed_and_explains_every_remedy() -> None:
    guide = (ROOT / "docs" / "how-to" / "cycles.md").read_text("utf-8")
    assert f"```text\n{TEXT}```" in guide
    assert re.findall(r"(?m)^\| `([a-z-]+)` \|", guide) == [str(remedy) for remedy in Remedy]
    picture = (ROOT / "docs" / "images" / "cycles.svg").read_text("utf-8")
    assert {"shop.orders", "shop.money", "shop.customers"} <= set(re.findall(r">([\w.]+)</text>", picture))


def test_a_cycle_too_large_to_be_read_is_refused_and_the_output_stays(
    repository: Repository, refactorkit: CommandLine
) -> None:
    ring: dict[str, str | bytes] = {f"m{n}.py": f"import m{(n + 1) % 81}\n" for n in range(81)}
    repository.commit(ring)
    picture = repository.path / "ring.svg"
    picture.write_text("an older one")
    result = refactorkit("cycles", ".", "--format", "svg", "--output", str(picture))
    assert (result.code, result.complaint) == (
        2,
        "a cycle of 81 modules is too large for a picture: name a smaller PATH, or pass --format text",
    )
    assert picture.read_text() == "an older one"
