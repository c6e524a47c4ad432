"""Overrides: paths, values by the rules of the files, and no key invented on the way."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.errors import InputError, Problem, format_path
from buildsim.loading.overrides import apply_override, parse_assignment, parse_path

DATA = {"halls": {"hall-1": {"it": 48, "links": ["a", {"to": "b"}]}}, "v1.2": {"x": 1}, "empty": None}


def only_problem_of(error: InputError) -> Problem:
    (problem,) = error.problems
    assert (problem.file, problem.line) == ("--set", 1)
    return problem


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("a.b=3", "a.b", 3),
        ("a=pert(40, 55, 80) workdays", "a", "pert(40, 55, 80) workdays"),
        ("a=[1, {b: true}]", "a", [1, {"b": True}]),
        ("a=null", "a", None),
        ("a= x=y ", "a", "x=y"),
        ('a."b=c".d=1e3', 'a."b=c".d', 1000.0),
        ("a=2024-05-31", "a", "2024-05-31"),
    ],
)
def test_an_assignment_is_a_path_and_a_yaml_value(text: str, path: str, value: Any) -> None:
    assert parse_assignment(text) == (path, value)


@pytest.mark.parametrize(
    ("text", "column", "path", "message"),
    [
        ("a.b", 4, "", 'no "=" in "a.b"'),
        ("a.b=", 5, "a.b", "no value after the ="),
        ("=3", 1, "", "this is not a path"),
        ("a..b=3", 2, "a..b", "this is not a path"),
        ("a b=3", 2, "a b", "this is not a path"),
        ("a[x]=3", 2, "a[x]", "this is not a path"),
        (r'a."\q"=3', 3, r'"\q"', "the quoted key is malformed"),
        ("a.b=yes", 5, "a.b", "yes is a truth value in YAML 1.1"),
        ("a=[1, 010]", 7, "a[1]", "010 has a leading zero, which means octal in YAML 1.1"),
        ("a={b: {c: 1_0}}", 11, "a.b.c", "1_0 is a number only in YAML 1.1"),
    ],
)
def test_a_bad_assignment_is_shown_with_its_column(text: str, column: int, path: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_assignment(text)
    problem = only_problem_of(caught.value)
    assert (problem.column, problem.path, problem.message) == (column, path, message)


def test_a_value_is_replaced_and_the_old_data_stays() -> None:
    before = copy.deepcopy(DATA)
    after = apply_override(DATA, "halls.hall-1.links[1].to", "c")
    assert after["halls"]["hall-1"] == {"it": 48, "links": ["a", {"to": "c"}]}
    assert before == DATA
    assert after["v1.2"] is DATA["v1.2"]


def test_the_last_key_may_be_new_and_quoted_keys_may_hold_dots() -> None:
    assert apply_override(DATA, "halls.hall-2", {})["halls"].keys() == {"hall-1", "hall-2"}
    assert apply_override(DATA, '"v1.2".x', 2)["v1.2"] == {"x": 2}


@pytest.mark.parametrize(
    ("path", "column", "shown", "message", "hint"),
    [
        ("hals.hall-1.it", 1, "hals", 'unknown key "hals"', "halls"),
        ("halls.hall1.it", 7, "halls.hall1", 'unknown key "hall1"', "hall-1"),
        ("halls.hall-1.links[2]", 19, "halls.hall-1.links[2]", "there is no such item", None),
        ("halls.hall-1.it.x", 17, "halls.hall-1.it.x", "there is no mapping here", None),
        ("halls[0]", 6, "halls[0]", "there is no list here", None),
        ("empty.x", 7, "empty.x", "there is no mapping here", None),
    ],
)
def test_a_path_that_leads_nowhere_is_shown(path: str, column: int, shown: str, message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as caught:
        apply_override(DATA, path, 1)
    problem = only_problem_of(caught.value)
    assert (problem.column, problem.path, problem.message, problem.hint) == (column, shown, message, hint)


@given(st.lists(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 999)), min_size=1))
def test_a_path_is_read_as_problems_print_it(path: list[str | int]) -> None:
    assert [part for part, _ in parse_path(format_path(path))] == path


@given(st.text(alphabet='ab.[]"\\=0 :{}', max_size=20))
def test_any_assignment_is_read_or_refused(text: str) -> None:
    try:
        path, value = parse_assignment(text)
        apply_override(DATA, path, value)
    except InputError as error:
        files = {problem.file for problem in error.problems}
    else:
        files = {"--set"}
    assert files == {"--set"}
