from pydantic import BaseModel

url: str = "x"  # TODO: HttpUrl
