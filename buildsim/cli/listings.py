"""``buildsim sites`` and ``buildsim scenarios``: what is shipped."""

from __future__ import annotations

from buildsim.cli.output import Json, answer


def sites(json_: Json = None) -> None:
    """List the shipped sites: owner, region, start, size, and how much of the plan is sourced or assumed."""
    from buildsim.present.catalogs import site_listing
    from buildsim.studies.listings import site_list

    found = site_list()
    answer({"sites": found}, lambda: site_listing(found), json_)


def scenarios(json_: Json = None) -> None:
    """List the shipped scenarios: the question, the dates and the sites."""
    from buildsim.present.catalogs import scenario_listing
    from buildsim.studies.listings import scenario_list

    found = scenario_list()
    answer({"scenarios": found}, lambda: scenario_listing(found), json_)
