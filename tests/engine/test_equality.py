"""Two engines, one meaning: every field of the outcome equal, on random networks that use every feature."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from buildsim.compile.compile import compile_network
from buildsim.datafiles import shipped
from buildsim.engine.reference.draws import row_of
from buildsim.engine.reference.plan import unpack
from buildsim.engine.reference.replication import Replication
from buildsim.engine.select import EngineName, select
from buildsim.errors import InputError
from buildsim.loading.project import load_scenario
from buildsim.network.codes import NONE, OWN_WORK, TICKS_PER_DAY, UNSET, StartCause
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import draw
from buildsim.studies.answer import answer_of, to_document
from buildsim.studies.order_items import Dated, Item
from buildsim.studies.run import run_scenario

from .conftest import scenarios

ENGINES: tuple[EngineName, EngineName] = ("reference", "kernel")
reference, kernel = (select(name)[1] for name in ENGINES)

OF_ACTIVITIES = (
    "ready",
    "start",
    "end_of_work",
    "finish",
    "start_cause_kind",
    "start_cause",
    "finish_cause",
    "crew",
    "freed_by",
    "freed_at",
)
OF_ORDERS = ("order_tick", "delivery", "order_lot", "order_open")
OF_LEDGER = ("replication", "activity", "start", "end", "blocker")
GOLDEN = sorted(Path(__file__).parents[1].glob("golden/*/scenario.yaml"))


def differences(network: Network, one: Outcome, other: Outcome) -> str:
    """Empty if all is equal; else the first differing activity in order of time, with both its records."""
    odd = np.zeros(one.ready.shape, dtype=bool)
    for field in OF_ACTIVITIES:
        odd |= getattr(one, field) != getattr(other, field)
    if odd.any():
        rows, activities = np.nonzero(odd)
        earliest = np.where(one.ready[odd] < 0, np.iinfo(np.int64).max, one.ready[odd])
        first = int(np.argmin(earliest))
        row, activity = int(rows[first]), int(activities[first])
        return f"replication {row}, {network.activities.name[activity]}:\n" + "\n".join(
            f"  {label}: {_record(network, outcome, row, activity)}"
            for label, outcome in (("one", one), ("other", other))
        )
    for field in OF_ORDERS:
        unequal = np.argwhere(getattr(one, field) != getattr(other, field))
        if len(unequal):
            row, order = unequal[0].tolist()
            values = getattr(one, field)[row, order], getattr(other, field)[row, order]
            return f"replication {row}, order {network.orders.name[order]}: {field} {values[0]} and {values[1]}"
    if not np.array_equal(one.lot_limit, other.lot_limit):
        return f"lot limits differ first at {np.argwhere(one.lot_limit != other.lot_limit)[0].tolist()}"
    if not np.array_equal(one.lot_started, other.lot_started):
        return f"started lots differ first at {np.argwhere(one.lot_started != other.lot_started)[0].tolist()}"
    for field in OF_LEDGER:
        if not np.array_equal(getattr(one.ledger, field), getattr(other.ledger, field)):
            return f"the ledgers differ in {field}: {len(one.ledger)} and {len(other.ledger)} rows"
    return ""


def _record(network: Network, outcome: Outcome, row: int, activity: int) -> str:
    values = {field: int(getattr(outcome, field)[row, activity]) for field in OF_ACTIVITIES}
    kind = values.pop("start_cause_kind")
    cause = values.pop("start_cause")
    words = "none" if kind < 0 else StartCause(kind).name
    if words == "LINK":
        words += f" from {network.activities.name[network.links.pred[cause]]}"
    if words == "ORDER":
        words += f" {network.orders.name[cause]}"
    stretched = values.pop("finish_cause")
    own = "own work" if stretched == OWN_WORK else f"link from {network.activities.name[network.links.pred[stretched]]}"
    return f"start cause {words}, finish cause {own}, {values}"


def assert_equal(network: Network, seed: int, replications: int) -> None:
    samples = draw(network, seed, 0, replications)
    found = differences(network, reference(network, samples), kernel(network, samples))
    assert not found, found


Compile = Callable[[dict[str, Any]], Network]
ON_RANDOM_NETWORKS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(ON_RANDOM_NETWORKS, max_examples=400)
@given(document=scenarios())
def test_engines_agree_on_random_networks(compiled: Compile, document: dict[str, Any]) -> None:
    assert_equal(compiled(document), 1, 2)


@settings(ON_RANDOM_NETWORKS, max_examples=100)
@given(document=scenarios(), day=st.integers(-10, 30))
def test_engines_agree_on_orders_of_another_date(compiled: Compile, document: dict[str, Any], day: int) -> None:
    network = compiled(document)
    rows = np.flatnonzero((network.orders.consumer != NONE) & (network.orders.delivered == UNSET))
    if len(rows) == 0:
        reject()
    supply = int(network.orders.supply[rows[-1]])
    item = Item(0, supply, rows[network.orders.supply[rows] == supply])
    dated = Dated(network, item, day * TICKS_PER_DAY).network
    assert_equal(dated, 1, 2)
    samples = draw(network, 1, 0, 2)
    placed = reference(dated, samples).order_tick[:, item.orders]
    # a replication ends with its last activity, before an order for an absent branch may be placed
    assert set(placed.ravel().tolist()) <= {day * TICKS_PER_DAY, UNSET}


@pytest.mark.slow
@settings(ON_RANDOM_NETWORKS, max_examples=10_000)
@given(document=scenarios())
def test_engines_agree_on_ten_thousand_random_networks(compiled: Compile, document: dict[str, Any]) -> None:
    assert_equal(compiled(document), 2, 2)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.parent.name)
def test_engines_agree_on_golden_cases(file: Path) -> None:
    assert_equal(compile_network(load_scenario(file)).network, 1, 3)


def test_engines_agree_on_no_replications() -> None:
    assert_equal(compile_network(load_scenario(GOLDEN[0])).network, 1, 0)


@pytest.mark.parametrize("name", shipped("scenarios"))
def test_engines_agree_on_shipped_scenarios(name: str) -> None:
    network = compile_network(load_scenario(name)).network
    # about as much work for the reference engine in each, and the largest of them not for minutes
    assert_equal(network, 1, min(50, max(2, 6_000 // len(network.activities.name))))


@settings(ON_RANDOM_NETWORKS, max_examples=25)
@given(document=scenarios())
def test_playing_every_instant_changes_nothing(compiled: Compile, document: dict[str, Any]) -> None:
    try:
        network = compiled(document | {"horizon": "12 days"})
    except InputError:
        reject()  # an order that no line can fill within so short a horizon
    plan, samples = unpack(network), draw(network, 3, 0, 1)
    plain, busy = (Replication(plan, row_of(plan, samples, 0)) for _ in range(2))
    busy.play_also_at(range(network.horizon + 1))
    plain.run()
    busy.run()
    for field in (*OF_ACTIVITIES, "orders.delivery", "pools.ledger", "market.lot_limit", "market.lot_started"):
        found = []
        for replication in (plain, busy):
            value: Any = replication
            for name in field.split("."):
                value = getattr(value, name)
            found.append(value)
        assert found[0] == found[1], field


@pytest.mark.parametrize("name", ["quickstart", "us-2024"])
def test_json_is_equal_but_for_the_engines_name(name: str) -> None:
    documents = [to_document(answer_of(run_scenario(name, replications=20, engine=each))) for each in ENGINES]
    assert [document.pop("engine") for document in documents] == list(ENGINES)
    assert documents[0] == documents[1]
