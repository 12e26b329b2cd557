import ipaddress


def is_address(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host.split("/")[0])
    except ipaddress.AddressValueError:
        return False
    return True


def last(text: str) -> int:
    try:
        return len(text.rsplit(",", 1)[-1].encode("ascii"))
    except UnicodeError:
        return 0


def second(text: str) -> str:
    try:
        return text.split("/")[1]
    except IndexError:
        return ""


def word(text: str) -> str:
    try:
        return text.split()[0]
    except IndexError:
        return ""
