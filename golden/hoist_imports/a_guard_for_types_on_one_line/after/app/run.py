from typing import TYPE_CHECKING

from app.tool import Rest, work

if TYPE_CHECKING: from app.tool import work


def run():
    return work(Rest())
