"""What the model gets wrong, in plain words, from its own scores: nothing here is written by hand but the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pages import KeptAside

WORST = 5
"""Builds that are named."""
LARGE_GROUP, TOLERATED = 8, 0.25
"""A group of so many cases must not be off by more than this share, beyond doubt."""
MISSED = 25
"""Percent by which a fact kept aside is missed badly."""
FACTS = "facts"
"""The basis that has learnt nothing from outcomes."""
UNLIKELY = 0.1
"""An open build with a lower probability to be still open speaks against the forecasts."""


def shortcomings(scores: dict[str, Any], open_builds: list[dict[str, Any]], facts: list[KeptAside]) -> list[str]:
    """The points of the list, most general first; ``scores`` as in the JSON of a backtest, open builds likewise."""
    cases = scores["cases"]
    return [
        *_skill(scores),
        _widths(cases, scores["overall"]["cut"]),
        _worst(cases),
        *_calibration(scores["bases"]),
        *_groups(scores["groups"]),
        *_dates(scores["groups"], len(cases)),
        _open(open_builds),
        *_facts(facts),
    ]


def _skill(scores: dict[str, Any]) -> Iterator[str]:
    cut, best = scores["overall"]["cut"], _best(scores["baselines"])
    error = cut["median_absolute_error"]
    yield f"**Half of all dates are off by more than {error:.0f} days.** {_bias(cut)}"
    if best is None:
        return
    name, against = best
    gain = against["gain"]
    if gain["low"] is None or gain["low"] > 0:
        return
    head = "**It is not proven to beat a curve.**" if gain["mean"] > 0 else "**It does not beat a curve.**"
    yield (
        f"{head} The best baseline ({name}), which knows little of a build, loses {against['cut']['pinball']:.1f} days "
        f"on these cases, the forecasts {cut['pinball']:.1f}: a gain of {gain['mean']:+.1f} days, but its 95% interval "
        f"goes from {gain['low']:+.1f} to {gain['high']:+.1f}, and {gain['better']} of {cut['count']} builds are "
        "forecast better."
    )


def _bias(cut: dict[str, Any]) -> str:
    low, high = cut["median_relative_bias_ci95"]
    which = "late" if cut["median_relative_bias"] > 0 else "early"
    text = f"In the middle the P50 is {abs(cut['median_relative_bias']):.0%} too {which}"
    if low is None or high is None:
        return f"{text}; the cases are too few for an interval."
    return f"{text}, with a 95% interval from {low:+.0%} to {high:+.0%}."


def _widths(cases: list[dict[str, Any]], cut: dict[str, Any]) -> str:
    late = [each for each in cases if each["p90"] is not None and each["days"] > each["p90"]]
    early = [each for each in cases if each["p10"] is None or each["days"] < each["p10"]]
    assert len(late) + len(early) + cut["inside"] == len(cases)
    low, high = cut["coverage_ci95"]
    return (
        f"**Of {len(cases)} builds {cut['inside']} lie between P10 and P90** ({cut['coverage']:.0%}; 80% would be "
        f"right, 95% interval {low:.0%} to {high:.0%}). {len(late)} came after P90 and {len(early)} before P10."
    )


def _worst(cases: list[dict[str, Any]]) -> str:
    ordered = sorted(cases, key=lambda each: (each["pinball"] is not None, -(each["pinball"] or 0.0)))[:WORST]
    named = ", ".join(f"`{each['case']}` ({each['days']:.0f} days, forecast {_span(each)})" for each in ordered)
    finite = [each["pinball"] or 0.0 for each in cases]
    share = sum(each["pinball"] or 0.0 for each in ordered) / sum(finite)
    return f"**The worst are far off:** {named}. These {len(ordered)} make up {share:.0%} of the loss of all."


def _span(case: dict[str, Any]) -> str:
    low, mid, high = ("beyond" if case[name] is None else f"{case[name]:.0f}" for name in ("p10", "p50", "p90"))
    return f"{mid}, from {low} to {high}"


def _groups(groups: dict[str, dict[str, Any]]) -> Iterator[str]:
    named = [
        (f"{by}: {name}", score)
        for by, found in groups.items()
        for name, score in found.items()
        if score["count"] >= LARGE_GROUP and None not in score["median_relative_bias_ci95"]
    ]
    small = [
        f"{by}: {name} ({score['median_relative_bias']:+.0%}, {_cases(score['count'])})"
        for by, found in groups.items()
        for name, score in found.items()
        if score["count"] < LARGE_GROUP and abs(score["median_relative_bias"] or 0.0) > TOLERATED
    ]
    beyond = [each for each in named if _outside(each[1], TOLERATED)]
    biased = [each for each in named if each not in beyond and _outside(each[1], 0.0)]
    if beyond:
        yield f"**Beyond doubt off by more than {TOLERATED:.0%}:** {_listed(beyond)}."
    if biased:
        yield f"**Leaning to one side, though not beyond doubt by more than {TOLERATED:.0%}:** {_listed(biased)}."
    if not beyond and not biased:
        yield f"No group of {LARGE_GROUP} or more leans to one side beyond doubt."
    if small:
        yield f"**Off by more than {TOLERATED:.0%} in groups that are too small to tell:** {'; '.join(small)}."


def _calibration(bases: dict[str, Any]) -> Iterator[str]:
    for name, found in bases.items():
        gain = found["over_facts"]["all"]
        if name != FACTS and gain["low"] is not None and gain["low"] <= 0:
            yield (
                f"**That outcomes of other builds help is not proven ({name}):** over the facts alone the gain is "
                f"{gain['mean']:+.1f} days, from {gain['low']:+.1f} to {gain['high']:+.1f}."
            )


def _dates(groups: dict[str, dict[str, Any]], count: int) -> Iterator[str]:
    vague = {
        "come from a rule of the source, not from a sighting": groups["evidence"].get("rule"),
        "have been confirmed by nobody": groups["date"].get("not confirmed"),
    }
    told = [f"{score['count']} {words}" for words, score in vague.items() if score is not None]
    if told:
        yield f"**The real dates are vague too:** of {count}, {' and '.join(told)}."


def _outside(score: dict[str, Any], share: float) -> bool:
    low, high = score["median_relative_bias_ci95"]
    return low > share or high < -share


def _listed(named: list[tuple[str, dict[str, Any]]]) -> str:
    return "; ".join(
        f"{name} ({score['median_relative_bias']:+.0%}, {score['median_relative_bias_ci95'][0]:+.0%} to "
        f"{score['median_relative_bias_ci95'][1]:+.0%}, {score['count']} cases)"
        for name, score in named
    )


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _open(builds: list[dict[str, Any]]) -> str:
    low = [each for each in builds if each["probability"] < UNLIKELY]
    if not low:
        return f"Of {len(builds)} builds that are still open none was all but ruled out by its forecast."
    named = ", ".join(f"`{each['case']}` ({each['probability']:.0%})" for each in low)
    return f"**Too early for builds that are still open:** a chance below {UNLIKELY:.0%} to last so long had {named}."


def _facts(facts: list[KeptAside]) -> Iterator[str]:
    missed = sorted((each for each in facts if abs(each.percent) > MISSED), key=lambda each: -abs(each.percent))
    if missed:
        yield (
            f"**Of {len(facts)} facts that were kept aside, {len(missed)} are missed by more than {MISSED}%:**\n"
            + "\n".join(f"    - {each.fact}, {each.what}: {each.verdict}; {each.why}" for each in missed)
        )


def _best(baselines: dict[str, Any]) -> tuple[str, Any] | None:
    finite = [item for item in baselines.items() if item[1]["cut"]["pinball"] is not None]
    return min(finite, key=lambda item: item[1]["cut"]["pinball"], default=None)


def bullets(points: Iterable[str]) -> str:
    """A Markdown list."""
    return "".join(f"- {point}\n" for point in points)
