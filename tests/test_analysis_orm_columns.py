"""Columns that a field's name stands for are read from the text of ORM classes."""

from __future__ import annotations

import pytest

from refactorkit.analysis.modules import Modules
from refactorkit.analysis.orm_columns import Column, columns, likely
from refactorkit.model import Source

ORM = """\
class ItemRow(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    homepage: Mapped[str | None]
    links: Mapped[list[str]] = mapped_column(JSON)


class Other(Base):
    homepage = sa.Column(sa.String)


class Plain:
    homepage: str = "x"
"""


def found(text: str, field: str = "homepage") -> list[Column]:
    return columns(Modules({"app/orm.py": Source(path="app/orm.py", data=text.encode())}), field)


def test_mapped_and_plain_columns_are_found_with_their_table() -> None:
    assert found(ORM) == [
        Column("app/orm.py", 5, "ItemRow", "items"),
        Column("app/orm.py", 10, "Other", None),
    ]


@pytest.mark.parametrize(
    ("model", "table"),
    [("Item", "items"), ("ItemRow", "items"), ("Unrelated", None)],
)
def test_the_column_of_a_class_that_is_called_like_the_model_is_the_likely_one(
    model: str, table: str | None
) -> None:
    column = likely(found(ORM), model)
    assert (column.table if column else None) == table


def test_a_column_that_holds_several_values_is_none_to_check() -> None:
    assert found(ORM, "links") == []


def test_a_project_without_an_orm_has_no_columns() -> None:
    assert found("class Item(BaseModel):\n    homepage: str\n") == []
