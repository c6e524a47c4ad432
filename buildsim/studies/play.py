"""Replications of a network, chunk by chunk: while an engine plays one chunk, the next ones are drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from buildsim.engine.select import Engine
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import Sampler
from buildsim.sampling.samples import Samples

CHUNK_BYTES = 2**26
"""Room for a chunk's samples and outcome; results do not depend on it."""
AHEAD = 2
"""Chunks that are drawn while one is played, each on a thread of its own: to draw takes as long as to play."""
LARGEST_CHUNK = 256
"""Replications of the smallest networks in a chunk, so that progress is seen."""

Drawn = TypeVar("Drawn")

Progress = Callable[[int, int], None]
"""Called with (replications done, replications asked for or expected)."""


def chunk_size(network: Network) -> int:
    """Replications drawn and played at a time."""
    activities, orders, lots = len(network.activities), len(network.orders), int(network.supplies.lot_ptr[-1])
    columns = int(network.activities.column_ptr[-1])
    # arrays of samples and of the outcome, 8 bytes each: lengths and bases, ties and ten fields, lags, and so on
    numbers = 2 * columns + 12 * activities + len(network.links) + 6 * orders + 4 * lots
    return max(1, min(LARGEST_CHUNK, CHUNK_BYTES // (8 * numbers + 1)))


def play(
    sampler: Sampler, count: int, simulate: Engine, progress: Progress | None = None, *, first: int = 0
) -> Iterator[tuple[Samples, Outcome]]:
    """So many replications from number ``first`` on, chunk by chunk: as they were drawn, and what came of it."""
    for samples in drawn_ahead(sampler.draw, chunk_size(sampler.network), count, first=first):
        yield samples, simulate(sampler.network, samples)
        if progress is not None:
            progress(samples.first + len(samples) - first, count)


def drawn_ahead(draw: Callable[[int, int], Drawn], size: int, count: int, *, first: int = 0) -> Iterator[Drawn]:
    """What ``draw(first, count)`` gives for chunks of ``size``, while the next ones are being drawn."""
    end = first + count
    with ThreadPoolExecutor(AHEAD) as drawers:

        def drawn(begin: int) -> Future[Drawn]:
            return drawers.submit(draw, begin, min(size, end - begin))

        begins = iter(range(first, end, size))
        ahead = deque(drawn(begin) for begin in islice(begins, AHEAD))
        while ahead:
            chunk = ahead.popleft().result()
            ahead.extend(drawn(begin) for begin in islice(begins, 1))
            yield chunk


def part_of(progress: Progress | None, number: int, parts: int) -> Progress | None:
    """The progress of one of several runs of the same length, by its number from 0, as a part of them all."""
    return None if progress is None else lambda done, count: progress(number * count + done, parts * count)
