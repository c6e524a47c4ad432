"""What each hall of a project is worth: MW, GPUs and H100-equivalents, as its plan or the rating of its racks says."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from buildsim.compile.context import Context
from buildsim.compile.expand import expand
from buildsim.compile.ratings import RACK, hall_value
from buildsim.loading.project import Project
from buildsim.schema.site import SiteBody


@dataclass(frozen=True, slots=True)
class HallWorth:
    """A hall and its planned values; NaN where neither the hall nor its racks' rating says."""

    name: str
    """Full name ``site/phase/hall``, the prefix of its activities' names."""
    site: str
    rack: str | None
    """The supply that is meant by `rack`."""
    mw: float
    """MW of IT."""
    facility_mw: float
    """MW at the meter."""
    gpus: float
    h100e: float


def hall_worths(project: Project) -> tuple[HallWorth, ...]:
    """The halls of all sites in document order. They measure what a run did and take no part in it."""
    context = Context(project)
    placed = iter(expand(context).halls)
    found = []
    for part in project.parts:
        if not isinstance(part.model, SiteBody):
            continue
        for phase_name, phase in part.model.phases.items():
            for hall_name in phase.halls:
                hall = next(placed)
                values = (hall_value(context, hall, each) for each in ("it", "facility", "gpus", "h100e"))
                rack = hall.names.supplies.get(RACK)
                found.append(
                    HallWorth(
                        f"{part.name}/{phase_name}/{hall_name}",
                        part.name,
                        None if rack is None else rack.name,
                        *(nan if value is None else value for value in values),
                    )
                )
    return tuple(found)
