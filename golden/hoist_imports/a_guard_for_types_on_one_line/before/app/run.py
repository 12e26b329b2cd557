from typing import TYPE_CHECKING

if TYPE_CHECKING: from app.tool import work


def run():
    from app.tool import Rest, work

    return work(Rest())
