"""Mistakes found by models: exact places, plain words, nearest names, one problem per mistake."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    StringConstraints,
    Tag,
    model_validator,
)

from buildsim.errors import InputError, Problem
from buildsim.loading.collector import ProblemCollector
from buildsim.loading.settle import settle
from buildsim.loading.yaml_file import parse_document


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LengthError(ValueError):
    """Says more than a plain ValueError, as the parsers of quantities do."""

    message = "not a length"
    expected = "a length such as 3 m"
    hint = "m"


def parse_length(value: Any) -> float:
    if not isinstance(value, str) or not value.endswith(" m"):
        raise LengthError
    return float(value.removesuffix(" m"))


Length = Annotated[float, BeforeValidator(parse_length)]
Name = Annotated[str, StringConstraints(pattern="^[a-z0-9-]+$")]


class Gas(Model):
    kind: Literal["gas"]
    turbines: int = Field(examples=[10])


class Grid(Model):
    kind: Literal["grid"]
    substation: Literal["new", "standing"]


class Link(Model):
    to: str
    lag: Length | None = None


class Fact(Model):
    value: Length

    @model_validator(mode="before")
    @classmethod
    def bare(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, str) else data


class Hall(Model):
    it: Annotated[float, Field(gt=0)]
    links: list[str | Link] = []
    width: Length | Fact | Literal["unknown"] | None = None
    fact: Fact | None = None


def form_of(value: Any) -> str:
    return "linked" if isinstance(value, dict) else "plain"


Form = Annotated[Annotated[int, Tag("plain")] | Annotated[Link, Tag("linked")], Discriminator(form_of)]


class Halls(RootModel[dict[Name, Hall]]):
    pass


class Site(Model):
    name: str
    halls: Halls
    power: Annotated[Gas | Grid, Field(discriminator="kind")] | None = None
    backup: Gas | Grid | None = None
    start_date: Annotated[str | None, Field(alias="start")] = None
    spans: Annotated[tuple[Link, ...], Field(strict=False, min_length=1)] | None = None
    form: Form = 1

    @model_validator(mode="after")
    def backed_up(self) -> Site:
        if self.power is not None and self.power == self.backup:
            raise ValueError("power and backup are the same")
        return self


def problems_of(text: str) -> tuple[Problem, ...]:
    found = settle(parse_document(text, "s.yaml"), Site, {}).problems
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.column, problem.path)))


def only_problem_of(line: str) -> Problem:
    """The one problem of a site that is right but for `line`, its third."""
    (problem,) = problems_of(f"name: x\nhalls: {{h: {{it: 1.5}}}}\n{line}\n")
    return problem


def test_a_right_document_gives_the_model() -> None:
    document = parse_document("name: x\nhalls: {h: {it: 1.5, links: [a, {to: b, lag: 3 m}]}}\nstart: d\n", "s.yaml")
    site = settle(document, Site, {}).model
    assert site is not None
    assert site.halls.root["h"].links == ["a", Link.model_validate({"to": "b", "lag": "3 m"})]
    assert site.start_date == "d"


def test_several_mistakes_are_reported_at_once_in_order_of_place() -> None:
    problems = problems_of("nam: x\nhalls:\n  hall-1: {it: big}\n  Hall.2: {it: 1.5, link: []}\n")
    assert [str(problem) for problem in problems] == [
        's.yaml:1:1: nam: unknown key "nam"\n'
        "  expected: one of name, halls, power, backup, start, spans, form\n  did you mean name?",
        's.yaml:3:16: halls.hall-1.it: got "big"\n  expected: a number',
        's.yaml:4:3: halls."Hall.2": got "Hall.2"\n  expected: a text of the form ^[a-z0-9-]+$',
        's.yaml:4:21: halls."Hall.2".link: unknown key "link"\n'
        "  expected: one of it, links, width, fact\n  did you mean links?",
    ]


@pytest.mark.parametrize(
    ("line", "column", "path", "hint"),
    [
        ("strat: 1", 1, "strat", "start"),
        ("power: {kind: gas, turbines: 1, turbins: 2}", 33, "power.turbins", "turbines"),
        ("backup: {kind: grid, substation: new, substatoin: 2}", 39, "backup.substatoin", "substation"),
        ("spans: [{to: a}, {to: b, Lag: 3 m}]", 26, "spans[1].Lag", "lag"),
        ("spans: [{to: a, zzz: 3 m}]", 17, "spans[0].zzz", None),
        ("form: {to: a, lug: 3 m}", 15, "form.lug", "lag"),
    ],
)
def test_an_unknown_key_is_shown_with_the_nearest_one(line: str, column: int, path: str, hint: str | None) -> None:
    problem = only_problem_of(line)
    assert (problem.line, problem.column, problem.path, problem.hint) == (3, column, path, hint)


@pytest.mark.parametrize(
    ("line", "path", "message", "expected", "hint"),
    [
        ("power: {kind: gass}", "power.kind", 'got "gass"', "one of gas, grid", "gas"),
        ("power: {turbines: 2}", "power.kind", "this key is missing", None, None),
        ("power: 3", "power", "got 3", "a mapping", None),
        ("power: {kind: gas}", "power.turbines", "this key is missing", "a whole number, for example 10", None),
        ("power: {kind: gas, turbines: 1.5}", "power.turbines", "got 1.5", "a whole number, for example 10", None),
        ("backup: {kind: gas, turbines: x}", "backup.turbines", 'got "x"', "a whole number, for example 10", None),
        ("backup: {kind: grid}", "backup.substation", "this key is missing", "one of new, standing", None),
        ("backup: {kind: grid, substation: nwe}", "backup.substation", 'got "nwe"', "one of new, standing", "new"),
        ("backup: [1]", "backup", "got a list", "a mapping", None),
        ("start: true", "start", "got true", "a text", None),
        ("spans: {to: b}", "spans", "got a mapping", "a list", None),
        ("spans: []", "spans", "got a list", "a list of at least 1", None),
        ("spans: [{to: null}]", "spans[0].to", "got an empty value", "a text", None),
        ("spans: [{to: b, lag: 3 ft}]", "spans[0].lag", "not a length", "a length such as 3 m", "m"),
    ],
)
def test_each_mistake_is_one_problem_in_plain_words(
    line: str, path: str, message: str, expected: str | None, hint: str | None
) -> None:
    problem = only_problem_of(line)
    assert (problem.path, problem.message, problem.expected, problem.hint) == (path, message, expected, hint)


@pytest.mark.parametrize(
    ("hall", "path", "message", "expected"),
    [
        ("links: [a, 3]", "links[1]", "got 3", "a text or a mapping"),
        ("links: [{lag: 3 m}]", "links[0].to", "this key is missing", "a text"),
        ("width: unkown", "width", "not a length", "a length such as 3 m or unknown"),
        ("width: {valu: 3 m, value: 3 m}", "width.valu", 'unknown key "valu"', "value"),
        ("width: {value: 3 ft}", "width.value", "not a length", "a length such as 3 m"),
        ("fact: 3 ft", "fact", "not a length", "a length such as 3 m"),
    ],
)
def test_the_members_of_a_union_do_not_all_complain(hall: str, path: str, message: str, expected: str) -> None:
    (problem,) = problems_of(f"name: x\nhalls:\n  h:\n    it: 1.5\n    {hall}\n")
    assert problem.line == 5
    assert (problem.path, problem.message, problem.expected) == (f"halls.h.{path}", message, expected)


def test_a_mistake_of_the_whole_document_stands_at_its_top() -> None:
    text = "name: x\nhalls: {}\npower: {kind: gas, turbines: 1}\nbackup: {kind: gas, turbines: 1}\n"
    (problem,) = problems_of(text)
    assert str(problem) == "s.yaml:1:1: power and backup are the same"
    (problem,) = problems_of("just a text")
    assert str(problem) == 's.yaml:1:1: got "just a text"\n  expected: a mapping'


def test_a_key_called_like_a_union_member_stays_in_the_path() -> None:
    class Plant(Model):
        kind: Literal["gas"]
        gas: Link

    class Wind(Model):
        kind: Literal["wind"]

    class Power(Model):
        source: Annotated[Plant | Wind, Field(discriminator="kind")]

    document = parse_document("source: {kind: gas, gas: {}}\n", "s.yaml")
    assert [problem.path for problem in settle(document, Power, {}).problems] == ["source.gas.to"]


class TestSettling:
    """What is wrong is left out until the rest stands, and what follows from that is no mistake."""

    def settled(self, text: str):
        document = parse_document(text, "s.yaml")
        return settle(document, Site, {"name": "unnamed"})

    def test_the_rest_stands(self) -> None:
        settled = self.settled("name: x\nhalls: {h: {it: 1.5, width: 3 ft}, k: {it: 2.5, zzz: 1}}\nstart: 3\n")
        assert {problem.path for problem in settled.problems} == {"halls.h.width", "halls.k.zzz", "start"}
        assert settled.model is not None
        assert {name: hall.it for name, hall in settled.model.halls.root.items()} == {"h": 1.5, "k": 2.5}

    def test_without_what_it_requires_an_entry_goes_and_nobody_misses_it(self) -> None:
        settled = self.settled("name: x\nhalls: {h: {it: big}, k: {}, l: {it: 1.5}}\n")
        assert [problem.path for problem in settled.problems] == ["halls.h.it", "halls.k.it"]
        assert settled.model is not None
        assert list(settled.model.halls.root) == ["l"]

    def test_a_key_of_the_root_gets_a_stand_in(self) -> None:
        settled = self.settled("halls: {h: {it: 1.5}}\n")
        assert [problem.message for problem in settled.problems] == ["this key is missing"]
        assert settled.model is not None
        assert settled.model.name == "unnamed"

    def test_what_the_reader_refused_is_not_missed(self) -> None:
        settled = self.settled("name: x\nhalls: {h: {it: 0x10}, k: {it: 1.5, links: [a, no]}}\n")
        assert settled.problems == ()
        assert settled.model is not None
        assert settled.model.halls.root["k"].links == []

    def test_without_its_root_nothing_stands(self) -> None:
        settled = self.settled("just a text")
        assert settled.model is None
        assert len(settled.problems) == 1


def test_problems_are_gathered_once_each() -> None:
    collector = ProblemCollector()
    problem = Problem("c.yaml", 1, 1, "", "odd")
    with collector.collecting():
        raise InputError([problem])
    collector.extend([problem, Problem("d.yaml", 1, 1, "", "odd")])
    assert [each.file for each in collector.problems] == ["c.yaml", "d.yaml"]


def test_collecting_hides_no_other_error() -> None:
    with pytest.raises(KeyError), ProblemCollector().collecting():
        raise KeyError
