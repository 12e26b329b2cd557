import sys
from typing import Annotated

from pydantic import (
    BaseModel,
    HttpUrl,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

LaxUrl = str


def _keep_stored_url(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Normalise what HttpUrl accepts and hand out any other stored string unchanged."""
    try:
        return validate(value)
    except ValidationError:
        if isinstance(value, str):
            return value
        raise


StoredUrl = Annotated[
    HttpUrl, WrapValidator(_keep_stored_url), PlainSerializer(str, return_type=str)
]


class A(BaseModel):
    url: StoredUrl


from typing import Annotated  # noqa: E402

from pydantic import Field  # noqa: E402

Name = Annotated[str, Field(max_length=3)]
print(sys.path, Name)
