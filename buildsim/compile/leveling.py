"""What a scenario's ``leveling`` says of activities, beside what they say themselves."""

from __future__ import annotations

from buildsim.compile.context import Context
from buildsim.errors import nearest
from buildsim.schema.parts import Activity


def leveled(context: Context, name: str, body: Activity) -> Activity:
    """The activity of that full name with its priority in the scenario's ``leveling``, and the later of two dates."""
    stated = context.project.scenario.leveling.get(name)
    if stated is None:
        return body
    dates = [day for day in (body.not_before, stated.not_before) if day is not None]
    priority = body.priority if stated.priority is None else stated.priority
    return body.model_copy(update={"priority": priority, "not_before": max(dates, default=None)})


def report_unknown(context: Context, names: list[str]) -> None:
    """Report what is leveled and is none of the activities, whose full names are given."""
    known = set(names)
    for key in context.project.scenario.leveling:
        if key not in known and not context.lost.may_name_activity(key):
            where = context.project.parts[0].where.at("leveling", key)
            message, expected = f"there is no activity '{key}'", "its full name, from the site on"
            context.report(where.problem(message, expected, nearest(key, names)))
