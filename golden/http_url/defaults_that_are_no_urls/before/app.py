from pydantic import BaseModel, Field

LaxUrl = str
HOME = "https://example.com"


class Link(BaseModel):
    a: LaxUrl = ""
    b: LaxUrl = "logo.png"
    c: LaxUrl = HOME
    d: LaxUrl = Field(default="/logo.png")
    e: LaxUrl = Field("data:,x", title="x")
    f: LaxUrl = Field(default_factory=lambda: "x")
    g: LaxUrl = None
    h: list[LaxUrl] = ["https://example.com"]
    i: LaxUrl = f"{HOME}/x"
    j: LaxUrl = "https://Example.com/\n"
    k: LaxUrl = Field(**{})
    l: LaxUrl = Field(None)
