"""Import cycles as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which forges show in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from refactorkit.report.cycles import CyclesFound

CUT = "stroke:#c2410c,stroke-width:2px"
"""Readable on a light and on a dark background."""


def render(found: CyclesFound) -> str:
    """The flowchart: one subgraph a cycle, the cheapest imports to cut as dashed arrows with their lines."""
    return "\n".join(["flowchart LR", *_body(found)]) + "\n"


def _body(found: CyclesFound) -> Iterator[str]:
    if not found.cycles:
        yield '    none["no import cycle"]'
    styled: list[str] = []
    arrow = 0
    for number, cycle in enumerate(found.cycles, 1):
        nodes = {name: f"c{number}m{index}" for index, name in enumerate(cycle.modules)}
        yield f'    subgraph c{number}["cycle {number}: {len(cycle.modules)} modules"]'
        for name, node in nodes.items():
            yield f'        {node}["{_escaped(name)}"]'
        yield "    end"
        for edge in cycle.edges:
            ends = nodes[edge.importer], nodes[edge.imported]
            if edge in cycle.cuts:
                where = ", ".join(str(place.line) for place in edge.places)
                yield f'    {ends[0]} -. "line {where}" .-> {ends[1]}'
                styled.append(str(arrow))
            else:
                yield f"    {ends[0]} --> {ends[1]}"
            arrow += 1
    if styled:
        yield f"    linkStyle {','.join(styled)} {CUT}"


def _escaped(text: str) -> str:
    """Text in quotes: the characters that end it or begin a tag are written as entities."""
    return "".join(c if c.isalnum() or c in "._-/ " else f"#{ord(c)};" for c in text)
