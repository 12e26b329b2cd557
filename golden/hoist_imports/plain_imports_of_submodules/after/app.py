import os
import os.path
import xml.dom
import xml.sax


def run():
    import xml.sax.handler

    return os.name, xml.sax.handler


def walk():
    return os.path, xml
