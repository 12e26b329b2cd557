"""Types that several schemas share."""

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

# The first catalogue was typed in by hand, so an address may be anything.
LaxUrl = Annotated[str, BeforeValidator(lambda value: str(value).strip())]

Isbn = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}([0-9X]|[0-9]{4})$")]
