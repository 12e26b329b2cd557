from __future__ import annotations

from typing import Optional, Union

from app.library import Block, Secret, afetch


class Keeper:
    kept: Block

    def __init__(self, secret: Secret):
        self.secret = secret

    async def keep(self, other: Optional[Block], third: "Union[Block, Secret]") -> None:
        await self.kept.save()
        await self.secret.save()
        await other.save()
        await third.save()
        fresh = Secret()
        await fresh.save()
        loaded = await afetch("x")
        await loaded.save()
