"""How the work and the waits of activities divide between themselves, their risks and their stops (semantics 5, 22)."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.open_time import ends_of
from buildsim.analysis.ranges import ranges
from buildsim.analysis.segments import Pieces
from buildsim.network.codes import NONE, UNSET
from buildsim.network.network import F64, I64
from buildsim.sampling.worktimes import windows


def work_pieces(chunk: Chunk, row: I64, activity: I64, start: I64, end: I64) -> Pieces:
    """Stretches of work [start, end): own category, then each struck risk, less the ticks of stops.

    All arguments are of one length; the pieces are in the order of these, those of one in forward order.
    """
    own = Pieces.one_each(activity, chunk.lookup.labels.own[activity], start, end)
    return _without_stops(chunk, row, _with_risks(chunk, row, own))


def wait_pieces(chunk: Chunk, row: I64, activity: I64, blocker: I64, start: I64, end: I64) -> Pieces:
    """Waits [start, end) of the ledger: their pools or calendars, less the ticks of stops; otherwise as above."""
    label = chunk.lookup.labels.calendar[activity]
    for_pool = blocker >= 0
    label[for_pool] = chunk.lookup.labels.pool[blocker[for_pool]]
    subject = np.where(for_pool, blocker, NONE)
    return _without_stops(chunk, row, Pieces.one_each(activity, label, start, end, subject))


def stopped_by(chunk: Chunk, row: int, activity: int, tick: int) -> int:
    """The disruption in whose stop window ``tick`` lies, the lowest index where several, or NONE."""
    stops = chunk.lookup.stops
    stop = stops.striker[stops.ptr[activity] : stops.ptr[activity + 1]]
    rows, ticks = np.full_like(stop, row), np.full_like(stop, tick)
    hits, _ = chunk.windows(rows, stop, ticks, ticks + 1)
    return int(stop[hits].min(initial=len(chunk.lookup.network.disruptions.name))) if len(hits) else NONE


def _with_risks(chunk: Chunk, row: I64, own: Pieces) -> Pieces:
    """Stretches of work with the shares of struck risks; there is one stretch for each position.

    Risks take their shares in their order: the i-th one has the working time that it added to the duration
    stretched by those before it.
    """
    network, samples, risks = chunk.lookup.network, chunk.samples, chunk.lookup.risks
    whose, at = ranges(risks.ptr[own.activity], risks.ptr[own.activity + 1])
    risk = risks.striker[at]
    struck = samples.risk_struck[row[whose], risk]
    # a finished activity lasted as long as its dates say, whatever was drawn for it
    struck &= network.activities.actual_finish[own.activity[whose]] == UNSET
    whose, risk = whose[struck], risk[struck]
    if not len(whose):
        return own
    base, day = _base(chunk, row, own.activity), network.activities.day_scale[own.activity]
    factor, added = np.ones(len(row)), np.zeros(len(row))
    label, since = own.label.copy(), own.start.copy()
    rank = np.arange(len(whose)) - np.searchsorted(whose, whose)
    parts = []
    for nth in range(int(rank.max()) + 1):
        here, by = whose[rank == nth], risk[rank == nth]
        amount = np.floor(np.maximum(base[here] * factor[here] + added[here], 0.0) + 0.5).astype(np.int64)
        # a risk that shortens has no share, and rounding must not leave a tick beyond either end
        cut = _effective_ends(chunk, row[here], own.activity[here], own.start[here], amount)
        cut = np.minimum(np.maximum(cut, since[here]), own.end[here])
        parts.append(own._replace(label=label, start=since).where(here)._replace(end=cut))
        label[here], since[here] = chunk.lookup.labels.risk[by], cut
        factor[here] *= samples.risk_factor[row[here], by]
        added[here] += samples.risk_days[row[here], by] * day[here]
    pieces = Pieces.joined([*parts, own._replace(label=label, start=since)])
    return pieces.where(pieces.end > pieces.start).in_order()


def _base(chunk: Chunk, row: I64, activity: I64) -> F64:
    """Working ticks of activities, with the crews they had, before any risk."""
    activities = chunk.lookup.network.activities
    crew = np.maximum(chunk.outcome.crew[row, activity] - activities.mold_min[activity], 0)
    column = activities.column_ptr[activity] + np.where(activities.mold_pool[activity] != NONE, crew, 0)
    base: F64 = chunk.samples.base[row, column]
    return base


def _effective_ends(chunk: Chunk, row: I64, activity: I64, start: I64, ticks: I64) -> I64:
    """One tick after so many working ticks from ``start`` on, of which there are none while stops last."""
    lookup = chunk.lookup
    calendar = lookup.network.activities.calendar[activity]
    ends = ends_of(lookup.network.calendars, calendar, start, ticks)
    whose, at = ranges(lookup.stops.ptr[activity], lookup.stops.ptr[activity + 1])
    hits, _ = chunk.windows(row[whose], lookup.stops.striker[at], start[whose], ends[whose])
    for i in np.unique(whose[hits]).tolist():
        stops = lookup.stops.striker[at[whose == i]].tolist()
        cuts = [window for stop in stops for window in windows(chunk.samples, int(row[i]), stop)]
        ends[i] = lookup.bare(int(calendar[i])).without(cuts).end_of(int(start[i]), int(ticks[i]))
    return ends


def _without_stops(chunk: Chunk, row: I64, pieces: Pieces) -> Pieces:
    """The pieces cut at the edges of stop windows, with the ticks inside them given to the lowest disruption.

    ``row`` is that of what the pieces are parts of.
    """
    stops, samples = chunk.lookup.stops, chunk.samples
    piece, at = ranges(stops.ptr[pieces.activity], stops.ptr[pieces.activity + 1])
    hits, window = chunk.windows(row[pieces.whose[piece]], stops.striker[at], pieces.start[piece], pieces.end[piece])
    if not len(hits):
        return pieces
    piece, stop = piece[hits], stops.striker[at[hits]]
    # a place is a tick of a piece: of pieces laid end to end, each in as much room as the longest takes
    length = pieces.end - pieces.start
    room = int(length.max()) + 1
    touched = np.unique(piece)
    first = piece * room + np.maximum(samples.window_start[window] - pieces.start[piece], 0)
    last = piece * room + np.minimum(samples.window_end[window] - pieces.start[piece], length[piece])
    places = np.unique(np.concatenate([touched * room, touched * room + length[touched], first, last]))
    by = np.full(len(places), len(chunk.lookup.network.disruptions.name))
    inside, place = ranges(np.searchsorted(places, first), np.searchsorted(places, last))
    np.minimum.at(by, place, stop[inside])
    cut, offset = np.divmod(places, room)
    end = pieces.start[cut[1:]] + offset[1:]
    here = np.flatnonzero(cut[1:] == cut[:-1])
    by, cut = by[here], cut[here]
    parts = pieces.where(cut)._replace(start=pieces.start[cut] + offset[here], end=end[here])
    stopped = by < len(chunk.lookup.network.disruptions.name)
    parts.label[stopped], parts.subject[stopped] = chunk.lookup.labels.disruption[by[stopped]], NONE
    whole = np.ones(len(pieces.whose), dtype=np.bool_)
    whole[touched] = False
    order = np.argsort(np.concatenate([np.flatnonzero(whole), cut]), kind="stable")
    return Pieces.joined([pieces.where(whole), parts]).where(order)
