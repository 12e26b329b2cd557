import ipaddress


def is_address(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host.split("/")[0])
    except Exception:
        return False
    return True


def last(text: str) -> int:
    try:
        return len(text.rsplit(",", 1)[-1].encode("ascii"))
    except Exception:
        return 0


def second(text: str) -> str:
    try:
        return text.split("/")[1]
    except Exception:
        return ""


def word(text: str) -> str:
    try:
        return text.split()[0]
    except Exception:
        return ""
