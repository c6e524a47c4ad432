"""Counter-based streams of uniform random numbers: a stream per variable, a position per replication.

A stream is keyed by (seed, variable name, occurrence), and replication r owns the r-th number of it, whoever
asks and in whatever split (semantics 21). So adding a variable shifts no other variable's draws, and
replications can be computed anywhere with equal bits. The generator is Philox4x64 (Salmon et al. 2011).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.random import Philox
from scipy.special import ndtr, ndtri

from buildsim.distribution import U_MAX, U_MIN

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    KeyArray = npt.NDArray[np.uint64]

_WORDS_PER_BLOCK = 4  # Philox4x64 makes four 64-bit words per step of its counter


def uniforms(seed: int, name: str, occurrence: int, first: int, count: int) -> FloatArray:
    """Uniform numbers in (0, 1) for replications first .. first + count - 1; float64, shape (count,).

    `seed`, `occurrence` and `first` are integers from 0 to 2**64 - 1 (ValueError otherwise, and for a
    negative `count`). No result is ever 0 or 1: they are odd multiples of 2**-53.
    """
    numbers: FloatArray = uniform_rows(stream_keys(seed, [(name, occurrence)]), first, count)[0]
    return numbers


class Seeds(Protocol):
    """Gives each stream a seed of its own."""

    def of(self, name: str) -> int:
        """The seed of all occurrences of a name."""


Seed = int | Seeds
"""One for all streams, or one for each."""


def stream_keys(seed: Seed, streams: Iterable[tuple[str, int]]) -> KeyArray:
    """Keys of streams given as (name, occurrence), for `uniform_rows`; uint64, shape (streams, 2).

    ValueError for a `seed` or an occurrence outside 0 .. 2**64 - 1.
    """
    # The integers have a fixed width and come first, so no two streams share an encoding.
    digests = [
        blake2b(
            _word("seed", seed if isinstance(seed, int) else seed.of(name))
            + _word("occurrence", occurrence)
            + name.encode(),
            digest_size=16,
        ).digest()
        for name, occurrence in streams
    ]
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(len(digests), 2)


def uniform_rows(keys: KeyArray, first: int, count: int) -> FloatArray:
    """The numbers of several streams as in `uniforms`; float64, shape (streams, count)."""
    _word("first", first)
    if count < 0:
        raise ValueError(f"count must not be negative, got {count}")
    block, skipped = divmod(first, _WORDS_PER_BLOCK)
    # A new generator gathers entropy that a key makes useless, and takes longer than a chunk's words: one is set anew.
    generator = Philox(key=0)
    counter, buffer = np.array([block, 0, 0, 0], dtype=np.uint64), np.zeros(_WORDS_PER_BLOCK, dtype=np.uint64)
    words = np.empty((len(keys), count), dtype=np.uint64)
    for row, key in enumerate(keys):
        generator.state = {
            "bit_generator": "Philox",
            "state": {"counter": counter, "key": key},
            "buffer": buffer,
            "buffer_pos": _WORDS_PER_BLOCK,  # nothing is left of the step before
            "has_uint32": 0,
            "uinteger": 0,
        }
        words[row] = generator.random_raw(skipped + count)[skipped:]
    # 52 bits and a half step: 53 bits and a half would round up to 1 at the top.
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def correlated(u_own: FloatArray, u_factor: FloatArray, rho: float | FloatArray) -> FloatArray:
    """Uniform numbers tied to a common factor, through z = sqrt(rho) F + sqrt(1 - rho) e on the normal scale.

    `u_own` and `u_factor` are independent, of one shape, inside (0, 1); so is the result. Two variables with
    the same factor and `rho` (0 to 1, ValueError otherwise) have normal scores that correlate by `rho`,
    which is one number or broadcasts to that shape.
    """
    if not np.all((np.asarray(rho) >= 0) & (np.asarray(rho) <= 1)):
        raise ValueError(f"rho must lie between 0 and 1, got {rho}")
    z = np.sqrt(rho) * ndtri(u_factor) + np.sqrt(1 - rho) * ndtri(u_own)
    return np.clip(np.asarray(ndtr(z), dtype=np.float64), U_MIN, U_MAX)


def _word(argument: str, value: int) -> bytes:
    if not 0 <= value < 2**64:
        raise ValueError(f"{argument} must lie between 0 and 2**64 - 1, got {value}")
    return value.to_bytes(8, "little")
