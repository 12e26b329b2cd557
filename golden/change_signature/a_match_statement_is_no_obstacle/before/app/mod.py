def fetch(url, /, kind, *, size=1):
    match kind:
        case "a" | "b" if size:
            return url
        case {"size": found, **rest}:
            return found, rest, kind
        case [first, *others]:
            return first, others
