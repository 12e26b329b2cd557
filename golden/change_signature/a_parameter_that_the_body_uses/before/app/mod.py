def fetch(url, verbose=False):
    def say():
        print(verbose)

    return url, say


fetch("a", True)
