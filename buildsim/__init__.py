"""buildsim: a data-center buildout supply-chain bottleneck simulator.

    import buildsim

    study = buildsim.run("quickstart", replications=200)
    print(study.milestones[["site", "milestone", "p50", "p80"]])

What is named here is imported when it is first used, so that `import buildsim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from buildsim.comparisons import Comparison, compare
    from buildsim.drivers import Sensitivity, sensitivity
    from buildsim.errors import BuildsimError, InputError, Problem, UnknownNameError
    from buildsim.inventory import Catalog, catalog, catalogs, scenarios, sites, sources
    from buildsim.levels import Level, level
    from buildsim.levers import Bottlenecks, bottlenecks
    from buildsim.order_dates import OrderDates, order_by
    from buildsim.statuses import Status
    from buildsim.study import Study, check, load, on_site, run
    from buildsim.sweeping import Sweep, load_sweep, sweep
    from buildsim.what_ifs import WhatIf, what_if

_HOME = {
    "Bottlenecks": "buildsim.levers",
    "BuildsimError": "buildsim.errors",
    "Catalog": "buildsim.inventory",
    "Comparison": "buildsim.comparisons",
    "InputError": "buildsim.errors",
    "Level": "buildsim.levels",
    "OrderDates": "buildsim.order_dates",
    "Problem": "buildsim.errors",
    "Sensitivity": "buildsim.drivers",
    "Status": "buildsim.statuses",
    "Study": "buildsim.study",
    "Sweep": "buildsim.sweeping",
    "UnknownNameError": "buildsim.errors",
    "WhatIf": "buildsim.what_ifs",
    "bottlenecks": "buildsim.levers",
    "catalog": "buildsim.inventory",
    "catalogs": "buildsim.inventory",
    "check": "buildsim.study",
    "compare": "buildsim.comparisons",
    "level": "buildsim.levels",
    "load": "buildsim.study",
    "load_sweep": "buildsim.sweeping",
    "on_site": "buildsim.study",
    "order_by": "buildsim.order_dates",
    "run": "buildsim.study",
    "scenarios": "buildsim.inventory",
    "sensitivity": "buildsim.drivers",
    "sites": "buildsim.inventory",
    "sources": "buildsim.inventory",
    "sweep": "buildsim.sweeping",
    "what_if": "buildsim.what_ifs",
}

__all__ = [
    "Bottlenecks",
    "BuildsimError",
    "Catalog",
    "Comparison",
    "InputError",
    "Level",
    "OrderDates",
    "Problem",
    "Sensitivity",
    "Status",
    "Study",
    "Sweep",
    "UnknownNameError",
    "WhatIf",
    "bottlenecks",
    "catalog",
    "catalogs",
    "check",
    "compare",
    "level",
    "load",
    "load_sweep",
    "on_site",
    "order_by",
    "run",
    "scenarios",
    "sensitivity",
    "sites",
    "sources",
    "sweep",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'buildsim' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
