from __future__ import annotations

CATALOG = """\
schema: 1
catalog: steps
title: Steps
calendars:
  day-shift: {days: mon-fri, hours: "07:00-12:00, 13:00-17:00", assumption: usual}
pools:
  electricians: {unit: electrician, capacity: 40, assumption: guess}
supplies:
  transformer: {unit: transformer, lead: 40 weeks, assumption: guess}
templates:
  permit-simple:
    per: site
    assumption: guess
    activities:
      permit: {kind: permit, duration: 60 days}
  shell-steel:
    per: hall
    assumption: guess
    activities:
      foundation: {duration: 20 workdays, calendar: day-shift, after: [permit]}
      shell: {duration: 10 days per 10 MW facility, after: [foundation], learning: 0.9}
  shell-tent:
    per: hall
    assumption: guess
    activities:
      shell: {duration: 30 days, after: [permit]}
  power-grid:
    per: phase
    assumption: guess
    activities:
      substation:
        duration: 90 days
        orders: {main: {supply: transformer, quantity: 1 transformer per 50 MW facility, place: -10 weeks}}
      energise: {after: [substation, "*/shell"], milestone: first_power}
"""
CAMPUS = """\
catalogs: [steps]
sites:
  east:
    strategies: {shell: shell-steel, permit: permit-simple, power: power-grid}
    phases:
      one:
        halls:
          h1: {facility: 40 MW facility}
          h2: {facility: 20 MW facility, strategies: {shell: shell-tent}}
        activities:
          road: {duration: 5 days}
    activities:
      opening: {after: ["*/shell"], milestone: full_capacity}
"""


def test_a_campus_of_two_halls_is_expanded_in_document_order(network):
    campus = network(CAMPUS, catalogs__steps=CATALOG)
    assert campus.activities.name == (
        "east/permit",
        "east/opening",
        "east/one/substation",
        "east/one/energise",
        "east/one/road",
        "east/one/h1/foundation",
        "east/one/h1/shell",
        "east/one/h2/shell",
    )
    assert campus.milestones.name == ("full_capacity", "first_power")
    assert campus.milestones.activity.tolist() == [1, 3]
    assert campus.categories[:3] == ("permit:permit", "work:opening", "work:substation")
    links = list(zip(campus.links.pred.tolist(), campus.links.succ.tolist(), strict=True))
    assert links == [(6, 1), (7, 1), (2, 3), (6, 3), (7, 3), (0, 5), (5, 6), (0, 7)]
    position = campus.activities.position.tolist()
    assert all(position[pred] < position[succ] for pred, succ in links)


def test_quantities_per_scale_count_the_halls_of_the_scope(network):
    campus = network(CAMPUS, catalogs__steps=CATALOG)
    shell = campus.variables[int(campus.activities.variable[6])]
    assert (shell.name, shell.distribution.params) == ("east/one/h1/shell:duration", (40.0,))
    assert campus.orders.name == ("east/one/substation:main",)
    assert campus.orders.quantity.tolist() == [2]  # 60 MW at one per 50 MW
    assert campus.orders.offset.tolist() == [-70 * 1440]


def test_learning_counts_the_halls_of_a_site(network):
    text = """
    sites:
      s:
        phases:
          p: {halls: {a: {activities: &x}, b: {}, c: {}, d: {}}}
    """
    hall = "{activities: {fit-out: {duration: 10 days, learning: 0.9}}}"
    text = text.replace("{activities: &x}", hall).replace("{}", hall)
    scale = network(text).activities.column_scale[:4] / 1440
    assert scale.round(6).tolist() == [1.0, 0.9, round(0.9**1.584962500721156, 6), 0.81]


def test_a_missing_scale_names_the_attribute_to_add(problems):
    (problem,) = problems(CAMPUS.replace("h1: {facility: 40 MW facility}", "h1: {}"), catalogs__steps=CATALOG)[:1]
    assert problem.path == "sites.east.phases.one.halls.h1.facility"
    assert "no `facility` is stated" in problem.message


def test_a_plain_network_gets_a_finish_after_its_open_ends(network):
    plain = network(
        """
        sites:
          s:
            activities:
              a: {duration: 1 day}
              b: {duration: 1 day, after: [a]}
              c: {duration: 1 day, after: [a SS]}
              d: {duration: 1 day, after: [b FF]}
        """
    )
    assert plain.activities.name[-1] == "s/finish"
    assert plain.milestones.name == ("finish",)
    assert plain.links.pred[plain.links.succ == 4].tolist() == [2, 3]
    assert plain.activities.join_count[4] == 2
    assert plain.activities.variable[4] == -1


def test_a_milestone_is_unique_in_its_site(problems):
    text = """
    sites:
      s:
        activities:
          a: {milestone: done}
          b: {milestone: done}
    """
    (problem,) = problems(text)
    assert (problem.path, problem.line) == ("sites.s.activities.b.milestone", 9)
    assert "also by s/a" in problem.message


def test_an_activity_cannot_be_defined_twice_in_a_scope(problems):
    clash = CAMPUS.replace("road: {duration: 5 days}", "substation: {duration: 5 days}")
    messages = [problem.message for problem in problems(clash, catalogs__steps=CATALOG)]
    assert any(message.startswith("east/one/substation is defined twice") for message in messages)


def test_branches_are_drawn_once_for_each_scope_of_a_template(network):
    catalog = CATALOG.replace(
        "  shell-tent:\n    per: hall\n",
        "  shell-tent:\n    per: hall\n    branches: {storm-check: {probability: 0.3}}\n",
    ).replace("shell: {duration: 30 days,", "shell: {duration: 30 days, branch: storm-check,")
    campus = network(CAMPUS.replace("shell: shell-steel", "shell: shell-tent"), catalogs__steps=catalog)
    assert campus.branches.name == ("east/one/h1/storm-check", "east/one/h2/storm-check")
    branch_of = dict(zip(campus.activities.name, campus.activities.branch.tolist(), strict=True))
    assert (branch_of["east/one/h1/shell"], branch_of["east/one/h2/shell"], branch_of["east/permit"]) == (0, 1, -1)


def test_two_templates_with_one_activity_are_told_of_the_roles(problems):
    catalog = "schema: 1\ncatalog: c\ntitle: C\ntemplates:\n" + "".join(
        f"  {name}: {{per: site, assumption: x, activities: {{plant: {{}}}}}}\n" for name in ("engines", "cells")
    )
    site = "catalogs: [c]\nsites: {s: {strategies: {plant: engines, plnt: cells}}}\n"
    (problem,) = problems(site, catalogs__c=catalog)
    assert "a role under `strategies` may be misspelt" in (problem.expected or "")
