from jsonschema import ValidationError

LaxUrl = str
