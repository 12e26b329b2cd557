import sys

if sys.platform == "win32":
    def fetch(url):
        return url
else:
    def fetch(url):
        return url + 1


fetch(url=1)
