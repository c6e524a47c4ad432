"""What the next events will read is asked for while those before them are played.

In a large network hardly any row is in the processor's cache when its event comes, and a row tells where the next one
is, so an event would wait for memory several times over. An event rises in the heap level by level: on the fourth it
has about 64 others before it, on the third 16 and on the second 4. At each level one more row is there, and the rows
that it points to are asked for. A row that does not exist (NONE) may be asked for as well: nothing is read.
"""

from __future__ import annotations

import numpy as np

from buildsim.engine.kernel import columns as c
from buildsim.engine.kernel.jit import compiled
from buildsim.engine.kernel.prefetch import prefetch
from buildsim.network.network import I32, I64


@compiled()
def ask_on_fourth(
    activities: I32, edges: I32, orders: I64, state: I32, order_state: I64, event: int | np.int64
) -> None:
    """What an event is about."""
    kind, index = (event >> c.KIND_SHIFT) & c.KINDS, event & c.INDEX
    if kind == c.WORK_ENDS or kind == c.LOOK_AT or kind == c.WAKE:
        prefetch(state, index)
        prefetch(activities, index)
    elif kind == c.LINK_ARRIVES:
        prefetch(edges, index)
    elif kind == c.PLACE or kind == c.DELIVER:
        prefetch(orders, index)
        prefetch(order_state, index)


@compiled()
def ask_on_third(
    activities: I32, needs: I32, edges: I32, orders: I64, length: I64, lead: I64, quantity: I64, pools: I64,
    state: I32, event: int | np.int64,
) -> None:  # fmt: skip
    """What an activity has, what a link leads to, and who waits for an order."""
    kind, index = (event >> c.KIND_SHIFT) & c.KINDS, event & c.INDEX
    if kind == c.WORK_ENDS:
        prefetch(edges, activities[index, c.EDGES_MIDDLE])
        prefetch(edges, activities[index, c.EDGES_END])  # rows of a range may lie in two lines
        prefetch(needs, activities[index, c.NEEDS])
        prefetch(pools, activities[index, c.FIRST_POOL])
    elif kind == c.LOOK_AT or kind == c.WAKE:
        prefetch(length, activities[index, c.COLUMN])
        prefetch(edges, activities[index, c.EDGES])
        prefetch(needs, activities[index, c.NEEDS])
        prefetch(pools, activities[index, c.FIRST_POOL])
    elif kind == c.LINK_ARRIVES:
        prefetch(state, edges[index, c.SUCC])
        prefetch(activities, edges[index, c.SUCC])
    elif kind == c.PLACE:
        prefetch(lead, index)
        prefetch(quantity, index)
    elif kind == c.DELIVER:
        prefetch(state, orders[index, c.CONSUMER])
        prefetch(activities, orders[index, c.CONSUMER])


@compiled()
def ask_on_second(
    activities: I32, edges: I32, pool_classes: I64, length: I64, lag: I64, classes: I32, pools: I64, needs: I32,
    state: I32, event: int | np.int64,
) -> None:  # fmt: skip
    """Successors, and the classes that wait for what an activity holds."""
    kind, index = (event >> c.KIND_SHIFT) & c.KINDS, event & c.INDEX
    if kind == c.WORK_ENDS:
        for edge in range(activities[index, c.EDGES_MIDDLE], activities[index, c.EDGES_END]):
            prefetch(state, edges[edge, c.SUCC])
            prefetch(activities, edges[edge, c.SUCC])
            if edges[edge, c.LAG] != c.NO_LAG:
                prefetch(lag, edges[edge, c.LINK])
        pool = activities[index, c.FIRST_POOL]
        if pool >= 0 and pools[pool, c.WAITERS] > 0:
            for each in range(pool_classes[pool], pool_classes[pool + 1], 2):
                prefetch(classes, each)
    elif kind == c.LINK_ARRIVES:
        _ask_to_start(activities, needs, edges, length, pools, edges[index, c.SUCC])


@compiled()
def ask_on_first(activities: I32, needs: I32, edges: I32, length: I64, pools: I64, event: int | np.int64) -> None:
    """What successors need to start."""
    if (event >> c.KIND_SHIFT) & c.KINDS == c.WORK_ENDS:
        index = event & c.INDEX
        for edge in range(activities[index, c.EDGES_MIDDLE], activities[index, c.EDGES_END]):
            _ask_to_start(activities, needs, edges, length, pools, edges[edge, c.SUCC])


@compiled()
def _ask_to_start(activities: I32, needs: I32, edges: I32, length: I64, pools: I64, activity: int) -> None:
    prefetch(length, activities[activity, c.COLUMN])
    prefetch(edges, activities[activity, c.EDGES])
    prefetch(needs, activities[activity, c.NEEDS])
    prefetch(pools, activities[activity, c.FIRST_POOL])
