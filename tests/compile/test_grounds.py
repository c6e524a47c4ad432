"""What speaks against the facts behind each random quantity, and which file states them."""

from __future__ import annotations

from textwrap import indent

import pytest

from buildsim.network.codes import Flaw

ASSUMED, UNSTATED, WEAK, STALE, EXTRAPOLATED, SOUND = *Flaw, Flaw(0)
SOURCES = """
as_of: 2026-01-05
sources:
  old: {title: Old, publisher: X, date: 2023-06-01}
  new: {title: New, publisher: X, date: 2025-06-01}
  later: {title: Later, publisher: X, date: 2026-06-01}
"""
DURATION = "sites:\n  s:\n    activities:\n      a:\n        duration:\n"


def flaws_of(network):
    return {variable.name: variable.grounds.flaws for variable in network.variables}


@pytest.mark.parametrize(
    ("said", "flaws"),
    [
        ("source: new", SOUND),
        ("source: new, confidence: high", SOUND),
        ("source: new, confidence: medium", SOUND),
        ("source: new, confidence: low", WEAK),
        ("assumption: a guess", ASSUMED),
        ("assumption: a guess, confidence: low", ASSUMED),
        ("note: nothing", UNSTATED),
        ("source: old", STALE),
        ("source: old, known: 2025-01-01", SOUND),
        ("source: new, known: 2024-01-05", STALE),  # 731 days
        ("source: new, known: 2024-01-06", SOUND),
        ("source: old, confidence: low", STALE | WEAK),
        ("source: later", EXTRAPOLATED),
        ("assumption: a guess, known: 2026-02-01", ASSUMED | EXTRAPOLATED),
        ("source: new, valid_from: 2026-02-01", EXTRAPOLATED),
        ("source: new, valid_to: 2026-01-05", SOUND),
        ("source: new, valid_to: 2026-01-04", EXTRAPOLATED | STALE),
    ],
)
def test_a_fact(network, said, flaws):
    text = SOURCES + DURATION + f'          {{value: "uniform(1, 3) days", {said}}}\n'
    assert flaws_of(network(text)) == {"s/a:duration": flaws}


def test_of_several_facts_the_one_that_counts(network):
    facts = """
    - {value: 3 days, source: old, confidence: low}
    - {value: "uniform(1, 3) days", source: new}
    """
    assert flaws_of(network(SOURCES + DURATION + indent(facts, "      "))) == {"s/a:duration": SOUND}


BLOCKS = """
catalogs: [parts]
sources:
  site-visit: {title: Visit, publisher: X, date: 2026-01-01}
sites:
  s:
    assumption: all of it
    strategies: {shell: tent}
    branches: {maybe: {probability: 0.5}}
    activities:
      own:
        labor: "uniform(1, 3) labor-hours"
        after: ["tent + uniform(1, 2) days"]
        crew: {riggers: {min: 1, max: 2}}
        branch: maybe
    actuals:
      activities:
        tent: {start: 2026-01-01, remaining: "uniform(1, 3) days", source: site-visit}
risks:
  leak: {probability: 0.5, days: 3 days, targets: [s/own], assumption: a guess}
"""
PARTS = """\
schema: 1
catalog: parts
title: Parts
sources:
  survey: {title: Survey, publisher: X, date: 2025-06-01}
  hearsay: {title: Hearsay, publisher: X, date: 2025-06-01}
pools:
  riggers:
    source: hearsay
    confidence: low
    capacity: 4
    uncertainty: {value: "uniform(0.5, 1.5)", source: survey, confidence: high}
    market: {value: 1, known: 2026-03-01, assumption: nobody knows}
templates:
  tent:
    per: site
    source: survey
    activities:
      tent: {duration: "uniform(1, 3) days"}
      test: {duration: "uniform(1, 3) days", after: [tent], retest: {probability: 0.5, passes: 2}}
disruptions:
  storm: {per_year: 2, duration: {value: 3 days, assumption: a guess}, stops: ["*"], source: survey}
"""


def test_each_quantity_says_what_the_blocks_around_it_say_and_where(network):
    found = network(BLOCKS, catalogs__parts=PARTS)
    assert found.files == ("scenario test", "site s", "catalog parts")
    assert {variable.name: (variable.grounds.flaws, variable.grounds.file) for variable in found.variables} == {
        "s/tent:duration": (SOUND, 2),
        "s/test:duration": (SOUND, 2),
        "s/own:labor": (ASSUMED, 1),
        "s/own:after:s/tent:lag": (ASSUMED, 1),
        "s/tent:remaining": (SOUND, 1),
        # a factor rests on its curve as well, with a fact of its own or widened without one
        "riggers:capacity": (WEAK, 2),
        "riggers:market": (ASSUMED | EXTRAPOLATED, 2),
        "risk:leak:days": (ASSUMED, 0),
        "disruption:storm:duration": (ASSUMED, 2),
    }
    tables = [found.branches, found.reworks, found.risks, found.disruptions]
    assert [(table.name, table.flaws.tolist(), table.file.tolist()) for table in tables] == [
        (("s/maybe",), [ASSUMED], [1]),
        (("s/test",), [SOUND], [2]),
        (("leak",), [ASSUMED], [0]),
        (("storm",), [SOUND], [2]),
    ]


@pytest.mark.parametrize(
    ("said", "flaws"),
    [
        ("assumption: a guess", ASSUMED),
        ("source: old", STALE),
        ("source: later", EXTRAPOLATED),
        ("source: new, confidence: low", WEAK),
        ("note: no more", UNSTATED),
    ],
)
def test_a_probability_is_as_its_risk(network, said, flaws):
    risk = f"risks:\n  leak: {{probability: 0.5, days: 3 days, targets: [s/a], {said}}}\n"
    found = network(SOURCES + DURATION + "          3 days\n" + risk)
    assert found.risks.flaws.tolist() == [flaws]
