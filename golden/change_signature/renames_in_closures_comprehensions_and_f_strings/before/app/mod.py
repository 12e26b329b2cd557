def fetch(url, n):
    def again():
        nonlocal url, n
        url += "!"
        return lambda more=url: (url, more)

    class Page:
        address = url

        def show(self):
            return url

    found = [url for _ in range(n) if (part := url)]
    async def later(other=url):
        yield url
    return f"{url!r:>{n}} {url == 1} {{url}}" f"""
    {url}
    """ + f'{f"{url}"}', found, part, again, later, Page
