"""The API against a database in memory."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from bookclub.api import app
from bookclub.database import engine_for
from bookclub.tables import BookRow, LoanRow, ProfileRow, PublisherRow

COVER = "https://covers.example.org/9780141439518.jpg"
BOOK = {"isbn": "9780141439518", "title": "Emma", "cover_url": COVER}


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setenv("BOOKCLUB_DATABASE_URL", "sqlite://")
    with Session(engine_for("sqlite://")) as session:
        yield session
        session.rollback()
        for table in (LoanRow, BookRow, PublisherRow, ProfileRow):
            session.query(table).delete()
        session.commit()


@pytest.fixture
def client(session):
    return TestClient(app)


def test_a_new_book_comes_back_as_it_was_sent(client):
    review = "https://reviews.example.org/emma?page=2"
    created = client.post("/books/", json={**BOOK, "reviews": [review]})
    assert created.status_code == 201
    found = client.get(f"/books/{created.json()['id']}").json()
    assert found["cover_url"] == COVER
    assert found["reviews"] == [review]


def test_old_rows_may_hold_a_bare_file_name(client, session):
    session.add(BookRow(isbn="0141439513", title="Old", cover_url="logo.png"))
    session.commit()
    (found,) = client.get("/books/").json()
    assert found["cover_url"] == "logo.png"


def test_a_cover_can_be_changed(client):
    book_id = client.post("/books/", json=BOOK).json()["id"]
    other = "https://covers.example.org/other.jpg"
    changed = client.patch(f"/books/{book_id}", json={"cover_url": other})
    assert changed.status_code == 200
    assert changed.json()["cover_url"] == other
    assert changed.json()["title"] == "Emma"


def test_a_book_that_is_out_can_be_neither_lent_nor_removed(client):
    book_id = client.post("/books/", json=BOOK).json()["id"]
    loan = {"member": "Harriet"}
    assert client.post(f"/books/{book_id}/loan", json=loan).status_code == 201
    assert client.post(f"/books/{book_id}/loan", json=loan).status_code == 409
    assert client.delete(f"/books/{book_id}").status_code == 409


def test_only_secure_publishers_are_listed(client, session):
    session.add(PublisherRow(name="Ash", homepage="https://ash.example.org"))
    session.add(PublisherRow(name="Birch", homepage="http://birch.example.org"))
    session.commit()
    assert [found["name"] for found in client.get("/publishers").json()] == ["Ash"]


def test_the_profile_is_written_over(client):
    client.put("/profile", json={"name": "Old club"})
    sent = {"name": "Book club", "website": "https://club.example.org/about"}
    assert client.put("/profile", json=sent).json() == sent
