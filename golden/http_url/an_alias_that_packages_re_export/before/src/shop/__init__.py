from shop.common import LaxUrl as Url
