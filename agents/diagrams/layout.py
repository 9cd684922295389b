"""A layered layout: nodes in rows so that most edges lead downwards, rows ordered so that few edges cross.

After Sugiyama, Tagawa and Toda, “Methods for visual understanding of hierarchical system structures” (1981): break
cycles, assign layers, order each layer by barycentres, then move nodes under their neighbours. The last step solves a
least-squares problem with distances to keep, by pooling adjacent violators.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

GAP_X: Final = 34.0
GAP_Y: Final = 46.0
SWEEPS: Final = 8
MOST_WIDTH: Final = 740.0  # of a layer, as far as single nodes allow
BEND_WIDTH: Final = 2.0
BEND_GAP: Final = 7.0  # lines side by side are read as a bundle

Point = tuple[float, float]


@dataclass
class Placed:
    """Where things are: the upper left corner of each node, the points that each edge goes through, and the size."""

    corners: list[Point]
    routes: list[list[Point]]
    width: float
    height: float


@dataclass
class _Chain:
    """The nodes and bends that one edge goes through, from upper to lower layer."""

    parts: list[int]
    turned: bool
    edge: int


@dataclass
class _Grid:
    layers: list[list[int]]
    layer_of: dict[int, int]
    sizes: list[tuple[float, float]]
    up: dict[int, list[int]] = field(default_factory=dict)
    down: dict[int, list[int]] = field(default_factory=dict)


def layered(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Placed:
    """Return the layout of nodes of these sizes; edges from a node to itself get no route."""
    if not sizes:
        return Placed([], [], 0, 0)
    downward = _without_cycles(len(sizes), edges)
    layer_of = _layers(sizes, downward)
    grid = _Grid([[] for _ in range(max(layer_of) + 1)], dict(enumerate(layer_of)), list(sizes))
    for node, layer in enumerate(layer_of):
        grid.layers[layer].append(node)
    chains = [_chain(grid, number, edges[number], downward[number]) for number in range(len(edges))]
    _order(grid)
    centres = _centres(grid)
    return _placed(grid, chains, centres, len(sizes))


def _without_cycles(count: int, edges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the edges with those turned round that close a cycle, found by a walk in the order of the nodes."""
    out: list[list[int]] = [[] for _ in range(count)]
    for number, (source, target) in enumerate(edges):
        if source != target:
            out[source].append(number)
    state = [0] * count  # 1 while on the way, 2 when done
    turned: set[int] = set()
    for root in range(count):
        if state[root]:
            continue
        way = [(root, iter(out[root]))]
        state[root] = 1
        while way:
            node, rest = way[-1]
            for number in rest:
                target = edges[number][1]
                if state[target] == 1:
                    turned.add(number)
                elif state[target] == 0:
                    state[target] = 1
                    way.append((target, iter(out[target])))
                    break
            else:
                state[node] = 2
                way.pop()
    return [(target, source) if number in turned else (source, target) for number, (source, target) in enumerate(edges)]


def _layers(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the layer of each node: below all it depends on, in the first layer that has room; loose nodes last."""
    count = len(sizes)
    before: list[set[int]] = [set() for _ in range(count)]
    after: list[set[int]] = [set() for _ in range(count)]
    for source, target in edges:
        if source != target:
            before[target].add(source)
            after[source].add(target)
    waiting = [len(found) for found in before]
    ready = [node for node in range(count) if not waiting[node] and after[node]]
    found = [-1] * count
    used: list[float] = []

    def place(node: int, least: int) -> None:
        need = sizes[node][0] + GAP_X
        layer = least
        while layer < len(used) and used[layer] and used[layer] + need > MOST_WIDTH:
            layer += 1
        used.extend([0.0] * (layer + 1 - len(used)))
        used[layer] += need
        found[node] = layer

    while ready:
        node = ready.pop(0)
        place(node, max((found[other] + 1 for other in before[node]), default=0))
        for other in sorted(after[node]):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for node in range(count):  # what nothing leads to moves down to what it leads to
        if after[node] and not before[node]:
            lower, need = min(found[other] for other in after[node]) - 1, sizes[node][0] + GAP_X
            if lower > found[node] and used[lower] + need <= MOST_WIDTH:
                used[found[node]] -= need
                used[lower] += need
                found[node] = lower
    last = len(used)
    for node in range(count):
        if found[node] < 0:
            place(node, last)
    return found


def _chain(grid: _Grid, number: int, edge: tuple[int, int], downward: tuple[int, int]) -> _Chain:
    """Put a bend into each layer between the ends of an edge, and note who is whose neighbour."""
    upper, lower = downward
    if upper == lower:
        return _Chain([], False, number)
    parts = [upper]
    for layer in range(grid.layer_of[upper] + 1, grid.layer_of[lower]):
        bend = len(grid.sizes)
        grid.sizes.append((BEND_WIDTH, 0.0))
        grid.layer_of[bend] = layer
        grid.layers[layer].append(bend)
        parts.append(bend)
    parts.append(lower)
    for one, other in pairwise(parts):
        grid.down.setdefault(one, []).append(other)
        grid.up.setdefault(other, []).append(one)
    return _Chain(parts, downward != edge, number)


def _order(grid: _Grid) -> None:
    """Order each layer by the barycentres of its neighbours, downwards and upwards; keep the best order seen."""
    best, fewest = [list(layer) for layer in grid.layers], _crossings(grid)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        layers = range(1, len(grid.layers)) if downwards else range(len(grid.layers) - 2, -1, -1)
        neighbours = grid.up if downwards else grid.down
        for number in layers:
            fixed = {node: place for place, node in enumerate(grid.layers[number - 1 if downwards else number + 1])}
            wanted = []
            for place, node in enumerate(grid.layers[number]):
                near = [fixed[other] for other in neighbours.get(node, ()) if other in fixed]
                wanted.append((sum(near) / len(near) if near else float(place), place, node))
            grid.layers[number] = [node for _, _, node in sorted(wanted)]
        crossings = _crossings(grid)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in grid.layers], crossings
    grid.layers = best


def _crossings(grid: _Grid) -> int:
    total = 0
    for upper, lower in pairwise(grid.layers):
        below = {node: place for place, node in enumerate(lower)}
        seen: list[int] = []
        for node in upper:
            ends = sorted(below[other] for other in grid.down.get(node, ()) if other in below)
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _centres(grid: _Grid) -> dict[int, float]:
    """Return the middle of each node and bend: near its neighbours, and clear of those beside it."""
    centres: dict[int, float] = {}
    for layer in grid.layers:
        at = 0.0
        for node in layer:
            centres[node] = at + grid.sizes[node][0] / 2
            at += grid.sizes[node][0] + GAP_X
    for sweep in range(SWEEPS + 1):
        last = sweep == SWEEPS
        order = grid.layers if sweep % 2 == 0 or last else grid.layers[::-1]
        for layer in order:
            wanted, weights = [], []
            for node in layer:
                up, down = grid.up.get(node, []), grid.down.get(node, [])
                near = up + down if last else (up if sweep % 2 == 0 else down) or up + down
                wanted.append(sum(centres[other] for other in near) / len(near) if near else centres[node])
                weights.append(8.0 if grid.sizes[node][1] == 0.0 else 1.0 + len(near) * 0.2 if near else 0.05)
            for node, centre in zip(layer, _apart(grid, layer, wanted, weights), strict=True):
                centres[node] = centre
    return centres


def _apart(grid: _Grid, layer: list[int], wanted: list[float], weights: list[float]) -> list[float]:
    """Return centres as near as possible to the wanted ones that keep their order and distance."""
    offsets = [0.0]
    for one, other in pairwise(layer):
        bends = (not grid.sizes[one][1]) + (not grid.sizes[other][1])
        gap = (GAP_X, GAP_X / 2, BEND_GAP)[bends]
        offsets.append(offsets[-1] + (grid.sizes[one][0] + grid.sizes[other][0]) / 2 + gap)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        pools.append((want - offset, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, heavy, count), (mean2, heavy2, count2) = pools[-2], pools[-1]
            pools[-2:] = [((mean * heavy + mean2 * heavy2) / (heavy + heavy2), heavy + heavy2, count + count2)]
    found = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(found, offsets, strict=True)]


def _placed(grid: _Grid, chains: list[_Chain], centres: dict[int, float], count: int) -> Placed:
    tops, at = [], 0.0
    heights = [max((grid.sizes[node][1] for node in layer), default=0.0) for layer in grid.layers]
    crowded = [len({tuple(chain.parts) for chain in chains if _passes(grid, chain, n)}) for n in range(len(heights))]
    for layer, height in enumerate(heights):
        tops.append(at)
        at += height + GAP_Y + min(30.0, 2.0 * crowded[layer])
    left = min(centres[node] - grid.sizes[node][0] / 2 for layer in grid.layers for node in layer)
    right = max(centres[node] + grid.sizes[node][0] / 2 for layer in grid.layers for node in layer)
    corners = []
    for node in range(count):
        layer = grid.layer_of[node]
        wide, high = grid.sizes[node]
        corners.append((centres[node] - wide / 2 - left, tops[layer] + (heights[layer] - high) / 2))
    ports = _ports(grid, chains, centres, count)
    routes: list[list[Point]] = [[] for _ in chains]
    for chain in chains:
        if not chain.parts:
            continue
        points: list[Point] = []
        for place, part in enumerate(chain.parts):
            layer = grid.layer_of[part]
            top, bottom = tops[layer], tops[layer] + heights[layer]
            if 0 < place < len(chain.parts) - 1:
                points += [(centres[part] - left, top), (centres[part] - left, bottom)]
                continue
            x = centres[part] - left + ports[chain.edge, part]
            y = corners[part][1]
            points += [(x, y + grid.sizes[part][1]), (x, bottom)] if place == 0 else [(x, top), (x, y)]
        routes[chain.edge] = points[::-1] if chain.turned else points
    return Placed(corners, routes, right - left, tops[-1] + heights[-1])


def _passes(grid: _Grid, chain: _Chain, layer: int) -> bool:
    return any(grid.layer_of[part] == layer for part in chain.parts[:-1])


def _ports(grid: _Grid, chains: list[_Chain], centres: dict[int, float], count: int) -> dict[tuple[int, int], float]:
    """Return how far from a node's middle each of its edges leaves it: apart, in the order of where they lead."""
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for chain in chains:
        if not chain.parts:
            continue
        first, last = chain.parts[0], chain.parts[-1]
        sides.setdefault((first, True), []).append((centres[chain.parts[1]], chain.edge))
        sides.setdefault((last, False), []).append((centres[chain.parts[-2]], chain.edge))
    found = {}
    for (node, _), ends in sides.items():
        room = grid.sizes[node][0] * 0.8
        step = min(26.0, room / max(1, len(ends)))
        for place, (_, edge) in enumerate(sorted(ends)):
            found[edge, node] = (place - (len(ends) - 1) / 2) * step
    return found
