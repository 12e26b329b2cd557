from pydantic import BaseModel


class Box(BaseModel):
    def __init__(self, size):
        super().__init__(size=size)


Box(size=1)
