from typing import Annotated

from pydantic import BeforeValidator

LaxUrl = Annotated[str, BeforeValidator(str.strip)]
