"""The tables. Addresses are plain text columns, as they always were."""

from datetime import date
from typing import Optional

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class PublisherRow(Base):
    __tablename__ = "publisher"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String, unique=True)
    homepage: Mapped[str] = mapped_column(String, default="")
    price_list: Mapped[str] = mapped_column(String, default="")


class BookRow(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    isbn: Mapped[str] = mapped_column(String, unique=True)
    title: Mapped[str] = mapped_column(String)
    cover_url: Mapped[Optional[str]] = mapped_column(String)
    reviews: Mapped[list[str]] = mapped_column(JSON, default=list)
    publisher_id: Mapped[Optional[int]] = mapped_column(ForeignKey("publisher.id"))
    publisher: Mapped[Optional[PublisherRow]] = relationship()


class ProfileRow(Base):
    __tablename__ = "profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String)
    website: Mapped[Optional[str]] = mapped_column(String)


class LoanRow(Base):
    __tablename__ = "loan"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    member: Mapped[str] = mapped_column(String)
    due: Mapped[date]
    returned: Mapped[Optional[date]] = mapped_column(default=None)
