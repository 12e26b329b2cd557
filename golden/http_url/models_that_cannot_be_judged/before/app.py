import pydantic.v1
from framework import Schema
from sqlmodel import Field, SQLModel

LaxUrl = str


class A(Schema):
    url: LaxUrl


class B(pydantic.v1.BaseModel):
    url: LaxUrl


class C(SQLModel, table=True):
    id: int = Field(primary_key=True)
    url: LaxUrl


class D(Missing):
    url: LaxUrl
