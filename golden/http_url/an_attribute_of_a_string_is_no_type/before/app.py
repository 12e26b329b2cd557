from pydantic import BaseModel

import types_


class A(BaseModel):
    url: "types_".LaxUrl
