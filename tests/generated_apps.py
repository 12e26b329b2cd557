"""Small pydantic applications made at random, to be run before and after http-url."""

from __future__ import annotations

import random
from dataclasses import dataclass

GOOD = ("https://example.com", "https://example.com/a/b?c=1", "http://localhost:8080/x")
ODD = ("logo.png", "", "not a url", "ftp://example.com/x", " https://example.com/y ")
DEFINITIONS = (
    "LaxUrl = str",
    "LaxUrl = Annotated[str, BeforeValidator(lambda value: str(value).strip())]",
    'LaxUrl = Annotated[str, "anything"]',
)
SHAPES = (
    "LaxUrl",
    "Optional[LaxUrl]",
    "LaxUrl | None",
    "Union[None, LaxUrl]",
    "list[LaxUrl]",
    "dict[str, LaxUrl]",
    "Annotated[LaxUrl, 'a LaxUrl']",
    '"LaxUrl"',
    'Optional["LaxUrl"]',
    "types.LaxUrl",
    "Union[LaxUrl, int]",
    "tuple[LaxUrl, ...]",
)
DEFAULTS = ("", "", "", ' = "https://example.com/d"', ' = "logo.png"', " = Field(max_length=300)")
USES = (
    "print(f'{{value.{field}}}')",
    "value.{field}.strip()",
    "str(value.{field})",
    "value.{field} is None",
    "value.{field} == 'x'",
    "json.dumps(value.model_dump(mode='json'))",
    "json.dumps(value.model_dump())",
    "dict(value)['{field}']",
    "isinstance(value.{field}, str) or 1 / 0",
    "text = value.{field}\n    print(text)",
    "text = value.{field}\n    return text + '/'",
    "[item.{field} + '' for item in [value]]",
    "repr(value)",
)


@dataclass(frozen=True)
class App:
    """An application: its files by path, and for each model its name, its field, the field's shape and a role."""

    files: dict[str, str]
    models: tuple[tuple[str, str, str, str], ...]


def make_app(seed: int) -> App:
    """The application that a seed stands for; always the same."""
    pick = random.Random(seed)
    models: list[tuple[str, str, str, str]] = []
    classes: list[str] = []
    routes: list[str] = []
    uses: list[str] = []
    for number in range(pick.randint(2, 5)):
        name, field = f"Model{number}", f"url{number}"
        shape, role, code = make_model(pick, name, field, models)
        classes.append(code)
        models.append((name, field, shape, role))
        if role in ("input", "both"):
            routes.append(
                f'@router.post("/{number}")\ndef post{number}(body: {name}) -> None:\n    seen.append(body)\n'
            )
        if role in ("stored", "both"):
            routes.append(
                f'@router.get("/{number}", response_model=list[{name}])\ndef get{number}():\n    return seen\n'
            )
        if pick.random() < 0.5:
            use = pick.choice(USES).format(field=field)
            hint = pick.choice((f": {name}", "", f": '{name}'"))
            uses.append(f"def use{number}(value{hint}):\n    {use}\n")
    if pick.random() < 0.3:
        inner = pick.choice(models)
        classes.append(f"class Outer(BaseModel):\n    inner: {inner[0]}\n")
        routes.append('@router.put("/outer")\ndef put(outer: Outer) -> None:\n    seen.append(outer)\n')
    future = "from __future__ import annotations\n\n" if pick.random() < 0.2 else ""
    header = (
        "from typing import Annotated, Optional, Union\n\n"
        "from pydantic import BaseModel, ConfigDict, Field, field_validator\n\n"
        "from app import types\nfrom app.types import LaxUrl\n\n\n"
    )
    home = pick.choice(DEFINITIONS)
    return App(
        {
            "app/__init__.py": "",
            "app/types.py": f"from typing import Annotated\n\nfrom pydantic import BeforeValidator\n\n{home}\n",
            "app/models.py": future + header + "\n\n".join(classes),
            "app/routes.py": ROUTER + "\n\n".join(routes),
            "app/uses.py": "import json\n\nfrom app.models import *\n\n\n" + "\n\n".join(uses),
        },
        tuple(models),
    )


def make_model(
    pick: random.Random, name: str, field: str, models: list[tuple[str, str, str, str]]
) -> tuple[str, str, str]:
    """The shape and role of a model's field, and the model's code; it may inherit from the last of `models`."""
    shape = pick.choice(SHAPES)
    role = pick.choice(("input", "stored", "stored", "both", "none"))
    default = pick.choice(DEFAULTS) if "[" not in shape and "None" not in shape else ""
    base = "BaseModel"
    if models and pick.random() < 0.25:
        base = models[-1][0]
    body = [f"    {field}: {shape}{default}"]
    if default:
        body[0] = body[0].replace(shape, "LaxUrl")
        shape = "LaxUrl"
    if role == "stored" and pick.random() < 0.5:
        body.insert(0, "    model_config = ConfigDict(from_attributes=True)\n")
    if pick.random() < 0.15:
        hook = pick.choice(("before", "after"))
        body.append(
            f'\n    @field_validator("{field}", mode="{hook}")\n    @classmethod\n'
            f"    def check_{field}(cls, value):\n        return value"
        )
    if pick.random() < 0.2:
        body.append(f"\n    def shown(self):\n        return f'<{{self.{field}}}>'")
    return shape, role, f"class {name}({base}):\n" + "\n".join(body) + "\n"


ROUTER = '''"""Stands for a web framework: a decorator that keeps the function."""

from app.models import *


class Router:
    def post(self, path, **options):
        return lambda function: function

    get = put = post


router = Router()
seen = []


'''

PROBE = '''
import importlib, json, sys, warnings
warnings.simplefilter("error")
app = json.load(sys.stdin)
sys.path.insert(0, app["root"])
models = importlib.import_module("app.models")
importlib.import_module("app.routes")
uses = importlib.import_module("app.uses")
def values(shape, text):
    if shape.startswith("list"): return [text]
    if shape.startswith("tuple"): return (text,)
    if shape.startswith("dict"): return {"a": text}
    return text
def of(model, name, shape, field, text):
    """What a value becomes: validated, dumped in both modes, used."""
    from pydantic import ValidationError
    data = {f: values(s, "https://example.com/base") for f, s in app["fields"][name]}
    data[field] = values(shape, text)
    try:
        made = model.model_validate(data)
    except ValidationError:
        return {"rejected": True}
    seen = {"json": json.loads(made.model_dump_json()), "python": made.model_dump()}
    try:
        json.dumps(seen["python"])
        seen["plain"] = True
    except TypeError:
        seen["plain"] = False
        seen["python"] = repr(seen["python"])
    use = getattr(uses, "use" + name[5:], None)
    if use is not None:
        try:
            use(made)
            seen["use"] = None
        except Exception as error:
            seen["use"] = type(error).__name__
    return seen
result = {}
sys.stdout, keep = sys.stderr, sys.stdout
for name, field, shape, role in app["models"]:
    model = getattr(models, name)
    result[name] = {text: of(model, name, shape, field, text) for text in app["texts"]}
print(json.dumps(result), file=keep)
'''
"""Run in a process of its own with the application on stdin; prints what becomes of each text in each model."""
