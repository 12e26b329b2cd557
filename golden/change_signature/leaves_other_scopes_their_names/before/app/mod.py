url = "mine"


def fetch(url, pages=url):
    def inner(url):
        return url

    def other():
        url = 1
        return url

    def out():
        global url
        url = 3

    class Page:
        url = 1
        again = url

        def show(self):
            return url

    pages = [url for url in [url]]
    pages.sort(key=lambda url: url)
    return inner(url=url), other, out, Page.url, pages


def another(url):
    return fetch(url)
