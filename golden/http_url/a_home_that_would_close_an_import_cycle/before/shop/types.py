from shop.registry import register

LaxUrl = str
register(LaxUrl)
