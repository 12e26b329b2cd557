from typing import Annotated

from pydantic import BeforeValidator

LaxUrl = Annotated[str, BeforeValidator(lambda value: str(value).strip())]
