def fetch(verbose=False):
    return verbose


fetch(verbose=True)
