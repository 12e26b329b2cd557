"""Import cycles as an SVG picture, laid out by Graphviz, which the wheel of pygraphviz brings along.

Colours come from a style sheet in the picture, so that it follows the reader's light or dark theme.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from refactorkit.analysis.import_cycles import Edge, ImportCycle
from refactorkit.config import ConfigError
from refactorkit.report.cycles import CyclesFound
from refactorkit.report.cycles.advice import advice, lines
from refactorkit.visible import visible

MOST = 80
"""Modules of a cycle beyond which nobody could read the picture, and Graphviz takes minutes."""
LABELLED = 12
"""Edges of a cycle up to which each has its lines beside it; of larger ones only those to cut."""
FONT = "Courier"
"""The face that is measured: any monospaced face is as wide, or narrower."""

STYLE = """
<style>
  svg { color-scheme: light dark; --ink: #1f2328; --line: #6e7781; --fill: #f6f8fa; --cut: #bc4c00; --page: #ffffff; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6edf3; --line: #8b949e; --fill: #161b22; --cut: #f0883e; --page: #0d1117; }
  }
  text { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Courier New", monospace; fill: var(--ink); stroke: none; }
  .graph > polygon { fill: var(--page); stroke: none; }
  .node polygon, .node path { fill: var(--fill); stroke: var(--line); }
  .cluster polygon, .cluster path { fill: none; stroke: var(--line); stroke-dasharray: 2 3; }
  .edge path { fill: none; stroke: var(--line); }
  .edge polygon { fill: var(--line); stroke: var(--line); }
  .edge text { fill: var(--line); stroke: var(--page); stroke-width: 3px; paint-order: stroke; }
  .cut path { stroke: var(--cut); stroke-width: 1.8px; stroke-dasharray: 6 4; }
  .cut polygon { fill: var(--cut); stroke: var(--cut); }
  .cut text { fill: var(--cut); }
</style>
"""


def render(found: CyclesFound) -> str:
    """The picture: one box a cycle, an arrow from each importer to what it imports, dashed where a cut is cheapest.

    Raises ConfigError where pygraphviz is not installed, and for a cycle too large to be drawn.
    """
    largest = max((len(cycle.modules) for cycle in found.cycles), default=0)
    if largest > MOST:
        raise ConfigError(
            f"a cycle of {largest} modules is too large for a picture: name a smaller PATH, or pass --format text"
        )
    try:
        import pygraphviz
    except ImportError as error:
        raise ConfigError(
            "pictures need pygraphviz: pip install 'refactorkit[pictures]', or pass --format mermaid"
        ) from error
    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(
        rankdir="LR", fontname=FONT, fontsize="13", nodesep="0.3", ranksep="0.9", labelloc="b", pad="0.2"
    )
    graph.node_attr.update(shape="box", style="rounded", fontname=FONT, fontsize="12", margin="0.14,0.08")
    graph.edge_attr.update(fontname=FONT, fontsize="10", arrowsize="0.7")
    cuts = sum(len(cycle.cuts) for cycle in found.cycles)
    graph.graph_attr["label"] = "dashed: the cheapest imports to cut" if cuts else "no import cycle"
    for number, cycle in reversed([*enumerate(found.cycles, 1)]):  # what is added last is drawn on top
        _add(graph, number, cycle)
    with _silent():
        drawn = graph.draw(format="svg", prog="dot")
    return _styled(drawn.decode("utf-8") if isinstance(drawn, bytes) else str(drawn))


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the C libraries of Graphviz from writing to stderr what they think of this machine's fonts."""
    kept, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


def _add(graph: Any, number: int, cycle: ImportCycle) -> None:
    nodes = {name: f"c{number}m{index}" for index, name in enumerate(cycle.modules)}
    for name, node in nodes.items():
        graph.add_node(node, label=_escaped(name), tooltip=_escaped(name))
    for edge in cycle.edges:
        is_cut = edge in cycle.cuts
        shows_label = is_cut or len(cycle.edges) <= LABELLED
        graph.add_edge(
            nodes[edge.importer],
            nodes[edge.imported],
            tooltip=_escaped(_tooltip(edge)),
            label=_label(edge) if shows_label else "",
            **({"class": "cut"} if is_cut else {}),
        )
    title = f"cycle {number}: {len(cycle.modules)} modules"
    graph.add_subgraph(
        list(nodes.values()), name=f"cluster{number}", label=title, labelloc="t", labeljust="l", margin="14"
    )


def _label(edge: Edge) -> str:
    return "line " + ", ".join(str(place.line) for place in edge.places)


def _tooltip(edge: Edge) -> str:
    """What a reader sees who points at an arrow."""
    advised = "; ".join(dict.fromkeys(advice(place, edge.imported) for place in edge.places))
    return f"{lines(edge)}: {edge.importer} imports {edge.imported}: {advised}"


def _escaped(text: str) -> str:
    """Text as Graphviz takes it literally, without backslash escapes, entities and tags, and as XML can hold it."""
    text = visible(text).encode("utf-8", "replace").decode()
    text = text.replace("&", "&amp;").replace("\\", "\\\\")
    return f" {text}" if text.startswith("<") else text


def _styled(svg: str) -> str:
    """The picture with the style sheet, without Graphviz's own colours, the prologue and its comments."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:fill|stroke|font-family|fill-opacity|stroke-opacity)="[^"]*"', "", svg)
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-label="import cycles">{STYLE}{rest.lstrip()}'
