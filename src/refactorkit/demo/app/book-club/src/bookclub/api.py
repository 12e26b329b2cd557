"""The HTTP API."""

from typing import List, Optional

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from sqlalchemy.orm import Session

from bookclub import catalogue, loans
from bookclub.database import get_session
from bookclub.schemas import (
    Book,
    BookCreate,
    BookUpdate,
    ClubProfile,
    Loan,
    LoanCreate,
    Publisher,
)
from bookclub.tables import BookRow, LoanRow, ProfileRow

router = APIRouter(prefix="/books", tags=["books"])


@router.post("/", response_model=Book, status_code=201)
def create_book(body: BookCreate, session: Session = Depends(get_session)) -> BookRow:
    return catalogue.add_book(session, body)


@router.get("/", response_model=List[Book])
def read_books(
    title: Optional[str] = None, session: Session = Depends(get_session)
) -> List[BookRow]:
    return catalogue.list_books(session, title)


@router.get("/{book_id}", response_model=Book)
def read_book(book_id: int, session: Session = Depends(get_session)) -> BookRow:
    try:
        return catalogue.get_book(session, book_id)
    except catalogue.UnknownBook as error:
        raise HTTPException(404, str(error)) from error


@router.patch("/{book_id}", response_model=Book)
def update_book(
    book_id: int, body: BookUpdate, session: Session = Depends(get_session)
) -> BookRow:
    try:
        return catalogue.update_book(session, book_id, body)
    except catalogue.UnknownBook as error:
        raise HTTPException(404, str(error)) from error


@router.delete("/{book_id}", status_code=204)
def delete_book(book_id: int, session: Session = Depends(get_session)) -> Response:
    try:
        catalogue.remove_book(session, book_id)
    except catalogue.UnknownBook as error:
        raise HTTPException(404, str(error)) from error
    except loans.BookIsOut as error:
        raise HTTPException(409, f"{error} is out") from error
    return Response(status_code=204)


@router.post("/{book_id}/loan", response_model=Loan, status_code=201)
def lend_book(
    book_id: int, body: LoanCreate, session: Session = Depends(get_session)
) -> LoanRow:
    try:
        return loans.lend(session, book_id, body.member, body.days)
    except catalogue.UnknownBook as error:
        raise HTTPException(404, str(error)) from error
    except loans.BookIsOut as error:
        raise HTTPException(409, f"{error} is out") from error


club = APIRouter(tags=["club"])


@club.get("/publishers", response_model=List[Publisher])
def read_publishers(session: Session = Depends(get_session)) -> List[Publisher]:
    return catalogue.linkable_publishers(session)


@club.put("/profile", response_model=ClubProfile)
def write_profile(
    profile: ClubProfile, session: Session = Depends(get_session)
) -> ProfileRow:
    return catalogue.save_profile(session, profile)


app = FastAPI(title="bookclub")
app.include_router(router)
app.include_router(club)
