import os
import os.path
import xml.dom
import xml.sax


def run():
    import os

    import xml.sax.handler

    return os.name, xml.sax.handler


def walk():
    import os.path
    import xml

    return os.path, xml
