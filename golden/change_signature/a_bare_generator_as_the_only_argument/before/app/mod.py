def fetch(urls, verbose=False):
    return verbose


fetch(url for url in "abc")
