from pydantic import BaseModel, Field

LaxUrl = str


class A(BaseModel):
    a: LaxUrl  # refactorkit: ignore
    b: LaxUrl  # refactorkit: ignore[http-url]
    c: LaxUrl = Field(
        description="x",
    )  # refactorkit: ignore[http-url, other]
    d: str  # TODO: HttpUrl  # refactorkit: ignore[http-url]
    e: int  # refactorkit: ignore[http-url]
