import sys
from sys import maxsize


def say(text):
    from sys import stdout

    stdout.write(text)


def given():
    from sys import argv

    return argv[1:]


def limit():
    return maxsize, sys
