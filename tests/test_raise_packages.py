"""What installed packages raise, worked out from their sources: what is proved with it, and what must not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from installed_packages import READ, READING, install, judged, planned, written
from refactorkit.model import Level, Status

SHOP = {
    "shop/__init__.py": "from shop._errors import *\nfrom .prices import price, Till\n",
    "shop/_errors.py": "class ShopError(Exception):\n    pass\n\n\nclass NoPrice(ShopError, KeyError):\n    pass\n",
    "shop/prices.py": """\
from shop._errors import NoPrice

PRICES = {"apple": 3}


def price(name: str) -> int:
    if name not in PRICES:
        raise NoPrice(name)
    return PRICES[name]


class Till:
    def __init__(self, name: str) -> None:
        self._name = name

    def open(self) -> int:
        return self.total()

    def total(self) -> int:
        return int(self._name)


def total(till: Till) -> int:
    return till.open()
""",
}
CALLING = """\
import shop


def cost(name: str) -> int:
    try:
        return BODY
    except Exception:
        return 0
"""


def test_a_handler_catches_what_a_packages_function_raises(tmp_path: Path) -> None:
    install(tmp_path, "shop", SHOP, "2.1")
    made = planned(tmp_path, CALLING.replace("BODY", "shop.price(name)"))
    assert "    except KeyError:\n" in written(made)  # shop.NoPrice is one, by a base in another module
    (finding,) = made.findings
    assert finding.evidence["witness"] == [
        "KeyError: dict.__getitem__ at shop/prices.py:9 <- shop.price() at app.py:6",
        "shop.NoPrice: raise NoPrice at shop/prices.py:8 <- shop.price() at app.py:6",
    ]
    assert finding.evidence["assumes"] == ["key-protocol", "installed: shop 2.1"]
    assert made.tools["installed:shop"] == "2.1"


RAISING = "from shop._errors import ShopError, NoPrice\n\n\ndef check(name: str) -> None:\n    raise NoPrice(name)\n"
HANDLED = "def cost(name: str) -> None:\n    try:\n        CALL\n    except Exception:\n        return\n"
SPELLED = {
    "import shop\n\n\n": ("shop.checks.check(name)", "except shop.NoPrice:", ""),
    "import shop as mart\n\n\n": ("mart.checks.check(name)", "except mart.NoPrice:", ""),
    "from shop import NoPrice as Gone, checks\n\n\n": ("checks.check(name)", "except Gone:", ""),
    "from shop.checks import check\n\n\n": ("check(name)", "except NoPrice:", "from shop import NoPrice"),
    "from shop._errors import NoPrice\nfrom shop.checks import check\n\n\n": (
        "check(name)",
        "except NoPrice:",
        "",
    ),
}


@pytest.mark.parametrize("imports", SPELLED)
def test_a_packages_exception_is_written_as_the_module_can_reach_it(tmp_path: Path, imports: str) -> None:
    call, header, added = SPELLED[imports]
    install(
        tmp_path,
        "shop",
        {
            **SHOP,
            "shop/checks.py": RAISING,
            "shop/__init__.py": "from shop import checks\nfrom shop._errors import *\n",
        },
    )
    after = written(planned(tmp_path, imports + HANDLED.replace("CALL", call)))
    assert header in after
    assert added in after
    assert after.count("import") == imports.count("import") + bool(added)


NOT_WRITTEN = {
    "an exception of another distribution, which may go away": (
        {"shop/__init__.py": "import mart\n\n\ndef check() -> None:\n    raise mart.Gone\n"},
        {"mart/__init__.py": "class Gone(Exception):\n    pass\n"},
    ),
    "a module that nothing has imported yet": (
        {
            "shop/__init__.py": "def check() -> None:\n    from shop.late import Late\n",
            "shop/late.py": "import shop\n\n\nclass Late(Exception):\n    pass\n\n\ndef check() -> None:\n    raise Late\n",
            "shop/front.py": "from shop.late import check as check\n",
        },
        {},
    ),
    "a name that only type checkers see": (
        {
            "shop/__init__.py": "from typing import TYPE_CHECKING\n\nfrom shop._checks import check as check\n\nif TYPE_CHECKING:\n"
            "    from shop._errors import Gone as Gone\n",
            "shop/_checks.py": "from shop._errors import Gone\n\n\ndef check() -> None:\n    raise Gone\n",
            "shop/_errors.py": "class Gone(Exception):\n    pass\n",
        },
        {},
    ),
    "a class in a function": (
        {
            "shop/__init__.py": "def check() -> None:\n    class Gone(Exception):\n        pass\n    raise Gone()\n"
        },
        {},
    ),
}


@pytest.mark.parametrize("why", NOT_WRITTEN)
def test_a_packages_exception_that_cant_be_reached_is_not_written(tmp_path: Path, why: str) -> None:
    files, others = NOT_WRITTEN[why]
    install(tmp_path, "shop", files)
    if others:
        install(tmp_path, "mart", others)
    module = "shop.front" if "shop/front.py" in files else "shop"
    finding = judged(tmp_path, f"from {module} import check\n\n\n" + HANDLED.replace("CALL", "check()"))
    assert finding.status is Status.REFUSED
    assert finding.reason in ("type-not-importable", "package-not-derived")


UNKNOWN = {
    "a parameter without a type": "def read(text):\n    return float(text)\n",
    "a callback": "def read(text: str, then=None):\n    return then(text)\n",
    "an object that anybody's subclass may be": (
        "class Reader:\n    def read(self) -> int:\n        return 1\n\n\n"
        "def read(text: str, reader: Reader) -> int:\n    return reader.read()\n"
    ),
    "a decorator": "def wrap(f):\n    return f\n\n\n@wrap\ndef read(text: str) -> int:\n    return int(text)\n",
    "a name with two meanings": (
        "try:\n    from fast import read\nexcept ImportError:\n    def read(text: str) -> int:\n        return int(text)\n"
    ),
    "a star that nobody can follow": "def read(text: str) -> int:\n    return int(text)\n\n\nfrom fast import *\n",
    "a name that a function binds again": (
        "def install(other):\n    global read\n    read = other\n\n\ndef read(text: str) -> int:\n    return int(text)\n"
    ),
    "names that are written as a dictionary": (
        "def read(text: str) -> int:\n    return int(text)\n\n\nglobals()['read'] = None\n"
    ),
    "a module that puts another one in its place": (
        "import sys\n\n\ndef read(text: str) -> int:\n    return int(text)\n\n\nsys.modules[__name__] = object()\n"
    ),
    "names that are made up": "def __getattr__(name):\n    return print\n",
    "a package that isn't there": "import gone\n\n\ndef read(text: str) -> int:\n    return gone.read(text)\n",
    "an exception whose base isn't known": (
        "import gone\n\n\nclass Odd(gone.Error):\n    pass\n\n\ndef read(text: str) -> int:\n    raise Odd(text)\n"
    ),
    "a class with a metaclass": (
        "class Meta(type):\n    def __call__(cls, text):\n        raise OSError\n\n\nclass read(metaclass=Meta):\n    pass\n"
    ),
    "a table of functions": "TABLE = {'a': print}\n\n\ndef read(text: str) -> None:\n    TABLE['a'](text)\n",
    "an import while it runs": "def read(text: str) -> None:\n    import gone\n",
    "a name that means something else to type checkers": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.patch import read\nelse:\n"
        "    from fast import read\n"
    ),
    "a class that is defined in two ways": (
        "import sys\n\n\nif sys.platform == 'win32':\n    class Odd(KeyError):\n        pass\nelse:\n    class Odd(OSError):\n"
        "        pass\n\n\ndef read(text: str) -> int:\n    raise Odd(text)\n"
    ),
    "another module that assigns to it": "from shop import patch\n\n\ndef read(text: str) -> int:\n    return int(text)\n",
}
PATCHING = "import shop\n\n\ndef install(other):\n    shop.read = other\n"


@pytest.mark.parametrize("why", UNKNOWN)
def test_nothing_is_proved_through_a_packages(tmp_path: Path, why: str) -> None:
    install(
        tmp_path,
        "shop",
        {"shop/__init__.py": UNKNOWN[why], "shop/patch.py": PATCHING if "patch" in UNKNOWN[why] else ""},
    )
    finding = judged(tmp_path, READING)
    assert finding.level is not Level.PROVED
    assert finding.reason in ("package-not-derived", "package-not-source")
    assert "shop 1.0" in finding.message


def test_a_module_that_is_compiled_hides_the_source_beside_it(tmp_path: Path) -> None:
    site = install(
        tmp_path, "shop", {"shop/__init__.py": "from shop.fast import read\n", "shop/fast.py": READ}
    )
    assert "except ValueError:" in written(planned(tmp_path, READING))
    compiled = site / "shop/fast.cpython-312-x86_64-linux-gnu.so"
    compiled.write_bytes(b"")
    record = site / "shop-1.0.dist-info/RECORD"
    record.write_text(record.read_text() + "shop/fast.cpython-312-x86_64-linux-gnu.so,sha256=x,0\n")
    assert judged(tmp_path, READING).reason == "package-not-source"


def test_a_function_that_the_project_replaces_is_not_the_packages(tmp_path: Path) -> None:
    install(
        tmp_path,
        "shop",
        {
            "shop/__init__.py": "from shop.prices import read\n",
            "shop/prices.py": "from shop.words import word\n\n\ndef read(text: str) -> int:\n    return int(word(text))\n",
            "shop/words.py": "def word(text: str) -> str:\n    return text\n",
        },
    )
    assert "except ValueError:" in written(planned(tmp_path, READING))
    (tmp_path / "fake.py").write_text(
        "import shop.words\n\n\ndef install(other):\n    shop.words.word = other\n"
    )
    assert judged(tmp_path, READING).reason == "package-not-derived"


def test_a_function_of_the_standard_library_that_the_project_replaces_is_another_one(tmp_path: Path) -> None:
    install(
        tmp_path,
        "shop",
        {"shop/__init__.py": "import json\n\n\ndef read(text: str) -> None:\n    json.loads(text)\n"},
    )
    assert "except ValueError:" in written(planned(tmp_path, READING))
    (tmp_path / "fake.py").write_text("import json\n\n\ndef install(other):\n    json.loads = other\n")
    assert judged(tmp_path, READING).reason == "package-not-derived"


METHODS = {
    "shop.Till(name).open()": "except ValueError:",
    "shop.Till(name).total()": "except ValueError:",
    "shop.prices.total(shop.Till(name))": "",  # another one may be passed by others
}


@pytest.mark.parametrize("call", METHODS)
def test_a_method_is_known_of_an_object_of_just_its_class(tmp_path: Path, call: str) -> None:
    install(tmp_path, "shop", SHOP)
    made = planned(tmp_path, CALLING.replace("BODY", call))
    assert (METHODS[call] in written(made)) if METHODS[call] else not made.changes


def test_a_method_of_an_object_that_is_passed_in_is_anybodys(tmp_path: Path) -> None:
    install(tmp_path, "shop", SHOP)
    text = CALLING.replace("BODY", "till.open()").replace("name: str", "till: shop.Till")
    finding = judged(tmp_path, text)
    assert finding.reason == "package-not-derived"
    assert "virtual-call" in finding.message


def test_a_class_of_the_project_may_override_what_its_base_calls(tmp_path: Path) -> None:
    base = "class Base:\n    def __init__(self, name: str) -> None:\n        self.check(name)\n\n    def check(self, name: str) -> None:\n        pass\n"
    install(tmp_path, "shop", {"shop/__init__.py": base})
    own = "import shop\n\n\nclass Own(shop.Base):\n    def check(self, name: str) -> None:\n        int(name)\n\n\n"
    finding = judged(tmp_path, own + HANDLED.replace("CALL", "Own(name)"))
    assert finding.level is not Level.PROVED


def test_the_constructor_of_a_packages_exception_may_raise(tmp_path: Path) -> None:
    install(
        tmp_path,
        "shop",
        {
            "shop/__init__.py": "class Bad(Exception):\n    def __init__(self, text: str) -> None:\n        self.number = int(text)\n"
        },
    )
    direct = HANDLED.replace("CALL", "raise shop.Bad(name)")
    after = written(planned(tmp_path, f"import shop\n\n\n{direct}"))
    assert "except (ValueError, shop.Bad):" in after
    derived = "import shop\n\n\nclass Worse(shop.Bad):\n    pass\n\n\n"
    after = written(planned(tmp_path, derived + HANDLED.replace("CALL", "raise Worse(name)")))
    assert "except (ValueError, Worse):" in after


def test_siblings_that_catch_a_base_of_a_package_take_their_part(tmp_path: Path) -> None:
    install(tmp_path, "shop", SHOP)
    text = CALLING.replace("BODY", "shop.price(name)").replace(
        "    except Exception", "    except shop.ShopError:\n        return 1\n    except Exception"
    )
    assert judged(tmp_path, text).evidence["witness"] == [
        "KeyError: dict.__getitem__ at shop/prices.py:9 <- shop.price() at app.py:6"
    ]
    unrelated = text.replace("shop.ShopError", "shop.Till")
    assert len(judged(tmp_path, unrelated).evidence["witness"]) == 2


def test_what_a_handler_reads_of_a_packages_exception_must_be_there(tmp_path: Path) -> None:
    install(
        tmp_path,
        "shop",
        {
            "shop/__init__.py": "class Bad(Exception):\n    def __init__(self, text: str) -> None:\n        self.text = text\n"
        },
    )
    text = "import shop\n\n\ndef check(name: str) -> str:\n    try:\n        raise shop.Bad(name)\n    except Exception as error:\n        return error.WORD\n"
    assert "except shop.Bad as error:" in written(planned(tmp_path, text.replace("WORD", "text")))
    assert judged(tmp_path, text.replace("WORD", "code")).reason == "missing-attribute"


def test_a_coroutine_of_a_package_raises_where_it_is_awaited(tmp_path: Path) -> None:
    install(
        tmp_path, "shop", {"shop/__init__.py": "async def read(text: str) -> int:\n    return int(text)\n"}
    )
    text = READING.replace("def load", "async def load")
    assert judged(tmp_path, text).reason == "nothing-raised"
    assert "except ValueError:" in written(
        planned(tmp_path, text.replace("return shop", "return await shop"))
    )


def test_what_a_packages_function_gives_is_known_by_its_annotation(tmp_path: Path) -> None:
    install(tmp_path, "shop", {"shop/__init__.py": "def names() -> list[str]:\n    return []\n"})
    after = written(planned(tmp_path, CALLING.replace("BODY", "int(shop.names()[0])")))
    assert "except (IndexError, ValueError):" in after
