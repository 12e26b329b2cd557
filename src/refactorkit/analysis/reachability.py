"""What every node of a growing graph leads to, kept as whole numbers whose bits are nodes.

Nodes that lead to each other lead to the same, so that one walk over the strongly connected components (R. Tarjan,
Depth-first search and linear graph algorithms, 1972) answers for all of them. An edge that is added later only adds bits,
and only to the nodes that lead to where it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator


class Reachability:
    """What nodes lead to, worked out when it is first asked for. `following` gives the nodes behind one as they are now."""

    def __init__(self, following: Callable[[int], Collection[int]]) -> None:
        self._following = following
        self._known: dict[int, int] = {}
        self._leading: dict[int, list[int]] = {}

    def of(self, node: int) -> int:
        """The node and all that it leads to, as bits."""
        known = self._known.get(node)
        return self._explored(node) if known is None else known

    def add(self, node: int, targets: Iterable[int]) -> None:
        """Let the node lead to these too. `following` may have told about them already."""
        if node not in self._known:
            return  # it is worked out with them when it is asked for
        new = 0
        for target in targets:
            new |= self.of(target)
            self._leading.setdefault(target, []).append(node)
        waiting = [node]
        while waiting:
            at = waiting.pop()
            if new & ~self._known[at]:
                self._known[at] |= new
                waiting += self._leading.get(at, ())

    def _explored(self, start: int) -> int:
        """Work out what the node and all behind it lead to."""
        number = {start: 0}
        low = {start: 0}
        reached = {start: 1 << start}
        stack = [start]
        walk = [(start, self._behind(start))]
        known = self._known
        while walk:
            at, following = walk[-1]
            for node in following:
                if node in known:
                    reached[at] |= known[node]
                elif node in number:
                    low[at] = min(low[at], number[node])
                else:
                    number[node] = low[node] = len(number)
                    reached[node] = 1 << node
                    stack.append(node)
                    walk.append((node, self._behind(node)))
                    break
            else:
                walk.pop()
                if low[at] == number[at]:
                    self._close(stack, at, reached)
                if walk:
                    above = walk[-1][0]
                    low[above] = min(low[above], low[at])
                    reached[above] |= reached[at]
        return self._known[start]

    def _close(self, stack: list[int], first: int, reached: dict[int, int]) -> None:
        """The nodes on the stack from `first` on lead to each other."""
        at = stack.index(first)
        whole = 0
        for node in stack[at:]:
            whole |= reached[node]
        for node in stack[at:]:
            self._known[node] = reached[node] = whole
        del stack[at:]

    def _behind(self, node: int) -> Iterator[int]:
        following = self._following(node)
        leading = self._leading
        for target in following:
            if target in leading:
                leading[target].append(node)
            else:
                leading[target] = [node]
        return iter(following)


def bits(whole: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    digits = bin(whole)
    last = len(digits) - 1
    at = digits.rfind("1")
    while at > 0:
        yield last - at
        at = digits.rfind("1", 0, at)
