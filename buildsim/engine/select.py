"""Which engine plays: the reference engine, or the compiled kernel if it is asked for and installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Literal

from buildsim.errors import InputError, Problem
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.samples import Samples

EngineName = Literal["auto", "reference", "kernel"]
Engine = Callable[[Network, Samples], Outcome]


def select(name: EngineName) -> tuple[EngineName, Engine]:
    """The name of the engine that plays, and its function; what it needs is imported only here.

    ``auto`` is the reference engine, which needs no compiler. Raises InputError if the kernel's compiler is not
    installed.
    """
    if name != "kernel":
        from buildsim.engine.reference.simulate import simulate as reference

        return "reference", reference
    if find_spec("numba") is None:
        message = "the kernel needs numba, which is not installed"
        raise InputError([Problem("--engine", 1, 1, "", message, "pip install 'buildsim[kernel]', or --engine auto")])
    from buildsim.engine.kernel.cache import use_own_cache

    use_own_cache()
    from buildsim.engine.kernel.simulate import simulate as kernel

    return "kernel", kernel
