"""What drives a milestone, whichever way it is asked: of the uncertain inputs, or of values at paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from buildsim.engine.select import EngineName
from buildsim.errors import InputError, Problem
from buildsim.studies.influence import Sensitivity
from buildsim.studies.options import check_options, check_workers
from buildsim.studies.play import Progress
from buildsim.studies.sensitivity import MOST, sensitivity
from buildsim.studies.store import require_pyarrow


def ask(
    ref: str | Path,
    method: str = "rank",
    *,
    ranges: Mapping[str, tuple[Any, Any]] | None = None,
    samples: int | None = None,
    workers: int | None = None,
    site: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    overrides: Sequence[tuple[str, Any]] = (),
    variant: str | None = None,
    most: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """What drives a milestone: of the uncertain inputs, or of the values at paths if ``ranges`` are given.

    Raises as `sensitivity` and `path_sensitivity`, and InputError for options that say nothing there.
    """
    check_options(replications, seed, engine, None)
    check_workers(workers, None)
    common: dict[str, Any] = {
        "site": site,
        "milestone": milestone,
        "replications": replications,
        "seed": seed,
        "engine": engine,
        "progress": progress,
    }
    if not ranges:
        _refuse_in_vain({"samples": samples, "workers": workers}, "paths that are varied")
        told = MOST if most is None else most
        return sensitivity(ref, method, overrides=overrides, variant=variant, most=told, **common)
    require_pyarrow(Path("--path"))
    from buildsim.sweeps.paths import path_sensitivity

    vain = {"set": tuple(overrides) or None, "variant": variant, "most": most}
    _refuse_in_vain(vain, "a scenario as its files have it, whose paths are all told of")
    return path_sensitivity(ref, method, ranges, samples=samples, workers=workers, **common)


def _refuse_in_vain(options: Mapping[str, Any], expected: str) -> None:
    if given := [name for name, value in options.items() if value is not None]:
        raise InputError([Problem(name, 1, 1, "", "it says nothing here", expected) for name in given])
