"""What-ifs worked out by hand, from the file to the verdict."""

from __future__ import annotations

import importlib.util
import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from buildsim.errors import InputError
from buildsim.studies import what_if as module
from buildsim.studies.check import check_file
from buildsim.studies.what_if import WhatIfResult, to_document, what_if

FIXED = """\
schema: 1
name: fixed
start: 2026-01-05
replications: 4
sites:
  north:
    activities:
      permit: {kind: permit, duration: 10 days, milestone: first_power}
      shell: {duration: 20 days, after: [permit]}
      racks:
        duration: 5 days
        after: [shell]
        orders: {racks: {supply: rack, quantity: 5 racks}}
        milestone: first_gpu
  south:
    activities:
      shell: {duration: 20 days, milestone: first_gpu}
supplies:
  rack: {unit: rack, gpus: 72 gpu, it: 0.1 MW IT, lead: 12 days}
variants:
  quick: {title: A quick shell, note: As tents are., set: {sites.north.activities.shell.duration: 12 days}}
  quicker:
    title: And a quick permit
    base: quick
    set: {sites.north.activities.permit.duration: 4 days}
  later: {title: A later start, set: {sites.north.start: 2026-01-08}}
expect:
  - {variant: quick, site: north, milestone: first_gpu, direction: earlier, assumption: less to do, note: of course}
  - {variant: quick, site: north, milestone: first_power, direction: earlier, assumption: wrong}
  - {variant: quick, milestone: first_gpu, direction: unchanged, assumption: wrong of one of them}
  - {variant: quick, site: north, measure: idle, direction: less, assumption: the racks wait for the shell}
  - {variant: quicker, site: north, measure: idle, direction: more, assumption: wrong}
"""


@pytest.fixture
def run(tmp_path: Path):
    def of(text: str, **options) -> WhatIfResult:
        file = tmp_path / "scenario.yaml"
        file.write_text(text)
        return what_if(file, **options)

    return of


def test_exact_moves(run):
    variants = run(FIXED).variants
    quick = variants["quick"].sites["north"]
    gpu = quick.milestones["first_gpu"]
    assert (gpu.before, gpu.after, gpu.mean, gpu.low, gpu.high) == (35, 27, -8, -8, -8)
    assert (gpu.p10, gpu.p50, gpu.p90, gpu.less, gpu.more, gpu.pairs) == (-8, -8, -8, 1, 0, 4)
    assert quick.milestones["first_power"].mean == 0
    assert variants["quick"].sites["south"].milestones["first_gpu"].mean == 0


def test_a_variant_is_compared_with_the_one_that_it_stands_on(run):
    quicker = run(FIXED).variants["quicker"]
    assert quicker.against == "quick"
    gpu = quicker.sites["north"].milestones["first_gpu"]
    assert (gpu.before, gpu.after, gpu.mean) == (27, 21, -6)


def test_dates_are_compared_not_days(run):
    gpu = run(FIXED).variants["later"].sites["north"].milestones["first_gpu"]
    assert (gpu.before, gpu.after, gpu.mean) == (35, 38, 3)


def test_idle_racks(run):
    variants = run(FIXED).variants
    # 5 racks of 72 GPUs come on day 12 and are set up from day 30, 22 and 16 on
    idle = {name: variants[name].sites["north"].idle for name in ("quick", "quicker")}
    assert [each.unit for each in idle.values()] == ["GPU-days"] * 2
    assert [(each.change.before, each.change.after) for each in idle.values()] == [(6480, 3600), (3600, 1440)]
    assert variants["quick"].sites["south"].idle is None


def test_racks_without_gpus_are_counted_as_racks(run):
    idle = run(FIXED.replace("gpus: 72 gpu, ", "grain: 4, ")).variants["quick"].sites["north"].idle
    assert (idle.unit, idle.change.before, idle.change.after) == ("rack-days", 90, 50)


def test_racks_that_are_not_set_up_by_the_horizon_lie_idle_until_then(run):
    variant = run(FIXED.replace("replications: 4", "replications: 4\nhorizon: 25 days")).variants["quick"]
    change = variant.sites["north"].idle.change
    # from day 12 to the horizon, and to day 22
    assert (change.pairs, change.before, change.after) == (4, 4680, 3600)
    assert [each.verdict for each in variant.expected if each.subject == "idle"] == ["agrees"]


def test_racks_that_do_not_come_by_the_horizon_do_not_lie_idle(run):
    variant = run(FIXED.replace("replications: 4", "replications: 4\nhorizon: 11 days")).variants["quick"]
    change = variant.sites["north"].idle.change
    assert (change.pairs, change.before, change.after) == (4, 0, 0)


def test_racks_of_an_absent_branch_do_not_lie_idle(run):
    text = FIXED.replace("  north:\n", "  north:\n    branches: {large: {probability: 0}}\n")
    text = text.replace("      racks:\n", "      racks:\n        branch: large\n")
    change = run(text).variants["quick"].sites["north"].idle.change
    assert (change.pairs, change.before, change.after) == (4, 0, 0)


def test_verdicts(run):
    variants = run(FIXED).variants
    found = [(each.site, each.subject, each.direction, each.verdict) for each in variants["quick"].expected]
    assert found == [
        ("north", "first_gpu", "earlier", "agrees"),
        ("north", "first_power", "earlier", "disagrees"),
        ("north", "first_gpu", "unchanged", "disagrees"),
        ("south", "first_gpu", "unchanged", "agrees"),
        ("north", "idle", "less", "agrees"),
    ]
    assert variants["quick"].expected[0].note == "of course"
    assert [each.verdict for each in variants["quicker"].expected] == ["disagrees"]


def test_what_binds_before_and_after(run):
    binding = run(FIXED).variants["quick"].sites["north"].binding["first_gpu"]
    assert list(binding.before.items()) == [("work:shell", 20), ("permit:permit", 10), ("work:racks", 5)]
    assert list(binding.after.items()) == [("work:shell", 12), ("permit:permit", 10), ("work:racks", 5)]


def test_every_plan_is_played_once(run, monkeypatch):
    played = module.played
    names: list[str] = []

    def counted(network, *arguments):
        names.append(network.scenario)
        return played(network, *arguments)

    monkeypatch.setattr(module, "played", counted)
    run(FIXED)
    assert names == ["fixed", "fixed/quick", "fixed/quicker", "fixed/later"]


# Graham's example (1969): tasks of 3, 2, 2, 2, 4, 4, 4, 4 and 9 days, served in this order, are done after 12 days on
# three machines, after 15 on four, after 13 if each task is a day shorter, and after 16 if the fourth task gates less.
GRAHAM = """\
schema: 1
name: graham
start: 2026-01-05
rule: index
replications: 2
pools: {machines: {capacity: 3}}
sites:
  shop:
    activities:
      t1: {duration: 3 days, crew: {machines: 1}}
      t2: {duration: 2 days, crew: {machines: 1}}
      t3: {duration: 2 days, crew: {machines: 1}}
      t4: {duration: 2 days, crew: {machines: 1}}
      t5: {duration: 4 days, crew: {machines: 1}, after: [t4]}
      t6: {duration: 4 days, crew: {machines: 1}, after: [t4]}
      t7: {duration: 4 days, crew: {machines: 1}, after: [t4]}
      t8: {duration: 4 days, crew: {machines: 1}, after: [t4]}
      t9: {duration: 9 days, crew: {machines: 1}, after: [t1]}
      done: {after: [t1, t2, t3, t4, t5, t6, t7, t8, t9], milestone: done}
variants:
  more-machines: {title: A fourth machine, set: {pools.machines.capacity: 4}}
  shorter:
    title: Every task a day shorter
    set:
      sites.shop.activities.t1.duration: 2 days
      sites.shop.activities.t2.duration: 1 day
      sites.shop.activities.t3.duration: 1 day
      sites.shop.activities.t4.duration: 1 day
      sites.shop.activities.t5.duration: 3 days
      sites.shop.activities.t6.duration: 3 days
      sites.shop.activities.t7.duration: 3 days
      sites.shop.activities.t8.duration: 3 days
      sites.shop.activities.t9.duration: 8 days
  fewer-links:
    title: Two tasks need not wait
    set: {sites.shop.activities.t5.after: [], sites.shop.activities.t6.after: []}
expect:
  - {variant: more-machines, milestone: done, direction: earlier, assumption: more helps}
"""


def test_more_may_be_worse(run):
    variants = run(GRAHAM).variants
    ends = {name: found.sites["shop"].milestones["done"] for name, found in variants.items()}
    assert {each.before for each in ends.values()} == {12}
    assert {name: each.after for name, each in ends.items()} == {"more-machines": 15, "shorter": 13, "fewer-links": 16}
    assert {each.more for each in ends.values()} == {1.0}
    assert [each.verdict for each in variants["more-machines"].expected] == ["disagrees"]


BRANCHES = """\
schema: 1
name: branches
start: 2026-01-05
horizon: 60 days
replications: 400
sites:
  north:
    activities:
      a: {duration: 20 days, milestone: first_power}
      b: {duration: "discrete(5: 1, 50: 1) days", after: [a], milestone: done}
variants:
  gamble: {title: A gamble, set: {sites.north.activities.a.duration: "discrete(4: 3, 30: 1) days"}}
expect:
  - {variant: gamble, milestone: first_power, direction: earlier, assumption: three in four gain}
"""


def test_a_gain_on_average_is_a_loss_for_some(run):
    variant = run(BRANCHES).variants["gamble"]
    power = variant.sites["north"].milestones["first_power"]
    assert (power.p10, power.p50, power.p90) == (-16, -16, 10)
    assert power.less + power.more == 1
    assert power.more == pytest.approx(0.25, abs=0.06)
    assert power.mean == pytest.approx(-16 * power.less + 10 * power.more)
    assert power.low < power.mean < power.high < 0
    assert variant.expected[0].verdict == "agrees"


def test_what_is_reached_in_one_of_both_counts_to_the_horizon(run):
    done = run(BRANCHES).variants["gamble"].sites["north"].milestones["done"]
    # a long b ends after 70 days without the gamble, after 54 with one won, after 80 with one lost
    assert done.missing_before == pytest.approx(200, abs=30)
    assert done.missing_after == pytest.approx(50, abs=25)
    assert done.pairs == 400 - done.missing_after
    assert (done.p10, done.p50, done.p90) == (-16, -6, 10)


NEVER = BRANCHES.replace("discrete(4: 3, 30: 1) days", "61 days")


def test_what_is_never_reached_after_a_change_is_later(run):
    variant = run(NEVER.replace("direction: earlier", "direction: later")).variants["gamble"]
    power = variant.sites["north"].milestones["first_power"]
    assert (power.pairs, power.missing_after, power.mean, power.more) == (400, 400, 40, 1)
    assert variant.expected[0].verdict == "agrees"
    done = variant.sites["north"].milestones["done"]  # reached by nobody where b is long
    assert done.pairs == 400 - done.missing_before


def test_the_same_draws_for_both(run):
    same = BRANCHES.replace('"discrete(4: 3, 30: 1) days"', "20 days")
    done = run(same).variants["gamble"].sites["north"].milestones["done"]
    assert (done.less, done.more, done.mean) == (0, 0, 0)


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="the kernel needs numba")
@pytest.mark.parametrize("text", [FIXED, GRAHAM, BRANCHES])
def test_both_engines_say_the_same(run, text):
    documents = [to_document(run(text, engine=engine)) for engine in ("reference", "kernel")]
    for document in documents:
        del document["engine"]
    assert documents[0] == documents[1]


def test_any_split_into_chunks_gives_the_same(run, monkeypatch):
    whole = to_document(run(BRANCHES))
    monkeypatch.setattr("buildsim.studies.play.CHUNK_BYTES", 0)
    assert to_document(run(BRANCHES)) == whole


@pytest.mark.parametrize("text", [FIXED, GRAHAM, BRANCHES, FIXED.partition("variants:")[0]])
def test_the_json_is_as_published(run, text):
    schema = json.loads(files("buildsim.present").joinpath("whatif.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(json.dumps(to_document(run(text)), allow_nan=False))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(document)] == []
    for key in document:
        assert not validator.is_valid({name: value for name, value in document.items() if name != key}), key


@pytest.mark.parametrize(
    ("old", "new", "place", "said", "hint"),
    [
        ("first_power, direction: earlier, assumption: w", "first_powr, direction: earlier, assumption: w", (29, 46),
         "no milestone called 'first_powr' at north", "first_power"),
        ("north, measure: idle, direction: less", "south, measure: idle, direction: less", (31, 44),
         "nothing with a rating", None),
        ("shell.duration: 12 days", "shell.duration: 12 dys", (21, 60), "'dys' is not a unit", "days"),
        ("shell.duration: 12 days", "shell.after: [permt]", (21, 60), "no activity 'permt'", "permit"),
    ],
)  # fmt: skip
def test_mistakes_that_need_the_network(run, tmp_path, old, new, place, said, hint):
    assert old in FIXED
    with pytest.raises(InputError) as caught:
        run(FIXED.replace(old, new))
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.hint == hint
    with pytest.raises(InputError) as checked:
        check_file(tmp_path / "scenario.yaml")
    assert checked.value.problems == caught.value.problems
    assert (problem.line, problem.column) == place


def test_mistakes_of_all_variants_at_once(run):
    wrong = FIXED.replace("permit.duration: 4 days", "permt.duration: 4 days").replace("2026-01-08", "soon")
    with pytest.raises(InputError) as caught:
        run(wrong)
    assert [problem.line for problem in caught.value.problems] == [25, 26]


def test_a_site_that_a_variant_leaves_out_is_not_compared(run):
    alone = "{south: {activities: {shell: {duration: 3 days, milestone: first_gpu}}}}"
    later = "later: {title: A later start, set: {sites.north.start: 2026-01-08}}"
    text = FIXED.replace(later, f"one: {{title: One, set: {{sites: {alone}}}}}")
    assert list(run(text).variants["one"].sites) == ["south"]
    bad = (
        text + "  - {variant: one, site: north, milestone: first_gpu, direction: later, assumption: it is not there}\n"
    )
    with pytest.raises(InputError, match="no site called 'north' in this variant"):
        run(bad)


@pytest.mark.parametrize(
    ("sites", "said", "expected"),
    [
        # a milestone that one site loses and another one gains
        ("{north: {activities: {a: {}}}, south: {activities: {a: {duration: 1 day, milestone: first_power}}}}",
         "no milestone called 'first_power' at north, south, both in this variant and in what it stands on",
         "a milestone that a site has in both"),
        ("{east: {activities: {a: {duration: 1 day, milestone: first_power}}}}",
         "this variant has no site of what it stands on", "a site that both have"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("site", ["", "site: north, "])
def test_what_a_variant_takes_away_cannot_be_expected(run, sites, said, expected, site):
    text = FIXED.partition("variants:")[0] + f"variants:\n  other: {{title: Other, set: {{sites: {sites}}}}}\n"
    row = f"variant: other, {site}milestone: first_power, direction: later, assumption: why not"
    with pytest.raises(InputError) as caught:
        run(f"{text}expect:\n  - {{{row}}}\n")
    (problem,) = caught.value.problems
    assert problem.message.endswith(said.replace("north, south", "north") if site else said)
    assert problem.expected == expected


def test_a_mistake_of_a_variant_alone_says_which_one(run):
    crew = FIXED.replace("shell: {duration: 20 days, after", "shell: {duration: 20 days, crew: {crews: 3}, after")
    crew = crew.replace("supplies:\n", "pools: {crews: {capacity: 4}}\nsupplies:\n")
    with pytest.raises(InputError) as caught:
        run(crew.replace("set: {sites.north.start: 2026-01-08}", "set: {pools.crews.capacity: 2}"))
    (problem,) = caught.value.problems
    assert problem.message.startswith("in the variant later: north/shell needs 3 of crews")


def test_check_counts_the_variants(tmp_path):
    (tmp_path / "fixed.yaml").write_text(FIXED)
    assert check_file(tmp_path / "fixed.yaml").counts["variant"] == 3
