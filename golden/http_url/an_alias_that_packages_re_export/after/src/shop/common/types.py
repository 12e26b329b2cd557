from typing_extensions import Annotated

from pydantic import BeforeValidator, HttpUrl, PlainSerializer

LaxUrl = Annotated[str, BeforeValidator(str.strip)]
StrictUrl = Annotated[HttpUrl, PlainSerializer(str, return_type=str)]
Name = Annotated[str, BeforeValidator(str.strip)]
