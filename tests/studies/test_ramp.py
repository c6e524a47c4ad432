"""What is online when: small halls by hand, percentiles and chances against their definitions, any split of chunks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import binomtest

import buildsim
from buildsim.analysis.chunk import Chunk
from buildsim.compile.compile import compile_network
from buildsim.engine.reference.simulate import simulate
from buildsim.errors import InputError, UnknownNameError
from buildsim.loading.project import load_scenario
from buildsim.sampling.draw import draw, planned
from buildsim.studies.detail import ALL_SITES, Subject
from buildsim.studies.ramp import MEASURES, ONLINE_COLUMNS, PERCENTS, RampDetail, ramp_table

SCENARIO = """\
schema: 1
name: halls
start: 2026-01-01
horizon: 200 days
seed: 3
replications: 200
supplies:
  fast: {unit: rack, it: 100 kW IT, gpus: 10 gpu, h100e: 20 H100e, lead: 0 days}
  bare: {unit: rack, it: 100 kW IT, gpus: 10 gpu, lead: 0 days}
sites:
  north:
    use: {rack: fast}
    phases:
      p:
        halls:
          blocks:
            racks: 40 rack
            facility: 6 MW facility
            activities:
              block: {duration: 10 days, orders: {racks: {supply: rack, quantity: 10 rack}}}
              block-accept: {stage: acceptance, duration: 5 days, after: [block]}
              rest: {duration: 20 days, after: [block], orders: {racks: {supply: rack, quantity: 30 rack}}}
              accept: {stage: acceptance, duration: "uniform(0, 40) days", after: [rest, block-accept]}
              cleaning: {duration: 30 days, after: [accept]}
          leased:
            it: 2 MW IT
            activities:
              wiring: {duration: 60 days}
              handover: {duration: 5 days, after: [wiring]}
  south:
    use: {rack: bare}
    phases:
      p:
        halls:
          tent:
            gpus: 50 gpu
            activities:
              racks: {duration: 30 days, orders: {racks: {supply: rack, quantity: 1 rack per rack}}}
              test: {duration: 10 days, after: [racks], retest: {probability: 1, passes: 3}}
  office:
    activities: {desks: {duration: 3 days}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ramp") / "halls.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture(scope="module")
def study(file: Path) -> buildsim.Study:
    return buildsim.run(file, details=True)


def test_halls_come_online_in_the_steps_in_which_their_racks_are_accepted(study):
    found = study.online
    assert list(found.columns) == list(ONLINE_COLUMNS)
    first = found[found["replication"] == 0].set_index(["hall", "step"])
    worth = {place: tuple(row) for place, row in first[list(MEASURES)].fillna(-1).iterrows()}
    assert worth == {
        ("p/blocks", "block-accept"): (1, 1.5, 100, 200),
        ("p/blocks", "accept"): (3, 4.5, 300, 600),
        ("p/leased", "handover"): (2, -1, 200, 400),
        ("p/tent", "test"): (0.5, -1, 50, -1),
    }
    dates = first["date"]
    assert dates["p/blocks", "block-accept"] == pd.Timestamp("2026-01-15")
    assert pd.Timestamp("2026-01-30") <= dates["p/blocks", "accept"] <= pd.Timestamp("2026-03-11")
    assert dates["p/leased", "handover"] == pd.Timestamp("2026-03-06")  # the 65th day
    assert dates["p/tent", "test"] == pd.Timestamp("2026-03-01")  # 30 days, and three tests of ten


def test_amounts_are_summed_in_each_replication_and_then_ordered(study):
    ramp, online = study.ramp, study.online
    accepted = online[online["step"] == "accept"]["date"]
    feb = ramp[(ramp["site"] == "north") & (ramp["date"] == pd.Timestamp("2026-02-28"))].iloc[0]
    mw = np.sort(np.where(accepted <= pd.Timestamp("2026-02-28"), 4.0, 1.0))
    assert [feb["mw_p10"], feb["mw_p50"], feb["mw_p90"]] == [mw[19], mw[99], mw[179]]
    assert feb["mw_p10"] == 1.0
    assert feb["mw_p90"] == 4.0
    last = ramp[ramp["date"] == ramp["date"].max()].set_index("site")
    assert last["mw_p50"].to_dict() == {"north": 6.0, "south": 0.5, ALL_SITES: 6.5}
    assert last["gpus_p10"].to_dict() == {"north": 600.0, "south": 50.0, ALL_SITES: 650.0}


def test_what_is_not_known_is_missing_from_the_month_on_in_which_it_is_online(study):
    every = study.ramp[study.ramp["site"] == ALL_SITES].set_index("date")
    assert every["h100e_p50"].notna().tolist() == [True, True, False]  # the tent in March
    assert every["facility_mw_p50"].iloc[:2].tolist() == [1.5, every["mw_p50"].iloc[1] * 1.5]
    assert every["facility_mw_p50"].isna().iloc[2]
    assert study.ramp[study.ramp["site"] == "north"]["h100e_p90"].tolist()[-1] == 1200


def test_the_chance_is_the_share_of_replications_with_its_exact_interval(study):
    online = study.online
    by = date(2026, 2, 19)  # half of a uniform(30, 70)
    count = int((online[online["step"] == "accept"]["date"] <= pd.Timestamp(by)).sum())
    found = study.chance("4 MW IT", by, "north")
    assert found.probability == count / 200
    exact = binomtest(count, 200).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))
    assert found.low < 0.5 < found.high
    assert study.chance("4.001 MW IT", by, "north").probability == 0
    assert study.chance("4000 kW IT", by).probability == found.probability
    assert study.chance("4MW", by).probability == found.probability
    assert study.chance("0.4 kgpu", by).probability == found.probability
    never = study.chance("900 H100e", by, "north")
    assert (never.probability, never.low) == (0, 0)
    assert never.high == pytest.approx(1 - 0.025 ** (1 / 200))


@pytest.mark.parametrize("unit", ["H100e", "MW facility"])
def test_there_is_no_chance_of_what_is_not_known(study, unit):
    study.chance(f"1 {unit}", date(2026, 2, 28))
    with pytest.raises(InputError, match=r"is not known: of .*bare"):
        study.chance(f"1 {unit}", date(2026, 3, 31))


def test_bad_questions_are_refused(study):
    with pytest.raises(InputError, match=r"'MWh' is not a unit|is not a unit"):
        study.chance("100 MWh", date(2026, 3, 31))
    with pytest.raises(InputError, match="is in days"):
        study.chance("100 days", date(2026, 3, 31))
    with pytest.raises(InputError, match="is random"):
        study.chance("pert(1, 2, 3) MW IT", date(2026, 3, 31))
    with pytest.raises(InputError, match="has no meaning"):
        study.chance("1 gpu per rack", date(2026, 3, 31))
    with pytest.raises(UnknownNameError, match="no site with halls called 'office'"):
        study.chance("1 MW IT", date(2026, 3, 31), "office")


def test_what_was_online_before_counts_from_its_date(tmp_path: Path):
    text = SCENARIO.replace(
        "    use: {rack: fast}\n",
        """\
    use: {rack: fast}
    start: 2025-10-01
    actuals:
      activities:
        p/leased/wiring: {start: 2025-10-01, finish: 2025-11-30}
        p/leased/handover: {start: 2025-12-01, finish: 2025-12-10}
""",
    )
    (tmp_path / "halls.yaml").write_text(text)
    study = buildsim.run(tmp_path / "halls.yaml", replications=40, details=True)
    leased = study.online[study.online["step"] == "handover"]
    assert set(leased["date"]) == {pd.Timestamp("2025-12-10")}
    north = study.ramp[study.ramp["site"] == "north"]
    assert north.iloc[0][["date", "mw_p10", "mw_p90"]].tolist() == [pd.Timestamp("2025-12-31"), 2, 2]


def test_what_the_horizon_cuts_off_is_not_online(tmp_path: Path):
    (tmp_path / "halls.yaml").write_text(SCENARIO.replace("horizon: 200 days", "horizon: 50 days"))
    study = buildsim.run(tmp_path / "halls.yaml", details=True)
    assert study.online[study.online["step"] == "test"]["date"].isna().all()
    share = study.online[study.online["step"] == "accept"]["date"].notna().mean()
    assert 0.3 < share < 0.7
    assert study.chance("4 MW IT", date(2026, 2, 19), "north").probability == share


def test_a_block_whose_acceptance_is_left_out_waits_for_that_of_the_hall(tmp_path: Path):
    text = SCENARIO.replace(
        "stage: acceptance, duration: 5 days,", "stage: acceptance, duration: 5 days, branch: test,"
    )
    text = text.replace("    use: {rack: fast}\n", "    use: {rack: fast}\n    branches: {test: {probability: 0}}\n")
    (tmp_path / "halls.yaml").write_text(text)
    online = buildsim.run(tmp_path / "halls.yaml", replications=20, details=True).online
    dates = online[online["hall"] == "p/blocks"].pivot(index="replication", columns="step", values="date")
    assert (dates["block-accept"] == dates["accept"]).all()


def test_any_split_of_the_replications_gives_the_same_tables(file: Path):
    project = load_scenario(file)
    network = compile_network(project).network
    plan = planned(network)
    subject = Subject(project, network, plan, simulate(network, plan))

    def tables(*splits: tuple[int, int]) -> dict[str, pd.DataFrame]:
        detail = RampDetail(subject)
        for first, count in splits:
            samples = draw(network, 3, first, count)
            detail.add(Chunk.of(network, samples, simulate(network, samples)))
        return dict(detail.tables())

    whole, parts = tables((0, 12)), tables((5, 6), (0, 5), (11, 1))
    for name in ("online", "ramp"):
        assert_frame_equal(parts[name], whole[name])
    with pytest.raises(ValueError, match="added twice"):
        tables((0, 2), (0, 2))


def test_the_kept_table_makes_the_same_ramp(study):
    assert_frame_equal(ramp_table(study.online, date(2026, 1, 1)), study.ramp)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),  # replication
        st.sampled_from(["a", "b"]),
        st.one_of(st.none(), st.dates(date(2025, 11, 1), date(2026, 6, 30))),
        st.one_of(st.just(float("nan")), st.floats(0, 1000).map(lambda x: round(x, 6))),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=50, deadline=None)
@given(rows=ROWS)
def test_the_ramp_is_what_its_definition_says(rows):
    online = pd.DataFrame(rows, columns=["replication", "site", "date", "mw"])
    online["date"] = pd.to_datetime(online["date"]).astype("datetime64[ms]")
    online = online.assign(facility_mw=0.0, gpus=0.0, h100e=0.0)
    count = online["replication"].nunique()
    for _, row in ramp_table(online, date(2026, 1, 1)).iterrows():
        theirs = online if row["site"] == ALL_SITES else online[online["site"] == row["site"]]
        then = theirs[theirs["date"] <= row["date"]]
        sums = sorted(then[then["replication"] == each]["mw"].sum() for each in set(online["replication"]))
        for percent in PERCENTS:
            expected = sums[-(-percent * count // 100) - 1]
            unknown = then["mw"].isna().any()
            assert row[f"mw_p{percent}"] == pytest.approx(float("nan") if unknown else expected, abs=6e-4, nan_ok=True)


def test_a_scenario_without_halls_has_an_empty_ramp(tmp_path: Path):
    file = tmp_path / "none.yaml"
    file.write_text("schema: 1\nname: none\nstart: 2026-01-05\nsites: {s: {activities: {work: {duration: 3 days}}}}\n")
    study = buildsim.run(file, details=True)
    assert study.online.empty
    assert study.ramp.empty
    assert study.ramp["date"].dtype.kind == "M"
