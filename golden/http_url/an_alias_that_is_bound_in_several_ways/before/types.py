from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator

if TYPE_CHECKING:
    LaxUrl = str
else:
    LaxUrl = Annotated[str, BeforeValidator(str.strip)]
