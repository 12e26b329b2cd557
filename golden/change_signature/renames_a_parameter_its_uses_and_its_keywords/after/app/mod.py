def fetch(address, timeout=3):
    if address is None:
        address = "about:blank"
    del timeout
    return [address, {"url": address}, address.strip()]
