from setuptools import setup

setup(name="app", version="1", python_requires=">=3.8", packages=["app"])
