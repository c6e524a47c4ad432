"""How the work and the waits of an activity divide between itself, its risks and its stops (semantics 5, 22)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from math import floor
from operator import itemgetter

from buildsim.analysis.lookup import Lookup
from buildsim.analysis.replication import Replication
from buildsim.analysis.segments import Segment
from buildsim.network.codes import NONE, UNSET


def work_segments(lookup: Lookup, run: Replication, activity: int, start: int, end: int) -> list[Segment]:
    """Work [start, end) in forward order: its own category, then each struck risk, less the ticks of stops.

    Risks take their shares in their order: the i-th one has the working time that it added to the duration
    stretched by those before it.
    """
    own = Segment(activity, *lookup.category(activity), start, end)
    struck = [risk for risk in lookup.risks.get(activity, ()) if run.risk_struck[risk]]
    # a finished activity lasted as long as its dates say, whatever was drawn for it
    if not struck or lookup.network.activities.actual_finish[activity] != UNSET:
        return _without_stops(lookup, run, own)
    amounts = _amounts(lookup, run, activity, struck)
    windows = [window for stop in lookup.stops.get(activity, ()) for window in run.windows[stop]]
    time = lookup.bare(int(lookup.network.activities.calendar[activity]))
    effective = time.without(windows) if windows else time
    pieces = [own]
    for risk, amount in zip(struck, amounts, strict=True):
        # a risk that shortens has no share, and rounding must not leave a tick beyond either end
        cut = min(max(effective.end_of(start, floor(amount + 0.5)), pieces[-1].start), end)
        pieces[-1] = replace(pieces[-1], end=cut)
        pieces.append(Segment(activity, "risk", lookup.network.risks.name[risk], cut, end))
    return [part for piece in pieces if piece.ticks for part in _without_stops(lookup, run, piece)]


def wait_segments(lookup: Lookup, run: Replication, activity: int, blocker: int, start: int, end: int) -> list[Segment]:
    """A wait [start, end) of the ledger in forward order: its pool or calendar, less the ticks of stops."""
    if blocker >= 0:
        wait = Segment(activity, "pool", lookup.network.pools.name[blocker], start, end, blocker)
    else:
        wait = Segment(activity, "calendar", lookup.calendar_name(activity), start, end)
    return _without_stops(lookup, run, wait)


def stopped_by(lookup: Lookup, run: Replication, activity: int, tick: int) -> int:
    """The disruption in whose stop window ``tick`` lies, the lowest index where several, or NONE."""
    for stop in lookup.stops.get(activity, ()):
        # the windows of a disruption are sorted and disjoint
        at = bisect_right(run.windows[stop], tick, key=itemgetter(0)) - 1
        if at >= 0 and tick < run.windows[stop][at][1]:
            return stop
    return NONE


def _amounts(lookup: Lookup, run: Replication, activity: int, struck: list[int]) -> list[float]:
    """Working ticks before each struck risk: the base first, then what the risks so far made of it."""
    activities = lookup.network.activities
    column = int(activities.column_ptr[activity])
    if activities.mold_pool[activity] != NONE:
        column += max(run.crew[activity] - int(activities.mold_min[activity]), 0)
    base, day = float(run.base[column]), float(activities.day_scale[activity])
    factor, added = 1.0, 0.0
    amounts = []
    for risk in struck:
        amounts.append(max(base * factor + added, 0.0))
        factor *= run.risk_factor[risk]
        added += run.risk_days[risk] * day
    return amounts


def _without_stops(lookup: Lookup, run: Replication, segment: Segment) -> list[Segment]:
    """The segment cut at the edges of stop windows, with the ticks inside them given to their disruption."""
    stops = lookup.stops.get(segment.activity)
    if stops is None:
        return [segment]
    edges = {
        min(max(edge, segment.start), segment.end)
        for stop in stops
        for window in run.windows[stop]
        if window[0] < segment.end and window[1] > segment.start
        for edge in window
    }
    parts = []
    for start, end in pairwise(sorted({segment.start, segment.end} | edges)):
        stop = stopped_by(lookup, run, segment.activity, start)
        if stop == NONE:
            parts.append(replace(segment, start=start, end=end))
        else:
            name = lookup.network.disruptions.name[stop]
            parts.append(Segment(segment.activity, "disruption", name, start, end))
    return parts
