"""Which Python a project is for, as its pyproject.toml says."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

REQUIRES = re.compile(rb"^requires-python\s*=\s*[\"'][^\"'\n]*?(?:>=|~=|==|>)\s*3\.(\d{1,3})", re.MULTILINE)


def oldest_python(configuration: Mapping[str, bytes]) -> tuple[int, int]:
    """The oldest Python 3 that the project's files at the root, or else any below it, admit; this one if none says."""
    for path in sorted(configuration, key=lambda p: (p.count("/"), p)):
        if found := REQUIRES.search(configuration[path]):
            return 3, int(found.group(1))
    return sys.version_info[:2]
