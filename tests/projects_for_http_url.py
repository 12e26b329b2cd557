"""Projects at random that hold what http-url looks for: permissive URL aliases and models, in all ways to write them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from mutations import Draw

Files = dict[str, bytes]

DEFINITIONS = (
    "LaxUrl = str", "LaxUrl: type = str", "LaxUrl: TypeAlias = str", 'LaxUrl: TypeAlias = "str"', "LaxUrl = Annotated[str, 1]",
    "LaxUrl = Annotated[  # any text\n    str,  # of any length\n    BeforeValidator(str.strip),\n]", 'LaxUrl = NewType("LaxUrl", str)',
    "LaxUrl = (str)", "LaxUrl = str  # TODO: HttpUrl", "LaxUrl = Url = str", "a = 1; LaxUrl = str", "LaxUrl = \\\n    str",
    "if True:\n    LaxUrl = str\nelse:\n    LaxUrl = bytes", "try:\n    from elsewhere import LaxUrl\nexcept ImportError:\n    LaxUrl = str",
    "LaxUrl = Union[str, None]", "class LaxUrl(str):\n    pass", "from elsewhere import LaxUrl", "LaxUrl = str\nLaxUrl = str",
    "LaxUrl = str\n\n\ndef check(url: LaxUrl) -> LaxUrl:\n    return url", "def f(): pass\nLaxUrl = str\ndef g(): pass", "LaxUrl = str\n__all__ = ['LaxUrl']",
)  # fmt: skip
IMPORTS = (
    ("from app.types import LaxUrl", "LaxUrl"), ("from .types import LaxUrl", "LaxUrl"), ("from app.types import LaxUrl as L", "L"),
    ("from app import types", "types.LaxUrl"), ("import app.types", "app.types.LaxUrl"), ("import app.types as t, os", "t.LaxUrl"),
    ("from app.types import *", "LaxUrl"), ("from app.types import (  # why\n    LaxUrl,  # this\n)", "LaxUrl"),
    ("from app.types import LaxUrl; import os", "LaxUrl"), ("from app.types import \\\n    LaxUrl", "LaxUrl"),
    ("try:\n    from app.types import LaxUrl\nexcept ImportError:\n    LaxUrl = str", "LaxUrl"), ("import os\nfrom . import types as t", "t.LaxUrl"),
    ("if TYPE_CHECKING:\n    from app.types import LaxUrl", "LaxUrl"), ("from app.types import LaxUrl, LaxUrl as L", "L"),
    ("from app.types import LaxUrl\nfrom app.types import LaxUrl", "LaxUrl"), ("from app import LaxUrl", "LaxUrl"), ("import app", "app.LaxUrl"),
)  # fmt: skip
SHAPES = (
    "{u}", "Optional[{u}]", "{u} | None", "None | {u}", "Union[{u}, None]", "Union[{u}, int]", "list[{u}]", "List[ {u} ]", "dict[str, {u}]",
    "dict[{u}, {u}]", "Annotated[{u}, Field(max_length=9)]", 'Annotated[{u}, "LaxUrl"]', '"{u}"', "'{u} | None'", '"""{u}"""', 'r"{u}"', '"Optional" "[{u}]"',
    'Optional["{u}"]', "({u})", "(\n        {u}  # inside\n        | None\n    )", "Optional[  # why\n        {u}, \n    ]", "Literal['{u}']", "ClassVar[{u}]", "type[{u}]",
    "tuple[{u}, ...]", "Callable[[{u}], {u}]", "Final[{u}]", "conlist({u})", "{u}.x", "Generic[T]", "Annotated[Annotated[{u}, 1], 2]", "str", "lambda: {u}",
    "list[list[dict[str, Optional[{u}]]]]", "Url[{u}]", "{u} if x else {u}", "f'{u}'", '" {u} "', "Optional[\n#{u}\n        {u}\n    ]", "HttpUrl", "Union[HttpUrl, {u}]",
)  # fmt: skip
DEFAULTS = (
    "", "", "", " = None", ' = "https://example.com"', " = 'logo.png'", " = Field(...)", ' = Field(default="https://example.com/a", max_length=9)',
    " = Field(\n        'https://example.com',  # by default\n    )", " = ''", " = f''", ' = "https://" "example.com"', " = ('http://a.b')", " = Field(default_factory=list)",
    " = x = None", ' = LaxUrl("http://a.b")', " = u'http://a.b'", ' = """http://a.b"""', " = Field(pattern='^a')", " = os.environ['X']",
)  # fmt: skip
ENDS = (
    "",
    "",
    "",
    "  # TODO: HttpUrl",
    "  # TODO: HttpUrl  # noqa",
    "  # should be HttpUrl",
    "  # refactorkit: ignore",
    "; other: int = 1",
    "  # FIXME: use HttpUrl and more",
    " # an HttpUrl",
)
ABOVE = (
    "",
    "",
    "",
    "# TODO: HttpUrl",
    "# a remark\n",
    "\n\n",
    "#: documented\n# TODO: make this an HttpUrl",
    "# TODO: HttpUrl\n\n# apart",
)
BASES = ("BaseModel", "BaseModel", "BaseModel", "pydantic.BaseModel", "RootModel[LaxUrl]", "BaseModel, Generic[T]", "Model0", "Model1", "TypedDict", "NamedTuple", "BaseSettings",
         "BaseModel, frozen=True", "BaseModel,\n    extra='allow',  # why\n", "object", "Mixin, BaseModel", "Unknown")  # fmt: skip
EXTRAS = (
    "", "", "", "    model_config = ConfigDict(from_attributes=True)", "    class Config:\n        orm_mode = True", '    """LaxUrl here."""', "    class Inner(BaseModel):\n        url: LaxUrl",
    "    @field_validator('{f}', mode='before')\n    @classmethod\n    def check(cls, value):\n        return value", "    def text(self) -> LaxUrl:\n        return self.{f} + '/'",
    "    @property\n    def shown(self): return self.{f}", "    {f}: LaxUrl", "    LaxUrl = 1", "    if True:\n        more: LaxUrl", "    HttpUrl: int = 0", "    {f} = 'x'",
)  # fmt: skip
USES = (
    "@app.post('/')\ndef post{n}(body: {m}) -> None: ...", "@app.get('/', response_model={m})\ndef get{n}():\n    return rows", "@app.put('/')\nasync def put{n}(body: list[{m}]) -> {m}:\n    return body",
    "def use{n}(value: {m}):\n    return value.{f} + '/'", "x = {m}({f}='logo.png')", "def row{n}(r) -> {m}:\n    return {m}.model_validate(r)", "y: LaxUrl = ''",
    "def show{n}(v: '{m}'):\n    print(f'{{v.{f}}}'); json.dumps(v.model_dump())", "cast(LaxUrl, 1); cast('LaxUrl', 2)", "def g{n}(*a: LaxUrl, **k: 'LaxUrl') -> LaxUrl: ...",
    "class Sub{n}({m}):\n    pass", "class Sub{n}({m}): {f}: LaxUrl", "Other{n} = list[LaxUrl]", "getattr({m}, '{f}')", "del LaxUrl", "global LaxUrl", "LaxUrl += 1",
    "def h{n}():\n    from app.types import LaxUrl\n    return LaxUrl", "for v in [{m}()]:\n    v.{f} == 'x'", "Adapter{n} = TypeAdapter(LaxUrl)", "if __name__ == '__main__':\n    use()",
)  # fmt: skip
HEADS = (
    "",
    "",
    "",
    '"""Models."""\n',
    "from __future__ import annotations\n",
    "#!/usr/bin/env python\n# coding: utf-8\n\n",
    '"""Models."""\nfrom __future__ import annotations\n\n',
    "# licence\n\n",
    "\f\n",
)
COMMON = ("from pydantic import BaseModel, Field", "import pydantic\nfrom pydantic import BaseModel, HttpUrl", "from pydantic import *", "from pydantic import (\n    BaseModel,\n    Field,\n)",
          "from typing import Annotated, Optional\nfrom pydantic import BaseModel", "from typing import *\n\nfrom fastapi import FastAPI\n\nfrom pydantic import BaseModel as BaseModel, ConfigDict\napp = FastAPI()")  # fmt: skip


class Pick:
    """Draws one of several texts."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def __call__(self, options: Sequence[str]) -> str:
        return str(self._draw(st.sampled_from(options)))


@st.composite
def projects(draw: Draw) -> tuple[dict[str, object], Files]:
    """Options and files of a project with one to three modules of models beside the alias."""
    pick = Pick(draw)
    options: dict[str, object] = {
        "role": pick(["refuse", "input", "stored"]), "serialise": pick(["auto", "always", "never"]),
        "stored": pick(["keep", "reject"]), "note": pick(["", "", "docs/note.md"]), "todo-fields": draw(st.booleans()),
    }  # fmt: skip
    files = {"app/__init__.py": pick(["", "", "from .types import LaxUrl\n", "from app.types import *\n"])}
    files["app/types.py"] = (
        pick(HEADS)
        + pick(["", "from typing import *\n\n", "from pydantic import *\n"])
        + pick(DEFINITIONS)
        + pick(["\n", "", "\n\n\n"])
    )
    for number in range(draw(st.integers(1, 3))):
        files[f"app/models{number or ''}.py"] = models(draw, number)
    end = pick(["\n", "\n", "\n", "\r\n", "\r"])
    mark = pick(["", "", "", "\ufeff"])
    return options, {path: (mark + text.replace("\n", end)).encode() for path, text in files.items()}


def models(draw: Draw, number: int) -> str:
    """A module of models and what uses them."""
    pick = Pick(draw)
    line, name = draw(st.sampled_from(IMPORTS))
    parts = [pick(COMMON), line]
    if draw(st.booleans()):
        parts.reverse()
    text = pick(HEADS) + pick(["\n", "\n\n"]).join(parts) + pick(["\n", "\n\n\n"])
    for index in range(draw(st.integers(1, 3))):
        model, field = f"Model{number}{index or ''}", f"url{index}"
        code = model_class(draw, model, field, name)
        wrapper = pick(["", "", "", "", "if x:", "try:", "def f():", "class Outer:"])
        if wrapper:
            code = (
                wrapper
                + "\n"
                + "".join("    " + row if row.strip() else row for row in code.splitlines(True))
            )
            code += "finally: pass\n" if wrapper == "try:" else ""
        text += code + pick(["\n", "\n\n", ""])
        for _ in range(draw(st.integers(0, 2))):
            text += pick(USES).format(n=index, m=model, f=field) + "\n"
    return text.rstrip("\n") + pick(["\n", "\n", "", "\n\n"])


def model_class(draw: Draw, model: str, field: str, name: str) -> str:
    """One class with one to three fields, and sometimes something else among them."""
    pick = Pick(draw)
    rows = []
    for number in range(draw(st.integers(1, 3))):
        above = "".join(f"    {row}\n" if row.strip() else "\n" for row in pick(ABOVE).split("\n") if row)
        shape = pick(SHAPES).replace("{u}", name)
        rows.append(
            f"{above}    {field}{number or ''}{pick(['', '', ' '])}: {shape}{pick(DEFAULTS)}{pick(ENDS)}"
        )
    extra = pick(EXTRAS).format(f=field)
    if extra:
        rows.insert(draw(st.integers(0, len(rows))), extra)
    decorator = pick(
        ["", "", "", "", "@dataclass\n", "@pydantic.dataclasses.dataclass(frozen=True)  # why\n"]
    )
    return f"{decorator}class {model}({pick(BASES)}):\n" + "\n".join(rows) + "\n"
