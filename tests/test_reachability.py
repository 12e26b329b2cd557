"""What nodes of a growing graph lead to is the same as what a search finds, however questions and additions alternate."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping

import pytest

from refactorkit.analysis.import_loading import Load, Loading
from refactorkit.analysis.reachability import Reachability, bits

NODES = 14


@pytest.mark.parametrize("seed", range(40))
def test_what_a_node_leads_to_is_what_a_search_finds(seed: int) -> None:
    pick = random.Random(seed)
    edges: dict[int, list[int]] = {node: [] for node in range(NODES)}
    reach = Reachability(lambda node: edges[node])
    for _ in range(60):
        node = pick.randrange(NODES)
        if pick.random() < 0.5:
            targets = [pick.randrange(NODES) for _ in range(pick.randint(1, 3))]
            edges[node] += targets
            reach.add(node, targets)
        else:
            assert set(bits(reach.of(node))) == searched(edges, node)


def searched(edges: Mapping[int, list[int]], start: int) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for target in edges[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


@pytest.mark.parametrize("seed", range(40))
def test_the_shortest_cycle_is_the_one_that_a_search_finds(seed: int) -> None:
    pick = random.Random(seed)
    folders = ("", "a/", "a/b/")
    paths = [f"{folder}{name}" for folder in folders for name in ("__init__.py", "x.py", "y.py", "z.py")]
    loading = Loading(paths, packages)
    known: dict[str, dict[str, bool]] = {path: {} for path in paths}
    for _ in range(50):
        path = pick.choice(paths)
        loads = [Load(pick.choice(paths), True, pick.random() < 0.5) for _ in range(pick.randint(1, 2))]
        if pick.random() < 0.4:
            loading.add(path, loads)
            for load in loads:
                if load.target != path and not known[path].get(load.target):
                    known[path][load.target] = load.is_needed
        else:
            found = loading.cycle(path, loads)
            assert (len(found) if found else None) == shortest(known, path, loads)
            assert found is None or (found[0] == found[-1] == path)


def packages(path: str) -> tuple[str, ...]:
    """The `__init__` files that run before one of these files."""
    folders = path.split("/")[:-1]
    if path.endswith("__init__.py"):
        folders = folders[:-1]
    return tuple("/".join([*folders[:depth], "__init__.py"]) for depth in range(1, len(folders) + 1))


def shortest(known: Mapping[str, Mapping[str, bool]], path: str, loads: list[Load]) -> int | None:
    """How many files the shortest cycle has, both ends counted."""
    around = set(packages(path))

    def counting(links: Mapping[str, bool]) -> list[str]:
        return [target for target, is_needed in links.items() if is_needed or target not in around]

    first = [load.target for load in loads if load.is_needed or load.target not in around]
    distance = dict.fromkeys(first, 2)
    waiting = deque(distance)
    while waiting:
        at = waiting.popleft()
        if at == path:
            return distance[at]
        outer = [package for package in packages(at) if package not in around]
        for target in (*outer, *counting(known[at])):
            if target not in distance:
                distance[target] = distance[at] + 1
                waiting.append(target)
    return None
