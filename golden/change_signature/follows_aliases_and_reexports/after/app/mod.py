def fetch(link):
    return link
