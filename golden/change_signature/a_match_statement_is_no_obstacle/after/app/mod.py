def fetch(url, /, sort, *, count=1):
    match sort:
        case "a" | "b" if count:
            return url
        case {"size": found, **rest}:
            return found, rest, sort
        case [first, *others]:
            return first, others
