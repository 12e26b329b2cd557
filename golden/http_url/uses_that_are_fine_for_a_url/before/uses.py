import logging

from models import Model

log = logging.getLogger(__name__)


class Client:
    def __init__(self, url: str):
        self.url = url.strip()

    def get(self):
        return self.url + "/"


def use(model: Model, client: Client):
    if model.url is None or not model.url:
        return None
    print(model.url, str(model.url).lower())
    log.info("at %s", model.url)
    text = "%s and {}".format(model.url)
    name = model.url
    assert name
    client.url.strip()
    Client("x").url.lower()
    return text + f"{name}"
