"""The cheapest edges without which a directed graph has no cycle: a minimum feedback arc set.

Finding it is NP-hard (R. Karp, Reducibility among combinatorial problems, 1972). An order of the nodes says which edges
go back; up to `EXACT` nodes the best order is found over all subsets (M. Held and R. Karp, 1962), beyond that it is
approached by a greedy order (P. Eades, X. Lin and W. Smyth, 1993) that is then improved node by node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXACT = 15
"""Nodes up to which the result is a minimum: 2 ** 15 subsets take about half a second."""

Arc = tuple[str, str]


def feedback_arcs(costs: Mapping[Arc, int]) -> tuple[frozenset[Arc], bool]:
    """The arcs to cut, and whether no cheaper set exists. `costs` are whole numbers above 0, self-loops are none."""
    nodes = sorted({node for arc in costs for node in arc})
    if len(nodes) <= EXACT:
        return _backward(_best_order(nodes, costs), costs), True
    order = _improved(_greedy_order(nodes, costs), costs)
    return _irreducible(_backward(order, costs), costs), False


def _backward(order: Sequence[str], costs: Mapping[Arc, int]) -> frozenset[Arc]:
    place = {node: index for index, node in enumerate(order)}
    return frozenset(arc for arc in costs if place[arc[0]] > place[arc[1]])


def _best_order(nodes: Sequence[str], costs: Mapping[Arc, int]) -> list[str]:
    """The order with the cheapest backward arcs: for each set of nodes that may come first, its best last node."""
    number = {node: index for index, node in enumerate(nodes)}
    into = [[(1 << number[b], cost) for (a, b), cost in costs.items() if a == node] for node in nodes]
    size = 1 << len(nodes)
    best = [0] * size
    last = [0] * size
    for members in range(1, size):
        cheapest = -1
        for index, arcs in enumerate(into):
            if not members >> index & 1:
                continue
            before = members ^ (1 << index)
            cost = best[before]
            for bit, price in arcs:
                if before & bit:
                    cost += price
            if cheapest < 0 or cost < cheapest:
                cheapest, last[members] = cost, index
        best[members] = cheapest
    order = []
    members = size - 1
    while members:
        order.append(nodes[last[members]])
        members ^= 1 << last[members]
    return order[::-1]


def _greedy_order(nodes: Sequence[str], costs: Mapping[Arc, int]) -> list[str]:
    """Sinks to the end, sources to the front, then the node that gives most beyond what it takes."""
    gives: dict[str, dict[str, int]] = {node: {} for node in nodes}
    takes: dict[str, dict[str, int]] = {node: {} for node in nodes}
    for (a, b), cost in costs.items():
        gives[a][b] = takes[b][a] = cost
    front: list[str] = []
    back: list[str] = []
    left = dict.fromkeys(nodes)
    while left:
        sink = next((n for n in left if not gives[n]), None)
        source = next((n for n in left if not takes[n]), None)
        if sink is not None:
            chosen = sink
            back.append(chosen)
        else:
            chosen = source or max(left, key=lambda n: sum(gives[n].values()) - sum(takes[n].values()))
            front.append(chosen)
        del left[chosen]
        for other in gives.pop(chosen):
            del takes[other][chosen]
        for other in takes.pop(chosen):
            del gives[other][chosen]
    return front + back[::-1]


def _improved(order: list[str], costs: Mapping[Arc, int]) -> list[str]:
    """The order after moving single nodes to where they cost least, until no move helps (at most 20 rounds)."""
    weight: dict[str, dict[str, int]] = {node: {} for node in order}
    for (a, b), cost in costs.items():  # what it costs more to have a before b than after it
        weight[a][b] = weight[a].get(b, 0) - cost
        weight[b][a] = weight[b].get(a, 0) + cost
    for _ in range(20):
        moved = False
        for node in order:
            at = order.index(node)
            rest = order[:at] + order[at + 1 :]
            change, lowest, target = 0, 0, at
            for index in range(at - 1, -1, -1):
                change += weight[node].get(rest[index], 0)
                if change < lowest:
                    lowest, target = change, index
            change = 0
            for index in range(at, len(rest)):
                change -= weight[node].get(rest[index], 0)
                if change < lowest:
                    lowest, target = change, index + 1
            if target != at:
                order = [*rest[:target], node, *rest[target:]]
                moved = True
        if not moved:
            break
    return order


def _irreducible(cuts: frozenset[Arc], costs: Mapping[Arc, int]) -> frozenset[Arc]:
    """The cuts without those that the others make needless, the dearest first."""
    kept = set(cuts)
    after: dict[str, set[str]] = {}
    for a, b in costs:
        after.setdefault(a, set())
        after.setdefault(b, set())
        if (a, b) not in kept:
            after[a].add(b)
    for arc in sorted(cuts, key=lambda arc: (-costs[arc], arc)):
        if not _reaches(after, arc[1], arc[0]):
            kept.discard(arc)
            after[arc[0]].add(arc[1])
    return frozenset(kept)


def _reaches(after: Mapping[str, set[str]], start: str, end: str) -> bool:
    seen = {start}
    waiting = [start]
    while waiting:
        at = waiting.pop()
        if at == end:
            return True
        new = after[at] - seen
        seen |= new
        waiting.extend(new)
    return False
