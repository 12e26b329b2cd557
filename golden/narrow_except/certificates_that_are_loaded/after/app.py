import ssl


def trust(context: ssl.SSLContext, path: str) -> bool:
    try:
        context.load_verify_locations(path)
    except (OSError, ValueError):
        return False
    return True


def identify(context: ssl.SSLContext, path: str, password) -> bool:
    try:
        context.load_cert_chain(path, password=password)
    except Exception:
        return False
    return True
