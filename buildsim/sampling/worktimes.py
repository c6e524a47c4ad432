"""Effective working time: each activity's calendar less the stop windows that hit it in one replication."""

from __future__ import annotations

from buildsim.network.network import Network
from buildsim.network.worktime import WorkTime
from buildsim.sampling.samples import Samples


def stopping(network: Network) -> list[tuple[int, ...]]:
    """The disruptions that stop each activity, lowest index first."""
    stops: list[list[int]] = [[] for _ in network.activities.name]
    table = network.disruptions
    for disruption in range(len(table.name)):
        for activity in table.stop_activity[table.stop_ptr[disruption] : table.stop_ptr[disruption + 1]].tolist():
            stops[activity].append(disruption)
    return [tuple(each) for each in stops]


def windows(samples: Samples, row: int, disruption: int) -> list[tuple[int, int]]:
    """The windows [start, end) of a disruption in a row of the chunk, sorted and disjoint."""
    first, last = samples.window_ptr[row, disruption : disruption + 2].tolist()
    return list(zip(samples.window_start[first:last].tolist(), samples.window_end[first:last].tolist(), strict=True))


def effective_worktimes(
    network: Network, samples: Samples, row: int, bare: list[WorkTime], stops: list[tuple[int, ...]]
) -> list[WorkTime]:
    """One working time per activity for a row of the chunk.

    ``bare`` holds the network's calendars and, last, the one around the clock (so index NONE finds it);
    ``stops`` comes from :func:`stopping`. Activities with the same calendar and stops share one object.
    """
    shared: dict[tuple[int, tuple[int, ...]], WorkTime] = {}
    result = []
    for calendar, disruptions in zip(network.activities.calendar.tolist(), stops, strict=True):
        key = (calendar, disruptions)
        if key not in shared:
            cuts = [window for disruption in disruptions for window in windows(samples, row, disruption)]
            shared[key] = bare[calendar].without(cuts) if cuts else bare[calendar]
        result.append(shared[key])
    return result


def bare_worktimes(network: Network) -> list[WorkTime]:
    """The network's calendars in order and, last, the one around the clock."""
    return [*(WorkTime.of(network.calendars, index) for index in range(len(network.calendars.name))), WorkTime()]
