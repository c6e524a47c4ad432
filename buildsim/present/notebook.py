"""What a notebook shows of a study: its milestones, and below them their S-curves where pictures can be drawn."""

from __future__ import annotations

from html import escape

from buildsim.analysis.tables import milestone_table
from buildsim.present import words
from buildsim.present.charts.extra import has_charts
from buildsim.present.charts.kinds import picture
from buildsim.studies.answer import Answer

_COLUMNS = ["site", "milestone", "p10", "p50", "p80", "p90", "p50_days", "p80_days"]


def study_html(answer: Answer) -> str:
    """A title, the percentiles of all milestones as a table, and an SVG picture if the extra ``charts`` is there."""
    result = answer.result
    asked = f"{result.scenario}: {words.count(result.replications, 'replication')}, seed {result.seed}"
    table = milestone_table(result)[_COLUMNS].to_html(index=False, na_rep=words.BEYOND, float_format="{:,.1f}".format)
    return "\n".join([f"<p><b>{escape(asked)}</b></p>", table, *([_svg(answer)] if has_charts() else [])])


def _svg(answer: Answer) -> str:
    from buildsim.present.charts.save import drawn

    return drawn(picture(answer, "s-curve"), ".svg").decode()
