"""Loans."""


def loans_of(book):
    return [book]
