def twice(function):
    return lambda url: function(url) * 2


@twice
def fetch(url):
    return url


fetch(url=1)
