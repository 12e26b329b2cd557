from pydantic import BaseModel

for LaxUrl in (str, bytes):
    print(LaxUrl)


class A(BaseModel):
    url: LaxUrl
