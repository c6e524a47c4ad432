"""Which engine plays: the reference engine, or the compiled kernel, which gives the same outcomes sooner.

The kernel has to be loaded, and the first time of all compiled. ``auto`` takes it only if the reference engine would
need longer than that; the kernel's own playing, a hundredth of the reference engine's, does not decide.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from importlib.util import find_spec
from typing import Any, Literal

from buildsim.errors import InputError, Problem
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

EngineName = Literal["auto", "reference", "kernel"]
Engine = Callable[[Network, Samples], Outcome]

ACTIVITY_SECONDS, LOT_SECONDS = 0.7e-3, 10e-6
"""What the reference engine needs for an activity and for a lot: so chosen that their sum is right within a factor of
about two for each shipped scenario."""
LOAD_SECONDS = 0.5
"""What it takes to load a kernel that is compiled already."""
COMPILE_SECONDS = 30.0
"""What it takes to compile it. All are as ``benchmarks/engines.py`` prints them for one processor of a small server; on
a faster one all shrink together, so that the choice stays about right."""

KERNEL = "buildsim.engine.kernel.simulate"

_log = logging.getLogger(__name__)


def reference_seconds(network: Network, replications: int) -> float:
    """About how long the reference engine would play, by which ``auto`` chooses."""
    lots = int(network.supplies.lot_ptr[-1])
    return replications * (ACTIVITY_SECONDS * len(network.activities) + LOT_SECONDS * lots)


def select(name: EngineName, seconds: float = 0.0, threads: int | None = None) -> tuple[EngineName, Engine]:
    """The name of the engine that plays, and its function; what it needs is imported only here.

    ``seconds`` are the `reference_seconds` of all that is to be played; the kernel uses as many ``threads``, as a
    default one for each processor. A kernel that has to be compiled first is announced to the log. Raises InputError
    if the kernel is asked for and cannot be had.
    """
    if name == "kernel":
        return "kernel", _kernel(threads)
    if name == "auto" and _kernel_is_sooner(seconds):
        with suppress(InputError):
            return "kernel", _kernel(threads)
    from buildsim.engine.reference.simulate import simulate

    return "reference", simulate


def _kernel_is_sooner(seconds: float) -> bool:
    if seconds <= LOAD_SECONDS or find_spec("numba") is None:
        return False
    if KERNEL in sys.modules or seconds > LOAD_SECONDS + COMPILE_SECONDS:
        return True
    from buildsim.engine.kernel.cache import is_compiled

    return is_compiled()


def _kernel(threads: int | None) -> Engine:
    if find_spec("numba") is None:
        raise _refused("numba, which is not installed", "pip install 'buildsim[kernel]', or --engine auto")
    from buildsim.engine.kernel.cache import open_cache

    try:
        cache = open_cache()
    except OSError:
        message = "a folder for compiled code, and not even a temporary one can be written"
        raise _refused(message, "NUMBA_CACHE_DIR or TMPDIR that names one, or --engine reference") from None
    if not cache.compiled and KERNEL not in sys.modules:
        how_often = "for this run alone, since no cache folder can be written" if cache.kept is None else "once"
        # a warning, since those are shown wherever nobody has set up a log
        _log.warning("note: compiling the kernel, %s (about %.0f s)", how_often, COMPILE_SECONDS)
    from buildsim.engine.kernel.simulate import simulate

    play = simulate if threads is None else partial(simulate, threads=threads)
    if cache.compiled:
        return play

    @wraps(simulate)
    def keeping(*arguments: Any, **options: Any) -> Outcome:
        outcome = play(*arguments, **options)
        cache.publish()
        return outcome

    return keeping


def _refused(needs: str, expected: str) -> InputError:
    return InputError([Problem("--engine", 1, 1, "", f"the kernel needs {needs}", expected)])
