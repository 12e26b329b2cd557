from app.core import run
from app.tools import Tool

Tool = type("Tool", (Tool,), {"run": run})
