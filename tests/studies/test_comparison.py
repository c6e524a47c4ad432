"""Plans compared with a first one, and the days shared among their edits, worked out by hand."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from buildsim.errors import InputError, UnknownNameError
from buildsim.present.comparison import comparison_text
from buildsim.studies.comparison import ComparisonResult, Difference, comparison, named
from buildsim.studies.comparison_rows import difference_table, edit_table, explained_table, to_document

PLAN = """\
schema: 1
name: plan
start: 2026-01-05
replications: 20
pools:
  crane: {capacity: 1}
sites:
  north:
    activities:
      permit: {kind: permit, duration: 30 days, milestone: first_power}
      survey: {duration: 30 days}
      shell: {duration: 20 days, after: [permit, survey], crew: {crane: 1}}
      racks: {duration: 14 days, after: [shell], milestone: first_gpu}
  south:
    activities:
      shell: {duration: 5 days, milestone: first_gpu}
"""


@pytest.fixture
def against(tmp_path: Path):
    """Compares the plan with one that has other texts."""

    def of(*pairs: tuple[str, str], text: str = PLAN, **options) -> ComparisonResult:
        other = text
        for old, new in pairs:
            assert other.count(old) == 1, old
            other = other.replace(old, new)
        (tmp_path / "a.yaml").write_text(text)
        (tmp_path / "b.yaml").write_text(other)
        return comparison([tmp_path / "a.yaml", tmp_path / "b.yaml"], **options)

    return of


def parts(of: ComparisonResult, site: str = "north", milestone: str = "first_gpu") -> dict[str, float]:
    (difference,) = of.differences
    return _parts(difference, site, milestone)


def _parts(difference: Difference, site: str, milestone: str) -> dict[str, float]:
    explained = difference.explained
    assert explained is not None
    return dict(zip(explained.names, explained.shares[site, milestone].parts, strict=True))


LONGER_SHELL = ("shell: {duration: 20 days, after", "shell: {duration: 30 days, after")
LONGER_RACKS = ("14 days", "19 days")
LONGER_PERMIT = ("permit: {kind: permit, duration: 30 days", "permit: {kind: permit, duration: 18 days")
LONGER_SURVEY = ("survey: {duration: 30 days", "survey: {duration: 18 days")


@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_edits_in_series_add(against, engine):
    if engine == "kernel":
        pytest.importorskip("numba")
    found = against(LONGER_SHELL, LONGER_RACKS, engine=engine)
    assert parts(found) == {
        "sites.north.activities.shell.duration": 10,
        "sites.north.activities.racks.duration": 5,
    }
    assert parts(found, milestone="first_power") == dict.fromkeys(parts(found), 0)
    change = found.differences[0].sites["north"].milestones["first_gpu"]
    assert (change.before, change.after, change.mean, change.less, change.more) == (64, 79, 15, 0, 1)


def test_edits_that_help_only_together_share_alike(against):
    found = against(LONGER_PERMIT, LONGER_SURVEY)
    assert parts(found) == {
        "sites.north.activities.permit.duration": -6,
        "sites.north.activities.survey.duration": -6,
    }
    assert parts(found, milestone="first_power") == {
        "sites.north.activities.permit.duration": -12,
        "sites.north.activities.survey.duration": 0,
    }


def test_an_edit_that_changes_nothing_gets_nothing(against):
    found = against(LONGER_RACKS, ("crane: {capacity: 1}", "crane: {capacity: 7}"))
    assert parts(found) == {"pools.crane.capacity": 0, "sites.north.activities.racks.duration": 5}
    assert parts(found, "south") == {"pools.crane.capacity": 0, "sites.north.activities.racks.duration": 0}


RANDOM = PLAN.replace("duration: 30 days", 'duration: "pert(20, 30, 80) days"').replace(
    "duration: 20 days", 'duration: "pert(10, 20, 50) days"'
)
SHORTER = (
    (
        'permit: {kind: permit, duration: "pert(20, 30, 80) days"',
        'permit: {kind: permit, duration: "pert(9, 20, 70) days"',
    ),
    ('survey: {duration: "pert(20, 30, 80) days"', 'survey: {duration: "pert(9, 20, 70) days"'),
    ("14 days", '"uniform(9, 30) days"'),
    ("north:\n", "north:\n    start: 2026-01-20\n"),
)


@pytest.mark.parametrize("horizon", ["900 days", "84 days"])
def test_the_parts_sum_to_the_paired_difference(against, horizon):
    found = against(*SHORTER, text=f"horizon: {horizon}\n{RANDOM}")
    change = found.differences[0].sites["north"].milestones["first_gpu"]
    # by the shorter horizon some replications of each plan do not get there, and in some neither does
    assert (change.missing_before > 0) == (change.missing_after > 0) == (change.pairs < 20) == (horizon == "84 days")
    assert change.pairs > 0
    shares = found.differences[0].explained.shares["north", "first_gpu"]
    assert len(shares.parts) == 4
    assert shares.total == pytest.approx(change.mean)
    assert sum(shares.parts) == pytest.approx(change.mean)


def test_engines_agree(against):
    pytest.importorskip("numba")
    one, other = (to_document(against(*SHORTER, text=RANDOM, engine=engine)) for engine in ("reference", "kernel"))
    assert one["plans"] == other["plans"]


HOIST = (
    ("  crane: {capacity: 1}", "  crane: {capacity: 1}\n  hoist: {capacity: 1}"),
    ("crew: {crane: 1}", "crew: {crane: 1, hoist: 1}"),
)


def test_edits_that_need_each_other_are_one(against):
    found = against(*HOIST, LONGER_RACKS)
    explained = found.differences[0].explained
    assert explained.names == ("pools.hoist and 1 more", "sites.north.activities.racks.duration")
    assert [edit.joined for edit in explained.edits] == ["there is no pool called 'hoist'", None]
    assert parts(found) == {"pools.hoist and 1 more": 0, "sites.north.activities.racks.duration": 5}


def test_a_milestone_that_moves_is_one_edit(against):
    found = against(
        (", milestone: first_gpu}\n  south", "}\n  south"),
        ("crew: {crane: 1}}", "crew: {crane: 1}, milestone: first_gpu}"),
        LONGER_PERMIT,
    )
    explained = found.differences[0].explained
    assert sorted(len(edit.changes) for edit in explained.edits) == [1, 2]
    (joined,) = (edit for edit in explained.edits if edit.joined)
    assert {change.path[-1] for change in joined.changes} == {"milestone"}
    assert "first_gpu" in joined.joined
    assert parts(found)["sites.north.activities.permit.duration"] == 0  # the survey takes as long
    assert sum(parts(found).values()) == -14


@pytest.mark.parametrize(("steps", "exact"), [(5, True), (9, False), (15, False)])
def test_more_edits_are_sampled_and_many_are_merged(against, steps, exact):
    lines = [f"      step-{n}: {{duration: {n} days, after: [shell]}}" for n in range(1, steps + 1)]
    text = PLAN.replace("  south:", "\n".join([*lines, "  south:"]))
    pairs = [(f"step-{n}: {{duration: {n} days", f"step-{n}: {{duration: {n + 1} days") for n in range(1, steps + 1)]
    found = against(*pairs, LONGER_SHELL, text=text, replications=2)
    (difference,) = found.differences
    explained = difference.explained
    assert explained.exact == exact
    assert len(explained.edits) == min(steps + 1, 12)
    assert [edit.merged for edit in explained.edits].count(True) == (1 if steps > 11 else 0)
    assert sum(len(edit.changes) for edit in explained.edits) == steps + 1
    assert sum(parts(found).values()) == pytest.approx(10)


def test_equal_plans(against):
    found = against(("14 days", "2 weeks"), ("name: plan", "name: plan\ntitle: Another\nseed: 9"))
    (difference,) = found.differences
    assert difference.explained.edits == ()
    assert difference.explained.shares == {}
    assert found.replications == 20
    assert {each.mean for site in difference.sites.values() for each in site.milestones.values()} == {0}
    assert len(explained_table(found)) == len(edit_table(found)) == 0


def test_catalogs_and_sites_in_files_are_compared_too(tmp_path):
    for name, days, lead in (("a", 9, 20), ("b", 11, 90)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "plan.yaml").write_text(
            "schema: 1\nname: plan\nstart: 2026-01-05\nreplications: 3\nsites: [north]\n"
        )
        (tmp_path / name / "north.yaml").write_text(
            "schema: 1\nsite: north\nassumption: mine\ncatalogs: [things]\nactivities:\n"
            f"  shell: {{duration: {days} days}}\n"
            "  racks: {after: [shell], orders: {racks: {supply: rack, quantity: 1 rack}}, milestone: online}\n"
        )
        (tmp_path / name / "things.yaml").write_text(
            "schema: 1\ncatalog: things\ntitle: Things\nsupplies:\n"
            f"  rack: {{unit: rack, lead: {lead} days, assumption: mine}}\n"
        )
    found = comparison([tmp_path / name / "plan.yaml" for name in ("a", "b")])
    # the order is there after 20 and 90 days, so the shell is covered by it
    assert parts(found, "north", "online") == {
        "sites.north.activities.shell.duration": 0,
        "catalogs.things.supplies.rack.lead": 70,
    }


def test_several_plans_each_against_the_first(tmp_path):
    variants = """\
variants:
  one: {title: One, set: {sites.north.activities.racks.duration: 15 days}}
  two: {title: Two, base: one, set: {sites.north.activities.shell.duration: 30 days}}
"""
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN + variants)
    found = comparison([file, f"{file}@one", Path(f"{file}@two")], site="north", milestone="first_gpu")
    assert [each.head.variant for each in found.differences] == ["one", "two"]
    assert [head.title for head in (found.first, *(each.head for each in found.differences))] == [
        None,
        "One",
        "Two",
    ]
    assert [_parts(each, "north", "first_gpu") for each in found.differences] == [
        {"sites.north.activities.racks.duration": 1},
        {"sites.north.activities.shell.duration": 10, "sites.north.activities.racks.duration": 1},
    ]
    table = difference_table(found)
    assert list(table["mean"]) == [1, 11]
    assert set(table["site"] + table["milestone"]) == {"northfirst_gpu"}
    assert list(explained_table(found)["before"]) == ['"14 days"', '"20 days"', '"14 days"']


def test_without_explanation(against):
    found = against(LONGER_RACKS, explained=False)
    assert found.differences[0].explained is None
    assert to_document(found)["plans"][0]["explained"] is None
    assert found.differences[0].sites["north"].milestones["first_gpu"].mean == 5


def test_names_of_variants(tmp_path):
    file = tmp_path / "a@b.yaml"
    file.write_text(PLAN)
    assert named(str(file)) == (str(file), None)
    assert named(file) == (file, None)
    assert named(f"{file}@c") == (str(file), "c")
    assert named("us-2026@d") == ("us-2026", "d")
    assert named("us-2026") == ("us-2026", None)


def test_mistakes_of_all_plans_at_once(against):
    wrong = PLAN.replace("14 days", "14 dys")
    with pytest.raises(InputError) as caught:
        against(("after: [shell]", "after: [shel]"), text=wrong)
    assert [Path(problem.file).name for problem in caught.value.problems] == ["a.yaml", "b.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"site": "nort"}, UnknownNameError, "did you mean north?"),
        ({"milestone": "first_gp"}, UnknownNameError, "did you mean first_gpu?"),
        ({"site": "south", "milestone": "first_power"}, UnknownNameError, "no milestone in the first plan"),
    ],
)
def test_names_that_are_not_there(against, options, error, said):
    with pytest.raises(error) as caught:
        against(LONGER_RACKS, **options)
    assert said in str(caught.value)


def test_plans_without_a_site_in_common(against):
    with pytest.raises(InputError, match="no site of the first plan"):
        against(("  north:", "  east:"), ("  south:", "  west:"))


def test_the_schema_says_what_is_written(against):
    schema = json.loads(files("buildsim.present").joinpath("compare.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(json.dumps(to_document(against(*HOIST, LONGER_RACKS)), allow_nan=False))
    validator = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(document)] == []
    plan = document["plans"][0]
    for holder in (document, plan, plan["explained"], plan["explained"]["edits"][0], document["first"]):
        for key in list(holder):
            value = holder.pop(key)
            assert not validator.is_valid(document), key
            holder[key] = value
    assert plan["explained"]["sites"]["north"]["first_gpu"] == {"total_days": 5, "parts": [0, 5], "se": [0, 0]}


def test_edits_that_cancel_out_are_explained(against):
    found = against(LONGER_RACKS, ("shell: {duration: 20 days, after", "shell: {duration: 15 days, after"))
    assert parts(found) == {
        "sites.north.activities.shell.duration": -5,
        "sites.north.activities.racks.duration": 5,
    }
    text = comparison_text(found, 100)
    assert "north: what makes the difference in First GPU" in text
    assert "0.0       together" in text
    assert "No milestone moves in any replication at south." in text
    assert max(map(len, comparison_text(found, 70).splitlines())) <= 70
