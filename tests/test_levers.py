"""The Python face of bottlenecks says what the JSON says."""

from __future__ import annotations

from pathlib import Path

import pytest

import buildsim
from buildsim.errors import InputError, UnknownNameError

SCENARIO = """\
schema: 1
name: small
start: 2026-01-05
pools: {crane: {capacity: 1}}
supplies: {rack: {unit: rack, lead: "uniform(20, 60) days"}}
sites:
  north:
    activities:
      permit: {kind: permit, duration: "uniform(10, 50) days"}
      lift:
        duration: 10 days
        after: [permit]
        crew: {crane: 1}
        orders: {racks: {supply: rack, quantity: 1 rack}}
        milestone: first_gpu
  south:
    activities:
      lift: {duration: "uniform(20, 60) days", crew: {crane: 1}, milestone: first_gpu}
replications: 30
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> buildsim.Bottlenecks:
    file: Path = tmp_path_factory.mktemp("scenario") / "small.yaml"
    file.write_text(SCENARIO)
    return buildsim.bottlenecks(file, engine="reference")


def test_the_tables_are_the_json(found: buildsim.Bottlenecks) -> None:
    document = found.to_json()
    relief = found.relief
    mean = relief[relief["site"].isna()]
    assert mean["gain_days"].tolist() == pytest.approx(
        [each["gain_days"] for each in document["objective"]["relief"]], abs=1e-3
    )
    north = relief[relief["site"] == "north"]
    rows = document["sites"]["north"]["first_gpu"]["relief"]
    assert north["worse_share"].tolist() == pytest.approx([each["worse_share"] for each in rows], abs=1e-6)
    for side, bound in enumerate(("low", "high")):
        assert north[bound].tolist() == pytest.approx([each["ci95"][side] for each in rows], abs=1e-3)
    assert found.cascade["removed"].tolist() == [each["removed"] for each in document["cascade"]]
    assert dict(zip(found.shapley["constraint"], found.shapley["days"], strict=True)) == pytest.approx(
        document["shapley"]["parts"], abs=1e-3
    )
    assert found.shadow_prices["constraint"].tolist() == [each["name"] for each in document["shadow_prices"]]
    assert found.candidates["constraint"].tolist() == [each["name"] for each in document["candidates"]]
    assert len(found.pairs) == len(document["pairs"])


def test_parts_sum_to_the_whole_and_the_ladder_to_its_end(found: buildsim.Bottlenecks) -> None:
    result = found.result
    assert sum(result.shapley.shares.parts) == pytest.approx(result.shapley.shares.total)
    ladder = found.cascade
    assert result.cascade.start - ladder["gain_days"].sum() == pytest.approx(ladder["left_days"].iloc[-1])
    assert ladder["next"].isna().tolist()[-1]
    # all that can be removed is gone: what north's lift and south's take by themselves
    assert result.cascade.rest == ()
    assert (ladder["gain_days"] >= 0).all()


def test_the_mean_over_sites_is_the_mean_of_the_sites(found: buildsim.Bottlenecks) -> None:
    gains = found.relief.assign(site=found.relief["site"].fillna("mean")).pivot_table(
        index=["constraint", "step"], columns="site", values="gain_days"
    )
    assert gains["mean"].tolist() == pytest.approx(gains[["north", "south"]].mean(axis=1).tolist())


def test_the_report_and_the_pictures(found: buildsim.Bottlenecks) -> None:
    pytest.importorskip("altair")
    assert found.report(width=100).startswith("small: First GPU, mean of 2 sites; 30 replications, seed 1")
    assert repr(found) == "<Bottlenecks of small: first_gpu, 2 sites>"
    ladder = found.plot("ladder").to_dict()
    rows = next(iter(ladder["datasets"].values())) if "datasets" in ladder else ladder["layer"][0]["data"]["values"]
    assert [row["rung"] for row in rows][:1] == ["as planned"]
    assert rows[-1]["end"] == pytest.approx(found.cascade["left_days"].iloc[-1])
    with pytest.raises(UnknownNameError, match="did you mean ladder"):
        found.plot("lader")
    with pytest.raises(InputError, match="100 is refused"):
        found.plot("relief", width=100)


def test_changes_by_path(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SCENARIO)
    asked = {"site": "south", "engine": "reference", "replications": 5}
    changed = buildsim.bottlenecks(file, set={"pools.crane.capacity": 2}, **asked)
    assert len(changed.cascade) == 0
    assert len(buildsim.bottlenecks(file, most=1, **asked).candidates) == 1
