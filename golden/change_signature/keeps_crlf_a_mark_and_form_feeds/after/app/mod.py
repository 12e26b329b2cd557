def fetch(link):
    return link


x = fetch(
    link=1,
)
