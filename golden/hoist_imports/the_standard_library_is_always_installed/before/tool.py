"""A tool."""


def show(value):
    import json
    import xml.etree.ElementTree as ET

    return json.dumps(ET.fromstring(value).attrib)
