from pydantic import BaseModel


def LaxUrl(value):
    return value


print(LaxUrl("x"))
