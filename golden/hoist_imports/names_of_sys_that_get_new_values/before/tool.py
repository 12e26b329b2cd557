import sys


def say(text):
    from sys import stdout

    stdout.write(text)


def given():
    from sys import argv

    return argv[1:]


def limit():
    from sys import maxsize

    return maxsize, sys
