"""Writes docs/market.md, how the shipped queues behave and what drives them: `python benchmarks/market.py`.

Takes some minutes on the compiled kernel. Nothing here is fitted: facts of `tests/data/kept_aside.csv` are only set
beside what comes out. The table of demand against capacity is also kept in full as docs/market.csv. The parts on
people and building times are in construction.py.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from beside import AS_OF, REPLICATIONS, ROOT, kept_aside, spread, stated, verdict
from blocks import table
from construction import construction_part

import buildsim
from buildsim.analysis.quarters import Quarters, finished, used
from buildsim.compile.compile import compile_network
from buildsim.datafiles import shipped
from buildsim.distribution import Distribution
from buildsim.engine.select import select
from buildsim.loading.project import CatalogFile, load_file, load_scenario
from buildsim.quantity import parse_number
from buildsim.sampling.draw import draw
from buildsim.studies.market import market_table

PAGE, TABLE = ROOT / "docs" / "market.md", ROOT / "docs" / "market.csv"
CATALOGS = shipped("catalogs")
YEAR, WEEK = 365.25, 7.0
"""Days of the units in which lead times are stated."""


@dataclass(frozen=True, slots=True)
class LeadTime:
    """A kept-aside lead time, and the orders that answer to it in a scenario that starts some months before."""

    fact: str
    supply: str
    start: str
    orders: tuple[str, ...]
    unit: float
    why: str
    """Why the model deviates, empty where it does not."""


@dataclass(frozen=True, slots=True)
class Output:
    """A kept-aside amount: units finished in some quarters, or in stock at the end of the last of them."""

    fact: str
    supplies: tuple[str, ...]
    quarters: tuple[str, ...]
    why: str
    stock: bool = False


@dataclass(frozen=True, slots=True)
class SoldOut:
    """A kept-aside statement that a maker had sold everything, with the quarters that it was about."""

    fact: str
    supply: str
    start: str
    quarters: tuple[str, ...]
    why: str


WHY = {
    "h100-2023": "backlog and demand lie between the quotes of two server makers, which contradict each other",
    "h100-2024": "orders cancelled in early 2024 are not in it: demand only stops",
    "blackwell": "an order that is not filled within four quarters is withdrawn, which caps every wait",
    "optics-2025": "buyers with and without an allocation stand in one queue; lasers made meet the modules sold",
    "ge": "backlog and reservations of early 2025 over the output then announced",
    "others": "output is general knowledge, reservations are not published, and backlogs before 2026 are rebuilt",
    "aero": "data centers' orders of 2025 are counted nowhere; only the growth of all orders is",
    "step-up": "the backlog is rebuilt from lead times before 2025",
    "b200": "CoWoS-L of early 2025 at 16 packages a wafer gives no more",
    "stock": "boards for other servers take most of what NVL72 racks leave, and fewer packages are made than reported",
    "optics-2026": "EML lasers and their 12 weeks are the limit",
    "sold": "makers sell by contract a year ahead; here products take what they can use",
}
H100_2023 = tuple(f"2023-{month:02}-01" for month in (8, 9, 10, 11, 12))
EARLY_2025 = ("2025-02-15", "2025-04-15", "2025-06-15")
LATE_2024 = ("2024-10-15", "2024-11-15", "2024-12-15")
LEAD_TIMES = (
    LeadTime("AL-001", "hgx-h100", "2023-07-01", H100_2023, WEEK, WHY["h100-2023"]),
    LeadTime("AL-003", "hgx-h100", "2023-07-01", ("2024-01-15", "2024-02-15", "2024-03-15"), WEEK, WHY["h100-2024"]),
    LeadTime("AL-005", "hgx-h100", "2023-07-01", ("2024-04-15", "2024-05-15", "2024-06-15"), WEEK, WHY["h100-2024"]),
    LeadTime("AL-006", "gb200-nvl72", "2024-03-01", LATE_2024, WEEK, WHY["blackwell"]),
    LeadTime("OL-008", "transceiver-800g", "2024-07-01", ("2025-03-15", "2025-09-15"), WEEK, WHY["optics-2025"]),
    LeadTime("PWR-GT-026", "frame-turbine-ge", "2024-09-01", EARLY_2025, YEAR, WHY["ge"]),
    LeadTime("PWR-GT-027", "frame-turbine-ge", "2024-09-01", ("2025-12-09",), YEAR, ""),
    LeadTime("PWR-GT-028", "frame-turbine-ge", "2026-01-05", ("2026-06-15",), YEAR, ""),
    LeadTime("PWR-GT-036", "frame-turbine-siemens", "2025-07-01", ("2026-02-01",), YEAR, WHY["others"]),
    LeadTime("PWR-GT-040", "frame-turbine-mitsubishi", "2024-09-01", ("2025-03-15", "2025-09-15"), YEAR, WHY["others"]),
    LeadTime("PWR-AD-003", "aeroderivative-turbine", "2025-01-01", ("2025-10-28",), YEAR, WHY["aero"]),
    LeadTime("PWR-TR-008", "large-power-transformer", "2024-09-01", ("2025-06-30",), WEEK, ""),
    LeadTime("PWR-TR-009", "large-power-transformer", "2025-07-01", ("2026-05-15",), WEEK, ""),
    LeadTime("PWR-TR-014", "step-up-transformer", "2025-07-01", ("2026-03-01",), WEEK, WHY["step-up"]),
)
BLACKWELL, NVL72 = ("b200-package", "b300-package"), ("gb200-nvl72", "gb300-nvl72")
OF_2025 = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
OUTPUTS = (
    Output("AU-016", BLACKWELL, ("2025Q1",), WHY["b200"]),
    Output("RU-006", NVL72, OF_2025, ""),
    Output("RU-009", NVL72, ("2025Q3",), ""),
    Output("RU-024", BLACKWELL, OF_2025, WHY["stock"], stock=True),
    Output("OS-007", ("transceiver-800g",), ("2026Q1", "2026Q2", "2026Q3", "2026Q4"), WHY["optics-2026"]),
)
OUTPUT_START = "2024-03-01"
SOLD_OUT = (
    SoldOut("HP-008", "hbm3e-hynix", "2024-03-01", ("2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3"), WHY["sold"]),
    SoldOut("HP-009", "hbm3e-micron", "2025-01-01", ("2026Q1", "2026Q2", "2026Q3", "2026Q4"), WHY["sold"]),
    SoldOut("HP-010", "hbm3e-hynix", "2025-01-01", ("2026Q1", "2026Q2", "2026Q3", "2026Q4"), WHY["sold"]),
    SoldOut("CP-014", "cowos-l", "2025-01-01", ("2026Q1", "2026Q2", "2026Q3", "2026Q4"), WHY["sold"]),
)
SWINGS = (0.8, 1.0, 1.2)
SWING_ORDERS = (
    "hgx-b200",
    "gb300-nvl72",
    "transceiver-800g",
    "frame-turbine-ge",
    "frame-turbine-siemens",
    "aeroderivative-turbine",
    "large-power-transformer",
    "step-up-transformer",
)
SWING_START, SWING_DATE = "2026-01-05", "2026-06-15"
SWING_SCENARIOS, SWING_MILESTONES = ("us-2024", "us-2026"), ("first_gpu", "full_capacity")

INTRODUCTION = f"""\
# The market in the catalogs

What comes out of the shipped queues, what is asked of them, and how much hangs on it. `python benchmarks/market.py`
writes this page with {REPLICATIONS} replications of each run, on the facts known by {AS_OF}. Lead times here are
outcomes: an order of one unit by somebody without a share stands in the queue behind the backlog and the market, and
arrives when it is its turn.
"""

LEAD_TEXT = """\
## Lead times against facts that were kept aside

`tests/data/kept_aside.csv` names facts that no catalog may use; a test refuses them. Power equipment was filled without
a look at what its queues would give. For chips that is not so: whoever filled them knew these figures, and played the
queues several times, so read agreement there as plausible, not as a proof.
"""

OUTPUT_TEXT = f"""\
## What was made

The same for amounts: packages, racks and modules that reach the stock in a quarter, or lie in it. The run begins on
{OUTPUT_START}.
"""

SOLD_OUT_TEXT = """\
## Sold out

Lines push, so HBM and CoWoS have no queue of orders of their own; whoever buys racks waits for them. To be sold out
means here that the products have taken all that there was. The share that they had taken, by the end of each quarter,
of the stock at the start and all that was made since:
"""

DEMAND_TEXT = f"""\
## Demand against capacity

Demand of each production line by quarter in percent of what it could start, as planned (`docs/market.csv` has both
numbers, in units). For an input it is what its products are asked for, through their needs and yields, whether or not
another input lets them be made. The backlog comes on top. Above 100 a queue grows. Facts as known by {AS_OF}; sites'
orders are not in it.
"""

SWING_TEXT = f"""\
## If the market asks for a fifth more or less

Demand of all markets times 0.8 and 1.2, from the start of the run on; the backlog stays. Lead time of an order of
{SWING_DATE} (median, days), by somebody without a share.
"""

SHARES_TEXT = """\
Medians of the sites' milestones, for the owner and for a newcomer without a share in the owner's place. They hardly
move: goods are ordered at the decision to build, and these buildings, feeds and plants take longer than the queues. The
market drives what an order costs in time, and so who could still order late; it does not drive these campuses.
"""


def probe(folder: Path, start: str, orders: Iterable[tuple[str, str]], years: int = 9) -> Path:
    """A scenario of one site whose activities each order one unit of a supply on a date."""
    activities: dict[str, Any] = {}
    units = {name: block["unit"] for catalog in CATALOGS for name, block in raw_supplies(catalog).items()}
    for supply, day in orders:
        order = {"supply": supply, "quantity": f"1 {units[supply]}", "place": day}
        activities[f"{supply}-{day}"] = {"orders": {"o": order}, "milestone": f"{supply}-{day}"}
    activities = activities or {"watch": {"duration": f"{years} years"}}  # a run ends with its last activity
    scenario = {
        "schema": 1,
        "name": "probe",
        "start": start,
        "as_of": AS_OF,
        "horizon": f"{years} years",
        "catalogs": CATALOGS,
        "sites": {"probe": {"activities": activities}},
    }
    file = folder / f"probe-{start}-{len(activities)}.yaml"
    file.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    return file


@cache
def raw_supplies(catalog: str) -> dict[str, Any]:
    """The supplies of a catalog as its file has them."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "catalogs" / f"{catalog}.yaml").read_text(encoding="utf-8"))
    return found.get("supplies", {})


def waits(
    folder: Path, start: str, orders: Sequence[tuple[str, str]], overrides: dict[str, Any] | None = None
) -> dict[tuple[str, str], Any]:
    """Days from order to delivery of each order, an array over replications, infinite where not delivered."""
    study = buildsim.run(probe(folder, start, orders), replications=REPLICATIONS, engine="kernel", set=overrides)
    found = {}
    for supply, day in orders:
        rows = study.finishes.query("milestone == @name", local_dict={"name": f"{supply}-{day}"})
        placed = (date.fromisoformat(day) - date.fromisoformat(start)).days
        found[supply, day] = np.where(rows["reached"], rows["days"], np.inf) - placed
    return found


def lead_part(folder: Path) -> list[str]:
    """The table of lead times."""
    by_start: dict[str, list[tuple[str, str]]] = {}
    for each in LEAD_TIMES:
        by_start.setdefault(each.start, []).extend((each.supply, day) for day in each.orders)
    days = {start: waits(folder, start, orders) for start, orders in by_start.items()}
    rows = []
    for each in LEAD_TIMES:
        found = np.concatenate([days[each.start][each.supply, day] for day in each.orders]) / each.unit
        low, mid, high = spread(found)
        claim = stated(each.fact)
        ordered = each.orders[0] if len(each.orders) == 1 else f"{each.orders[0]} to {each.orders[-1]}"
        unit = "years" if each.unit == YEAR else "weeks"
        rows.append(
            (
                each.fact,
                f"`{each.supply}`, {ordered}",
                f"{claim[0]:g}–{claim[1]:g}–{claim[2]:g} {unit}",
                f"{low:.1f}–{mid:.1f}–{high:.1f}",
                verdict(mid, claim[0], claim[2]),
                each.why,
            )
        )
    header = ("fact", "order", "kept aside", "P10–P50–P90", "median", "why it deviates")
    return [LEAD_TEXT, table(header, rows)]


def output_part(folder: Path) -> list[str]:
    """The tables of what was made, and of what was sold out."""
    names, quarters, made, _, stock = played(folder, OUTPUT_START)
    rows = []
    for each in OUTPUTS:
        claimed = stated(each.fact)
        columns = [quarters.index(quarter) for quarter in each.quarters]
        index = [names.index(name) for name in each.supplies]
        found = float(stock[index, columns[-1]].sum() if each.stock else made[np.ix_(index, columns)].sum())
        span = each.quarters[0] if len(each.quarters) == 1 else f"{each.quarters[0]} to {each.quarters[-1]}"
        names_of = ", ".join(f"`{name}`" for name in each.supplies)
        what = f"{names_of} in stock, end of {each.quarters[-1]}" if each.stock else f"{names_of}, {span}"
        claim = "–".join(f"{value:,.0f}" for value in dict.fromkeys(claimed))
        rows.append((each.fact, what, claim, f"{found:,.0f}", verdict(found, claimed[0], claimed[2]), each.why))
    header = ("fact", "what", "kept aside", "mean", "against it", "why it deviates")
    lines = [OUTPUT_TEXT, table(header, rows)]

    sold = []
    for said in SOLD_OUT:
        names, quarters, _, taken, stock = played(folder, said.start)
        supply = names.index(said.supply)
        ends = [quarters.index(quarter) for quarter in said.quarters]
        there = stock[supply] + np.cumsum(taken[supply])
        shares = [
            f"{quarter} {100 * taken[supply, : q + 1].sum() / there[q]:.0f} %"
            for quarter, q in zip(said.quarters, ends, strict=True)
        ]
        fact = kept_aside()[said.fact]
        words = f"{fact['quantity']} ({fact['as_of']})"
        sold.append((said.fact, words, f"`{said.supply}`", ", ".join(shares), said.why))
    return [
        *lines,
        SOLD_OUT_TEXT,
        table(("fact", "said", "supply", "taken", "why it deviates"), sold),
    ]


@cache
def played(folder: Path, start: str) -> tuple[list[str], list[str], Any, Any, Any]:
    """Supplies, quarters, and by both: what was made, what products took, and what lies between, in units."""
    project = load_scenario(probe(folder, start, (), years=4))
    network = compile_network(project).network
    _, simulate = select("kernel")
    samples = draw(network, 1, 0, REPLICATIONS)
    outcome = simulate(network, samples)
    quarters = Quarters.of(network)
    grain = np.array([block.body.grain for block in project.blocks.supplies.values()], dtype=float)[:, np.newaxis]
    made = finished(network, samples, outcome, quarters) / grain
    taken = used(network, outcome, quarters) / grain
    stock = network.supplies.initial_stock[:, np.newaxis] / grain + np.cumsum(made - taken, axis=1)
    return list(network.supplies.name), list(quarters.name), made, taken, stock


def demand_part(folder: Path) -> list[str]:
    """The table of demand in percent of capacity; both numbers go to the CSV file."""
    file = probe(folder, "2023-07-01", (), years=6)
    found = market_table(file)
    found = found[found["quarter"] <= "2028Q4"]
    found.round({"capacity": 2, "demand": 2}).to_csv(TABLE, index=False, lineterminator="\n")
    found = found.assign(percent=100 * found["demand"] / found["capacity"].where(found["capacity"] > 0))
    wide = found.pivot(index="supply", columns="quarter", values="percent").reindex(found["supply"].unique())
    header = ("supply", *(f"{name[2:4]}Q{name[-1]}" for name in wide.columns))
    rows = [(f"`{name}`", *("" if np.isnan(v) else f"{v:.0f}" for v in row)) for name, row in wide.iterrows()]
    return [DEMAND_TEXT, table(header, rows)]


def scaled(factor: float) -> dict[str, Any]:
    """Overrides that multiply the demand of every market."""
    found = {}
    for catalog in CATALOGS:
        loaded = load_file(ROOT / "catalogs" / f"{catalog}.yaml")
        assert isinstance(loaded, CatalogFile)
        for name, supply in loaded.catalog.supplies.items():
            if supply.market is None or supply.market.demand is None:
                continue
            stated = supply.market.uncertainty
            law = (stated[-1].value if stated else parse_number(1)).distribution.scaled(factor)
            found[f"catalogs.{catalog}.supplies.{name}.market.uncertainty"] = text_of(law)
    return found


def text_of(law: Distribution) -> str:
    """A distribution as the files write it."""
    return f"{law.kind}({', '.join(f'{value:g}' for value in law.params)})"


def swing_part(folder: Path) -> list[str]:
    """The tables of what a fifth more or less demand changes."""
    orders = [(supply, SWING_DATE) for supply in SWING_ORDERS]
    found = {factor: waits(folder, SWING_START, orders, scaled(factor)) for factor in SWINGS}
    leads = [
        (f"`{supply}`", *(f"{np.median(found[factor][supply, day]):.0f}" for factor in SWINGS))
        for supply, day in orders
    ]
    lines = [SWING_TEXT, table(("order", "-20 %", "as stated", "+20 %"), leads)]
    rows = [row for scenario in SWING_SCENARIOS for row in swing_of_sites(scenario)]
    header = ("scenario", "site", "milestone", "owner", "-20 %", "as stated", "+20 %")
    return [*lines, SHARES_TEXT, table(header, rows)]


def swing_of_sites(scenario: str) -> list[tuple[str, ...]]:
    """Medians of each site's milestones, for its owner and for a newcomer in the owner's place."""
    project = load_scenario(scenario)
    medians: dict[tuple[str, str, str], list[str]] = {}
    for owner in ("its own", "a newcomer"):
        strangers = {f"sites.{site}.owner": f"newcomer-{site}" for site in project.sites if owner == "a newcomer"}
        for factor in SWINGS:
            demand = {path: value for path, value in scaled(factor).items() if path.split(".")[1] in project.catalogs}
            study = buildsim.run(scenario, replications=REPLICATIONS, engine="kernel", set={**demand, **strangers})
            for found in study.milestones[study.milestones["milestone"].isin(SWING_MILESTONES)].itertuples():
                medians.setdefault((found.site, found.milestone, owner), []).append(day_of(found.p50))
    return [(f"`{scenario}`", *key, *medians[key]) for key in sorted(medians)]


def day_of(value: Any) -> str:
    """A date, or that it lies beyond the horizon."""
    return "> horizon" if pd.isna(value) else str(value)[:10]


def main() -> int:
    """Write the page and the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [
            lead_part(folder),
            output_part(folder),
            construction_part(folder),
            demand_part(folder),
            swing_part(folder),
        ]
    text = "\n".join([INTRODUCTION, *(line for part in parts for line in part)])
    PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)} and {TABLE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
