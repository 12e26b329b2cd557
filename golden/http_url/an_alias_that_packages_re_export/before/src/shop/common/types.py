from typing_extensions import Annotated

from pydantic import BeforeValidator

LaxUrl = Annotated[str, BeforeValidator(str.strip)]
Name = Annotated[str, BeforeValidator(str.strip)]
