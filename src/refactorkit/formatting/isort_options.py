"""isort's options in the words of ruff, whose import sorting was written to agree with isort.

Source: https://pycqa.github.io/isort/docs/configuration/options.html and https://docs.astral.sh/ruff/settings/#lintisort
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

FLAGS = {
    "case_sensitive",
    "combine_as_imports",
    "force_single_line",
    "force_sort_within_sections",
    "from_first",
    "length_sort",
    "order_by_type",
}
NUMBERS = {"lines_after_imports", "lines_between_types"}
LISTS = {
    "extra_standard_library",
    "force_to_top",
    "known_first_party",
    "known_local_folder",
    "known_third_party",
    "single_line_exclusions",
}
EXCLUDES = {"skip", "extend_skip", "skip_glob", "extend_skip_glob"}

# What ruff does anyway; any other value is a style that ruff does not have. None: does not concern the result.
FIXED: Mapping[str, tuple[str, ...] | None] = {
    "atomic": None,
    "default_section": ("thirdparty",),
    "ensure_newline_before_comments": ("true",),
    "filter_files": None,
    "force_grid_wrap": ("0",),
    "include_trailing_comma": ("true",),
    "multi_line_output": ("3", "vertical_hanging_indent"),
    "profile": ("black",),
    "quiet": None,
    "skip_gitignore": None,
    "use_parentheses": ("true",),
    "verbose": None,
}


def as_ruff_config(options: Mapping[str, Any]) -> tuple[str, str | None]:
    """The text of a `.ruff.toml` that sorts imports as these options of isort say.

    The second value names the first option that ruff has no counterpart for, or is None.
    """
    given = {key.replace("-", "_"): value for key, value in options.items()}
    top: dict[str, Any] = {"line-length": 88 if "profile" in given else 79}  # isort's own defaults
    excluded: list[str] = []
    isort: dict[str, Any] = {}
    for key, value in given.items():
        word = str(value).strip().lower()
        if key in FIXED:
            if word not in (FIXED[key] or (word,)):
                return "", f"{key} = {value}"
        elif key in FLAGS and word in ("true", "false", "1", "0"):
            isort[key] = word in ("true", "1")
        elif key in NUMBERS and word.lstrip("-").isdigit():
            isort[key] = int(word)
        elif key in LISTS:
            isort[key] = _items(value)
        elif key in EXCLUDES:
            excluded += _items(value)
        elif key == "src_paths" and not any(item.startswith(("/", "~", "..", "$")) for item in _items(value)):
            top["src"] = _items(value)
        elif key == "line_length" and word.isdigit():
            top["line-length"] = int(word)
        else:
            return "", f"{key} = {value}"
    top["extend-exclude"] = excluded
    return _toml(top) + '[lint]\nselect = ["I001"]\n[lint.isort]\n' + _toml(isort), None


def _items(value: object) -> list[str]:
    """A list as TOML has it, or as the .cfg files write it: separated by commas or line ends."""
    parts = value if isinstance(value, list) else str(value).replace("\n", ",").split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


def _toml(table: Mapping[str, Any]) -> str:
    return "".join(f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in table.items())
