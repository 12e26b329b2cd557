"""The cheapest edges to cut: a minimum for small graphs, and always enough."""

from __future__ import annotations

import random
from itertools import permutations

import networkx as nx
import pytest

from refactorkit.analysis.feedback_arcs import EXACT, Arc, feedback_arcs


def graph_at_random(nodes: int, arcs: int, seed: int) -> dict[Arc, int]:
    """Arcs with costs."""
    chance = random.Random(seed)
    pairs = [(f"n{a:02}", f"n{b:02}") for a, b in permutations(range(nodes), 2)]
    return {arc: chance.randint(1, 9) for arc in chance.sample(pairs, min(arcs, len(pairs)))}


def cheapest_by_trying(costs: dict[Arc, int]) -> int:
    """The cost of the best of all orders."""
    nodes = sorted({node for arc in costs for node in arc})
    return min(
        sum(cost for (a, b), cost in costs.items() if order.index(a) > order.index(b))
        for order in permutations(nodes)
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_small_graph_gets_a_minimum(seed: int) -> None:
    costs = graph_at_random(6, 14, seed)
    cuts, is_cheapest = feedback_arcs(costs)
    assert is_cheapest
    assert sum(costs[arc] for arc in cuts) == cheapest_by_trying(costs)


@pytest.mark.parametrize(("nodes", "arcs"), [(6, 14), (12, 30), (EXACT + 1, 60), (40, 200)])
def test_nothing_is_left_of_a_cycle_and_no_cut_is_needless(nodes: int, arcs: int) -> None:
    costs = graph_at_random(nodes, arcs, seed=nodes)
    cuts, _ = feedback_arcs(costs)
    graph: nx.DiGraph[str] = nx.DiGraph(list(costs.keys() - cuts))
    assert nx.is_directed_acyclic_graph(graph)
    for a, b in cuts:
        graph.add_edge(a, b)
        assert not nx.is_directed_acyclic_graph(graph)
        graph.remove_edge(a, b)


def test_a_dear_arc_stays_and_two_cheap_ones_go() -> None:
    costs = {("a", "b"): 10, ("b", "a"): 2, ("b", "c"): 10, ("c", "a"): 3}
    assert feedback_arcs(costs) == (frozenset({("b", "a"), ("c", "a")}), True)


def test_a_graph_without_cycles_loses_nothing() -> None:
    assert feedback_arcs({("a", "b"): 1, ("b", "c"): 1, ("a", "c"): 1}) == (frozenset(), True)
