def fetch(link, n):
    def again():
        nonlocal link, n
        link += "!"
        return lambda more=link: (link, more)

    class Page:
        address = link

        def show(self):
            return link

    found = [link for _ in range(n) if (part := link)]
    async def later(other=link):
        yield link
    return f"{link!r:>{n}} {link == 1} {{url}}" f"""
    {link}
    """ + f'{f"{link}"}', found, part, again, later, Page
