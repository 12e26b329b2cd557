"""A small project with tests of its own, for runs that are recorded: a shop whose stock comes from feeds."""

from __future__ import annotations

FEEDS = '''\
"""Where stock levels come from. Others bring feeds of their own."""

from pathlib import Path


class Feed:
    """Something that text is read from."""

    def read(self, name: str) -> str:
        """The text of this name."""
        raise NotImplementedError


class Folder(Feed):
    """Files of a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def read(self, name: str) -> str:
        """The text of a file."""
        return Path(self.folder, name).read_text()


class Shelf(Feed):
    """Texts in memory."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def read(self, name: str) -> str:
        """The text of a key."""
        return self.texts[name]
'''
STOCK = '''\
"""Stock levels."""

from shop.feeds import Feed


def level(feed: Feed, name: str) -> int:
    """The level of an article, 0 where there is none to be had."""
    try:
        return int(feed.read(name))
    except Exception:  # noqa: BLE001
        return 0


def price(feed: Feed, name: str) -> float:
    """The price of an article, which no test asks for."""
    try:
        return float(feed.read(name))
    except Exception:
        return 0.0
'''
LABELS = '''\
"""Labels of articles."""

from shop.feeds import Feed


def label(feed: Feed, name: str) -> str:
    """The label of an article, whatever its feed does."""
    try:
        return feed.read(name).upper()
    except Exception:
        return "?"
'''
ODD_FEEDS = '''\
"""Feeds that fail in their own ways."""

from shop.feeds import Feed


class Odd(Feed):
    """A feed that may do anything."""

    def read(self, name: str) -> str:
        """A failure, chosen by the name."""
        if name == "zero":
            return str(1 // len(name[4:]))
        if name == "index":
            return name.split()[7]
        if name == "file":
            return open("/there/is/none").read()
        if name == "import":
            import there_is_no_such_module
        if name == "end":
            return next(iter(""))
        if name == "text":
            return bytes([255]).decode("ascii")
        raise NotImplementedError
'''
TEST_STOCK = """\
import subprocess
import sys
import unittest

from shop.feeds import Shelf
from shop.stock import level


class StockTest(unittest.TestCase):
    def test_a_level_is_read(self):
        self.assertEqual(level(Shelf({"a": "3"}), "a"), 3)

    def test_an_article_that_is_not_on_the_shelf_has_none(self):
        self.assertEqual(level(Shelf({}), "a"), 0)

    def test_text_is_no_level(self):
        self.assertEqual(level(Shelf({"a": "three"}), "a"), 0)


class FolderTest(unittest.TestCase):
    def test_a_file_that_is_not_there_has_none_in_another_process(self):
        script = "from shop.feeds import Folder; from shop.stock import level; print(level(Folder('/nowhere'), 'a'))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual(done.stdout, "0\\n", done.stderr)
"""
TEST_GONE = """\
import unittest

from shop.feeds import Feed
from shop.stock import level


class Gone(Exception):
    pass


class Closed(Feed):
    def read(self, name):
        raise Gone


class GoneTest(unittest.TestCase):
    def test_an_article_of_a_feed_that_is_gone_has_none(self):
        self.assertEqual(level(Closed(), "a"), 0)
"""
TEST_LABELS = """\
import unittest

from shop.labels import label
from shop.odd_feeds import Odd


class LabelTest(unittest.TestCase):
    def test_a_label_is_made_whatever_happens(self):
        for name in ("zero", "index", "file", "import", "end", "text", "other"):
            self.assertEqual(label(Odd(), name), "?")
"""
PROJECT: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/feeds.py": FEEDS,
    "shop/stock.py": STOCK,
    "shop/labels.py": LABELS,
    "shop/odd_feeds.py": ODD_FEEDS,
    "tests/__init__.py": "",
    "tests/test_stock.py": TEST_STOCK,
    "tests/test_labels.py": TEST_LABELS,
    ".gitignore": "__pycache__/\n",
}
