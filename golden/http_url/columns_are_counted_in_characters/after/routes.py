LaxUrl = str


def get(größe: str = "größer als üblich", url: LaxUrl = "") -> None: ...
