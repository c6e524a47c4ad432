"""Why the time before events passed, back to the events that caused them; for many events of a chunk at once."""

from __future__ import annotations

import numpy as np

from buildsim.analysis.chunk import Chunk
from buildsim.analysis.segments import Pieces
from buildsim.analysis.splits import wait_pieces, work_pieces
from buildsim.analysis.supply_labels import supply_pieces
from buildsim.network.codes import NONE, OWN_WORK, UNSET, StartCause
from buildsim.network.network import I64


def reasons(chunk: Chunk, point: I64, *, through_pools: bool = False) -> Pieces:
    """The stretches from the causes of events to the events, in the order of these, those of one in forward order.

    Where the causes end, one stretch goes back to wherever the path begins. With ``through_pools`` there is none, and a
    start for which another activity freed the units is preceded by that one's work.
    """
    row, event = np.divmod(point, chunk.events)
    activity, at_finish = event // 2, event % 2 == 1
    parts = [
        _before_finishes(chunk, row[at_finish], activity[at_finish]).part_of(np.flatnonzero(at_finish)),
        _before_starts(chunk, row[~at_finish], activity[~at_finish], through_pools).part_of(np.flatnonzero(~at_finish)),
    ]
    pieces = Pieces.joined(parts).in_order()
    return pieces.where(pieces.start != UNSET) if through_pools else pieces


def before_gates(chunk: Chunk, row: I64, activity: I64, cause: I64, index: I64, gate: I64) -> Pieces:
    """The stretches up to when gates of starts were met, at the ticks ``gate``.

    ``cause`` is a ``StartCause``, ``index`` the link or the order. Arguments are of one length; pieces of one gate are
    in forward order, but not side by side.
    """
    lookup, labels = chunk.lookup, chunk.lookup.labels
    link, order = np.flatnonzero(cause == StartCause.LINK), np.flatnonzero(cause == StartCause.ORDER)
    # an actual delivery may come before the date for which the order was planned
    placed = np.minimum(chunk.outcome.order_tick[row[order], index[order]], gate[order])
    placer = lookup.order_event[index[order]]
    dated, by_event = order[placer == NONE], order[placer != NONE]
    first = np.concatenate([lookup.link_event[index[link]], placer[placer != NONE]])
    last = np.concatenate([gate[link], placed[placer != NONE]])
    lagged = np.concatenate([link, by_event])
    parts = [
        _lags(chunk, activity[lagged], chunk.point(row[lagged], first), last).part_of(lagged),
        _back_to_origin(activity[dated], labels.order, placed[placer == NONE], index[dated]).part_of(dated),
        supply_pieces(chunk, row[order], index[order]).part_of(order),
    ]
    for kind, label in (
        (StartCause.DATE, labels.date),
        (StartCause.SITE_START, labels.site_start),
        (StartCause.ACTUAL, labels.actual),
    ):
        here = np.flatnonzero(cause == kind)
        of_each = label[activity[here]] if isinstance(label, np.ndarray) else label
        parts.append(_back_to_origin(activity[here], of_each, gate[here]).part_of(here))
    return Pieces.joined(parts)


def _before_finishes(chunk: Chunk, row: I64, activity: I64) -> Pieces:
    outcome = chunk.outcome
    finish = outcome.finish[row, activity]
    by_work = outcome.finish_cause[row, activity] == OWN_WORK
    work, link = np.flatnonzero(by_work), np.flatnonzero(~by_work)
    before = chunk.before[chunk.point(row[link], 2 * activity[link] + 1)]
    start = outcome.start[row[work], activity[work]]
    return Pieces.joined(
        [
            work_pieces(chunk, row[work], activity[work], start, finish[work]).part_of(work),
            _lags(chunk, activity[link], before, finish[link]).part_of(link),
        ]
    )


def _before_starts(chunk: Chunk, row: I64, activity: I64, through_pools: bool) -> Pieces:
    outcome = chunk.outcome
    since = outcome.ready[row, activity]
    if not through_pools:
        return Pieces.joined([_before_ready(chunk, row, activity), _waits(chunk, row, activity, since)])
    releaser = outcome.freed_by[row, activity]
    by_cause, freed = np.flatnonzero(releaser == NONE), np.flatnonzero(releaser != NONE)
    since = np.where(releaser == NONE, since, outcome.freed_at[row, activity])
    start = outcome.start[row[freed], releaser[freed]]
    return Pieces.joined(
        [
            _before_ready(chunk, row[by_cause], activity[by_cause]).part_of(by_cause),
            work_pieces(chunk, row[freed], releaser[freed], start, since[freed]).part_of(freed),
            _waits(chunk, row, activity, since),
        ]
    )


def _before_ready(chunk: Chunk, row: I64, activity: I64) -> Pieces:
    """Ready comes after the latest gate where the data date or an actual start held it (semantics 11)."""
    network, outcome = chunk.lookup.network, chunk.outcome
    cause, index = outcome.start_cause_kind[row, activity], outcome.start_cause[row, activity]
    ready = outcome.ready[row, activity]
    gate = ready.copy()
    link, order = cause == StartCause.LINK, cause == StartCause.ORDER
    gate[link] = chunk.arrivals(row[link], index[link])
    gate[order] = outcome.delivery[row[order], index[order]]
    gate = np.where(cause == StartCause.DATE, network.activities.not_before[activity], gate)
    gate = np.where(cause == StartCause.SITE_START, network.sites.start[network.activities.site[activity]], gate)
    # a lag that was drawn may contradict an actual start
    gate = np.minimum(gate, ready)
    held = Pieces.one_each(activity, chunk.lookup.labels.actual[activity], gate, ready)
    return Pieces.joined([before_gates(chunk, row, activity, cause, index, gate), held])


def _waits(chunk: Chunk, row: I64, activity: I64, since: I64) -> Pieces:
    whose, entry = chunk.waits(row, activity)
    ledger = chunk.outcome.ledger
    kept = ledger.end[entry] > since[whose]
    whose, entry = whose[kept], entry[kept]
    start = np.maximum(ledger.start[entry], since[whose])
    pieces = wait_pieces(chunk, row[whose], activity[whose], ledger.blocker[entry], start, ledger.end[entry])
    return pieces.part_of(whose)


def _lags(chunk: Chunk, activity: I64, before: I64, end: I64) -> Pieces:
    """From the events at points ``before`` to what follows them, named by the successor's stage."""
    label = chunk.lookup.labels.lag[activity]
    return Pieces.one_each(activity, label, chunk.tick[before], end, before % chunk.events // 2)


def _back_to_origin(activity: I64, label: I64 | int, end: I64, subject: I64 | int = NONE) -> Pieces:
    label, start = np.broadcast_to(label, activity.shape), np.full_like(activity, UNSET)
    return Pieces.one_each(activity, label, start, end, subject)
