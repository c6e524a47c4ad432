"""What the market asks of each production line against what it can make, quarter by quarter, as planned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.quarters import Quarters, capacity, demand
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.network.codes import SupplyKind
from buildsim.sampling.draw import planned

COLUMNS = ("supply", "unit", "quarter", "capacity", "demand")


def market_table(scenario: str | Path, overrides: Sequence[tuple[str, Any]] = ()) -> pd.DataFrame:
    """A row per production line of a scenario and calendar quarter, with `COLUMNS`.

    ``capacity`` is what the line could start, dated disruptions included, and ``demand`` what is ordered of it by the
    market and the sites and, for an input, through the products that it goes into; both in units, as planned. The
    backlog at the start is not in the demand. Raises InputError as `run_scenario` does.
    """
    project = load_scenario(scenario, overrides)
    network = compile_network(project).network
    samples, quarters = planned(network), Quarters.of(network)
    able, asked = capacity(network, samples, quarters), demand(network, samples, quarters)
    rows = []
    for index, block in enumerate(project.blocks.supplies.values()):
        if network.supplies.kind[index] != SupplyKind.LINE:
            continue
        grain = block.body.grain
        for q, quarter in enumerate(quarters.name):
            amounts = able[index, q] / grain, asked[index, q] / grain
            rows.append((block.name, block.body.unit, quarter, *amounts))
    return pd.DataFrame(rows, columns=list(COLUMNS))
