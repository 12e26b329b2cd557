import logging
import re
from collections.abc import Iterable
from typing import Any, Protocol

from models import Model

logger = logging.getLogger(__name__)


class HasC(Protocol):
    c: str


def use(x: Model, many: Iterable[Model], other: Any, c: HasC, models: Any):
    x.a.strip()
    for y in many:
        if y.b == "https://example.com":
            return
    c.c.lower()
    if d := x.d:
        d.upper()
    print(f"{x.e:>30}")
    if isinstance(x.f, str):
        pass
    x.g += "/more"
    url = x.h
    url = url or ""
    re.match("http", other.i)
    [m.j.lower() for m in many]
    with other as z:
        print(z.k + "/")
    models.l.strip()
    match x:
        case Model(m=text):
            text.lower()
    getattr(x, "n").lower()
    "{0.host}".format(x.o)
    x.p[0].lower()
