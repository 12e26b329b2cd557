from pydantic import BaseModel, Field

LaxUrl = str


class A(BaseModel):
	a: LaxUrl	# a tab
	b: LaxUrl = Field(
		default="https://example.com/b",	# another
	)

	c: str # TODO: HttpUrl