LaxUrl = str
class A(BaseModel
    url: LaxUrl
