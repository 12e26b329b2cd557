"""Facts about a file are worked out once for its bytes: in this process, and in later ones through the cache."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

from refactorkit import facts
from refactorkit.cache import Cache
from refactorkit.facts import Extractor, extractor
from refactorkit.model import Source


class Names(Struct, frozen=True):
    """The functions of a file."""

    functions: tuple[str, ...]


asked: list[bytes] = []


def functions(data: bytes, prefix: str = "") -> Names:
    """The functions of a file whose names begin with a prefix."""
    asked.append(data)
    found = [n.name for n in ast.walk(ast.parse(data)) if isinstance(n, ast.FunctionDef)]
    return Names(tuple(name for name in found if name.startswith(prefix)))


def project(count: int) -> list[Source]:
    """So many files with a function each."""
    return [Source(path=f"m{n}.py", data=f"def f{n}(): pass\n".encode()) for n in range(count)]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """A cache in a folder of its own, which the process uses."""
    asked.clear()
    made = Cache(tmp_path / "cache")
    facts.use(made)
    yield made
    made.close()
    facts.use(Cache())


def test_only_files_that_changed_are_looked_into_again(cache: Cache) -> None:
    sources = project(1200)
    first = extractor(functions).of(sources)
    assert first.facts["m7.py"] == Names(("f7",))
    assert len(asked) == 1200
    asked.clear()
    sources[3] = Source(path="m3.py", data=b"def other(): pass\n")
    second = extractor(functions).of(sources)
    assert asked == [b"def other(): pass\n"]
    assert second.facts == {**first.facts, "m3.py": Names(("other",))}
    assert list(second.facts) == [source.path for source in sources]


def test_without_a_cache_a_second_survey_in_the_process_asks_nothing() -> None:
    asked.clear()
    names = extractor(functions)
    assert names.of(project(3)) == names.of(project(3))
    assert len(asked) == 3
    assert extractor(functions).of(project(3)) == names.of(project(3))
    assert len(asked) == 6


def test_the_same_bytes_under_two_paths_are_looked_into_once(cache: Cache) -> None:
    same = [Source(path=path, data=b"def f(): pass\n") for path in ("a.py", "b.py")]
    found = extractor(functions).of(same)
    assert found.facts == {"a.py": Names(("f",)), "b.py": Names(("f",))}
    assert len(asked) == 1


def test_a_file_that_cannot_be_parsed_fails_alone_also_from_the_cache(cache: Cache) -> None:
    sources = [*project(2), Source(path="half.py", data=b"def f(:\n"), Source(path="null.py", data=b"\0")]
    for names in (extractor(functions), extractor(functions)):
        found = names.of(sources)
        assert found.facts.keys() == {"m0.py", "m1.py"}
        assert found.failures.keys() == {"half.py", "null.py"}
        assert found.failures["half.py"].startswith("not valid Python 3.")
        assert "line 1: invalid syntax" in found.failures["half.py"]
    assert len(asked) == 4


def test_other_arguments_are_other_facts(cache: Cache) -> None:
    names = extractor(functions)
    assert names.of(project(1)).facts["m0.py"] == Names(("f0",))
    assert names.of(project(1), "g").facts["m0.py"] == Names(())
    assert names.of(project(1), prefix="f").facts["m0.py"] == Names(("f0",))
    assert len(asked) == 3


def test_a_function_that_closes_over_something_is_not_kept_for_others(cache: Cache) -> None:
    def made(word: str) -> Extractor[[], Names]:
        def constant(data: bytes) -> Names:
            return Names((word,))

        return extractor(constant)

    assert made("a").of(project(1)).facts["m0.py"] == Names(("a",))
    assert made("b").of(project(1)).facts["m0.py"] == Names(("b",))


MODULE = """
import sys
from pathlib import Path
from msgspec import Struct
from refactorkit import facts
from refactorkit.cache import Cache
from refactorkit.model import Source

class Size(Struct, frozen=True):
    size: int

@facts.extractor
def size(data: bytes) -> Size:
    print("looked")
    return Size(len(data))

facts.use(Cache(Path(sys.argv[1])))
print(size.of([Source(path="a.py", data=b"x = 1")]).facts["a.py"].size)
"""


def test_facts_are_worked_out_again_when_the_code_that_makes_them_changes(tmp_path: Path) -> None:
    module = tmp_path / "plugin.py"

    def run(text: str) -> list[str]:
        module.write_text(text)
        command = [sys.executable, str(module), str(tmp_path / "cache")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert run(MODULE) == ["looked", "5"]
    assert run(MODULE) == ["5"]
    assert run(MODULE.replace("len(data)", "len(data) + 1")) == ["looked", "6"]
