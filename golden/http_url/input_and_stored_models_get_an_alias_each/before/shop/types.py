"""Types that several schemas share."""

from typing import Annotated

from pydantic import BeforeValidator

LaxUrl = Annotated[str, BeforeValidator(lambda value: str(value).strip())]  # as typed in

Name = Annotated[str, BeforeValidator(str.strip)]
