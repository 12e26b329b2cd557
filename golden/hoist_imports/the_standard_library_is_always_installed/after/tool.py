"""A tool."""

import json
import xml.etree.ElementTree as ET


def show(value):
    return json.dumps(ET.fromstring(value).attrib)
