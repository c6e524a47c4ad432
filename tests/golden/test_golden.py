"""Golden cases: small networks with hand-computed starts, finishes, causes, ledger and path, one per rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from buildsim.analysis.blocked import blocked_at_horizon
from buildsim.analysis.chunk import Chunk
from buildsim.analysis.path import driving_path
from buildsim.analysis.resource_chain import resource_chain
from buildsim.analysis.segments import segments
from buildsim.analysis.supply_labels import supply_pieces
from buildsim.compile.compile import compile_network
from buildsim.engine.reference.simulate import simulate
from buildsim.loading.project import load_scenario
from buildsim.network.codes import (
    CALENDAR_BLOCKER,
    LIMIT_MAX_STOCK,
    LIMIT_OWN_CAPACITY,
    LOT_UNPLAYED,
    NONE,
    OWN_WORK,
    StartCause,
)
from buildsim.network.network import Network
from buildsim.sampling.draw import draw, planned

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.yaml"))
TICKS = {"minutes": 1, "hours": 60, "days": 1440}


class Played:
    """One golden case, played once, in the units of its expectation."""

    def __init__(self, folder: Path) -> None:
        self.expected: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text())
        self.network: Network = compile_network(load_scenario(folder / "scenario.yaml")).network
        is_planned = self.expected.get("samples") == "planned"
        self.samples = planned(self.network) if is_planned else draw(self.network, seed=1, first=0, count=1)
        self.outcome = simulate(self.network, self.samples)
        self.ticks = TICKS[self.expected.get("unit", "days")]
        names = self.network.sites.name
        self.prefix = f"{names[0]}/" if len(names) == 1 else ""

    def short(self, name: str) -> str:
        return name.removeprefix(self.prefix)

    def activity(self, index: int) -> str:
        return self.short(self.network.activities.name[index])

    def time(self, tick: int) -> Any:
        if tick == NONE:
            return "none"
        return tick / self.ticks if tick % self.ticks else tick // self.ticks

    @property
    def milestone(self) -> int:
        site = self.network.sites.name.index(self.expected.get("site", self.network.sites.name[0]))
        return next(row for row, each in enumerate(self.network.milestones.site.tolist()) if each == site)

    def link(self, index: int) -> str:
        return f"link {self.activity(int(self.network.links.pred[index]))}"

    def start_cause(self, activity: int) -> str:
        index = int(self.outcome.start_cause[0, activity])
        match StartCause(int(self.outcome.start_cause_kind[0, activity])):
            case StartCause.LINK:
                return self.link(index)
            case StartCause.ORDER:
                return f"order {self.short(self.network.orders.name[index])}"
            case other:
                return other.name.lower().replace("_", " ")

    def facts(self, activity: int) -> dict[str, Any]:
        out = self.outcome
        found = {
            "ready": self.time(int(out.ready[0, activity])),
            "start": self.time(int(out.start[0, activity])),
            "end": self.time(int(out.end_of_work[0, activity])),
            "finish": self.time(int(out.finish[0, activity])),
            "crew": int(out.crew[0, activity]),
        }
        if found["ready"] != "none":
            found["cause"] = self.start_cause(activity)
        cause = int(out.finish_cause[0, activity])
        found["finish_cause"] = "own work" if cause == OWN_WORK else self.link(cause)
        freed_by = int(out.freed_by[0, activity])
        if freed_by != NONE:
            found |= {"freed_by": self.activity(freed_by), "freed_at": self.time(int(out.freed_at[0, activity]))}
        return found

    def ledger(self) -> list[list[Any]]:
        rows = self.outcome.ledger
        named = []
        for row in range(len(rows)):
            activity, blocker = int(rows.activity[row]), int(rows.blocker[row])
            calendar = int(self.network.activities.calendar[activity])
            label = (
                f"calendar {self.network.calendars.name[calendar]}"
                if blocker == CALENDAR_BLOCKER
                else f"pool {self.network.pools.name[blocker]}"
            )
            named.append(
                [self.activity(activity), self.time(int(rows.start[row])), self.time(int(rows.end[row])), label]
            )
        return named

    def segments(self, segments: list[Any]) -> list[list[Any]]:
        """Segments as [kind:name, start, end], equal neighbours joined, in the case's unit."""
        joined: list[list[Any]] = []
        for segment in segments:
            label = f"{segment.kind}:{segment.name}"
            if joined and joined[-1][0] == label:
                joined[-1][2] = segment.end
            else:
                joined.append([label, segment.start, segment.end])
        return [[label, self.time(start), self.time(end)] for label, start, end in joined]


@pytest.fixture(params=CASES, ids=lambda folder: folder.name, scope="module")
def played(request: pytest.FixtureRequest) -> Played:
    return Played(request.param)


def test_times_and_causes(played: Played) -> None:
    for name, expected in played.expected["activities"].items():
        index = [played.short(each) for each in played.network.activities.name].index(name)
        found = played.facts(index)
        assert {key: found.get(key) for key in expected} == expected, name
        assert ("freed_by" in found) == ("freed_by" in expected), name
        if "crew" not in expected:
            assert found["crew"] == 0, name
        if "finish_cause" not in expected:
            assert found["finish_cause"] == "own work", name


def test_ledger(played: Played) -> None:
    assert played.ledger() == played.expected["ledger"]


def test_driving_path(played: Played) -> None:
    path = driving_path(Chunk.of(played.network, played.samples, played.outcome), 0, played.milestone)
    assert played.segments(path) == played.expected["path"]


def test_resource_chain(played: Played) -> None:
    chain = resource_chain(Chunk.of(played.network, played.samples, played.outcome), 0, played.milestone)
    # without grants on its way a chain is the driving path less the segment that closes it
    own = list(played.expected["path"])
    if own and own[0][0].startswith(("constraint:", "actual:")):
        del own[0]
    assert played.segments(chain) == played.expected.get("resource_chain", own)


def test_lot_limits(played: Played) -> None:
    table = played.network.supplies
    for name, expected in played.expected.get("lots", {}).items():
        supply = table.name.index(name)
        first = int(table.lot_ptr[supply])
        limits = played.outcome.lot_limit[0, first : first + len(expected)].tolist()
        inputs = table.input_supply[table.input_ptr[supply] : table.input_ptr[supply + 1]].tolist()
        words = {LIMIT_OWN_CAPACITY: "own capacity", LIMIT_MAX_STOCK: "max stock", LOT_UNPLAYED: "not played"}
        words |= {position: f"input {table.name[each]}" for position, each in enumerate(inputs)}
        assert [words[limit] for limit in limits] == expected, name


def test_units_that_lots_started(played: Played) -> None:
    table = played.network.supplies
    for name, expected in played.expected.get("started", {}).items():
        first = int(table.lot_ptr[table.name.index(name)])
        assert played.outcome.lot_started[0, first : first + len(expected)].tolist() == expected, name


def test_waits_for_orders(played: Played) -> None:
    chunk = Chunk.of(played.network, played.samples, played.outcome)
    for name, expected in played.expected.get("order_waits", {}).items():
        order = [played.short(each) for each in played.network.orders.name].index(name)
        pieces = supply_pieces(chunk, np.array([0]), np.array([order]))
        found = segments(pieces, chunk.lookup.labels, int(played.outcome.order_tick[0, order]))
        assert played.segments(found) == expected, name


def test_what_stands_at_the_horizon(played: Played) -> None:
    reached = played.outcome.finish[0, played.network.milestones.activity[played.milestone]] != NONE
    assert reached == ("blocked" not in played.expected)
    if not reached:
        found = blocked_at_horizon(Chunk.of(played.network, played.samples, played.outcome), 0, played.milestone)
        assert found == played.expected["blocked"]


def test_every_rule_has_a_case() -> None:
    rules = " ".join(
        yaml.safe_load((folder / "expected.yaml").read_text())["rule"].partition(":")[0] for folder in CASES
    )
    assert {int(word) for word in rules.split() if word.isdigit()} == set(range(1, 24))
