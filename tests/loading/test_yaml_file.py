"""The YAML subset: what is read, what is refused and where, and that no input breaks the reader."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.errors import InputError, Problem
from buildsim.loading.yaml_file import MAX_BYTES, MAX_DEPTH, parse_document, read_document

SITE = """\
name: abilene
halls:
  hall-1:
    it: 48 MW IT
    links: [a, {to: b, lag: 3}]
  hall-2: {it: 50 MW IT}
"""


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    try:
        found = parse_document(text, "site.yaml").problems
    except InputError as error:
        found = error.problems
    return InputError(found).problems


def only_problem_of(text: str | bytes) -> Problem:
    (problem,) = problems_of(text)
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-17", -17),
        ("0", 0),
        ("1000000000000000", 10**15),
        ("0.25", 0.25),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2024-05-31", "2024-05-31"),
        ("1,200 racks", "1,200 racks"),
        ("pert(40, 55, 80) workdays", "pert(40, 55, 80) workdays"),
        ("'010'", "010"),
        ('"yes"', "yes"),
        ("inf", "inf"),
        ("nope", "nope"),
        ("12:75", "12:75"),
        ("0.5.1", "0.5.1"),
    ],
)
def test_scalars_follow_the_yaml_1_2_core_schema(text: str, value: Any) -> None:
    data = parse_document(f"key: {text}\n", "f").data["key"]
    assert data == value
    assert type(data) is type(value)


@pytest.mark.parametrize("text", ["yes", "No", "ON", "off", "y", "N"])
def test_yaml_1_1_booleans_are_refused(text: str) -> None:
    problem = only_problem_of(f"a:\n  b: {text}\n")
    assert (problem.line, problem.column, problem.path) == (2, 6, "a.b")
    assert problem.message == f"{text} is a truth value in YAML 1.1"
    assert problem.expected == f'true, false, or in quotes: "{text}"'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12:30", "base-60"),
        ("1:30:00", "base-60"),
        ("-1:30.5", "base-60"),
        ("010", "octal"),
        ("08", "leading zero"),
        ("0o10", "octal"),
        ("0x1F", "hexadecimal"),
        ("0b11", "binary"),
        ("1_000", "only in YAML 1.1"),
        ("1_000.5", "only in YAML 1.1"),
    ],
)
def test_numbers_that_yaml_1_1_reads_differently_are_refused(text: str, reason: str) -> None:
    problem = only_problem_of(f"- {text}\n")
    assert (problem.line, problem.column, problem.path) == (1, 3, "[0]")
    assert reason in problem.message
    assert problem.expected == f'a decimal number, or the text in quotes: "{text}"'


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e400", "1000000000000001", "-2e15", "9" * 5000])
def test_numbers_without_sense_are_refused(text: str) -> None:
    assert only_problem_of(f"a: {text}\n").path == "a"


def test_duplicate_keys_name_both_lines() -> None:
    problem = only_problem_of("halls:\n  one: 1\n  two: 2\n  one: 3\n")
    assert (problem.line, problem.column, problem.path) == (4, 3, "halls.one")
    assert problem.message == "duplicate key, on lines 2 and 4"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: &x 1\n", 1, 4, "anchor &x is not supported"),
        ("a: 1\nb: *x\n", 2, 4, "alias *x is not supported"),
        ("a: !!int 5\n", 1, 4, "the tag !!int is not supported"),
        ("a: [!mine {b: 1}]\n", 1, 5, "the tag !mine is not supported"),
        ("a:\n  <<: {b: 1}\n", 2, 3, "merge keys are not supported"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins here"),
        ("a: 1\n2: b\n", 2, 1, "a key must be a text"),
        ("null: b\n", 1, 1, "a key must be a text"),
        ("a: {true: b}\n", 1, 5, "a key must be a text"),
        ("? [1]\n: 2\n", 1, 3, "a list, mapping or alias cannot be a key"),
        ("on: b\n", 1, 1, "on is a truth value in YAML 1.1"),
        ("", 1, 1, "the file holds no data"),
        ("# only a comment\n", 1, 1, "the file holds no data"),
        ("---\nnull\n", 1, 1, "the file holds no data"),
        ("a: é\nb: é\x01\n", 2, 5, "the character U+0001 is not allowed"),
        ("a: \ud800\n", 1, 4, "not UTF-8: byte 0xed at byte offset 3"),
        (b"a: 1\nb: \xc3\xa9\xff\n", 2, 5, "not UTF-8: byte 0xff at byte offset 10"),
        ("a: b: c\n", 1, 5, "YAML syntax: mapping values are not allowed in this context"),
    ],
)
def test_refusals_and_their_places(text: str | bytes, line: int, column: int, message: str) -> None:
    problem = only_problem_of(text)
    assert (problem.file, problem.line, problem.column) == ("site.yaml", line, column)
    assert problem.message == message


def test_a_syntax_error_tells_where_the_construct_began() -> None:
    problem = only_problem_of("a: 1\nb: [1, 2\nc: 3\n")
    assert (problem.line, problem.column) == (3, 2)
    assert problem.message.startswith("YAML syntax: ")
    assert problem.message.endswith("(while parsing a flow sequence from line 2)")


def test_tabs_get_advice() -> None:
    problem = only_problem_of("a:\n\tb: 1\n")
    assert problem.line == 2
    assert problem.expected == "spaces, not tabs, and quotes around a text that begins with a special character"


def test_all_problems_of_a_file_come_at_once_in_order() -> None:
    problems = problems_of("a: yes\na: 010\nb: [&x 1, .inf]\nc: [\n")
    assert [(p.line, p.column) for p in problems] == [(1, 4), (2, 1), (2, 4), (3, 5), (3, 11), (5, 1)]


def test_what_is_refused_is_left_out_and_the_rest_is_read() -> None:
    text = "a: 1\nb: {c: no, d: 2}\nb: {d: off}\nno: {e: 3}\nf: [1, 0x1]\ng: {h: &x 4, i: !!int 5}\n"
    document = parse_document(text, "f")
    assert len(document.problems) == 7
    # what is left out is empty at first: whatever refuses that finds it in the gaps
    assert document.data == {"a": 1, "b": {"c": {}, "d": 2}, "f": {}, "g": {"h": 4, "i": {}}}
    assert list(document.gaps) == [("no",), ("b", "c"), ("f",), ("g", "i")]


def test_nesting_up_to_the_limit_is_read_and_beyond_it_refused() -> None:
    assert parse_document("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f").data
    problem = only_problem_of("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert (problem.message, problem.column) == ("nested too deeply", MAX_DEPTH + 1)


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? ", "[?"])
def test_bottomless_nesting_ends_soon(opening: str) -> None:
    problems = problems_of(opening * 100_000)
    assert problems[-1].message == "nested too deeply"


def test_a_file_over_the_size_limit_is_refused_before_parsing(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"[" + b" " * MAX_BYTES)
    with pytest.raises(InputError) as caught:
        read_document(file, "large.yaml")
    assert str(caught.value) == "large.yaml:1:1: the file is too large\n  expected: at most 4 MiB"


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    for file, message in [(tmp_path / "no.yaml", "there is no such file"), (tmp_path, "this is a folder, not a file")]:
        with pytest.raises(InputError) as caught:
            read_document(file, "named.yaml")
        assert str(caught.value) == f"named.yaml:1:1: {message}"


def test_a_name_that_no_file_can_have_is_a_problem() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_document(Path("nul\0.yaml"), "nul.yaml")


def test_files_inside_a_zip_are_read(tmp_path: Path) -> None:
    archive = tmp_path / "data.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a/site.yaml", SITE)
    with zipfile.ZipFile(archive) as file:
        document = read_document(zipfile.Path(file, "a/site.yaml"), "site.yaml")
    assert document.data["name"] == "abilene"


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    document = parse_document(b"\xef\xbb\xbfa: 1\n", "f")
    assert document.data == {"a": 1}
    assert document.key_position(["a"]) == (1, 1)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ([], (1, 1), (1, 1)),
        (["name"], (1, 7), (1, 1)),
        (["halls"], (3, 3), (2, 1)),
        (["halls", "hall-1", "it"], (4, 9), (4, 5)),
        (["halls", "hall-1", "links", 0], (5, 13), (5, 13)),
        (["halls", "hall-1", "links", 1, "lag"], (5, 29), (5, 24)),
        (["halls", "hall-2", "it"], (6, 16), (6, 12)),
    ],
)
def test_positions_of_values_and_keys(path: list[str | int], value: tuple[int, int], key: tuple[int, int]) -> None:
    document = parse_document(SITE, "site.yaml")
    assert document.position(path) == value
    assert document.key_position(path) == key


@pytest.mark.parametrize("missing", [["x"], [7], ["x", "y", 0]])
def test_a_position_falls_back_to_the_nearest_ancestor(missing: list[str | int]) -> None:
    document = parse_document(SITE, "site.yaml")
    assert document.position(["halls", "hall-1", *missing]) == (4, 5)
    assert document.position(["halls", "hall-1", "links", 9]) == (5, 12)


def calls_during(action: Callable[[], object]) -> int:
    """Count the calls of Python and C functions, a measure of work that no machine changes."""
    count = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def test_reading_takes_work_in_proportion_and_positions_cost_nothing_until_asked() -> None:
    fact = "- {id: x, value: 1.5, unit: weeks, low: 1, mode: 2, high: 3, at: 2024-05-31, by: me, a: true, b: null}\n"
    few = calls_during(lambda: parse_document(fact * 100, "f"))
    many = calls_during(lambda: parse_document(fact * 1000, "f"))
    assert many < 10.5 * few
    assert many < 40 * 10 * 1000  # per key of a fact
    document = parse_document(fact * 1000, "f")
    assert calls_during(lambda: document.position([999, "b"])) < 20


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    parse_or_refuse(raw)


@given(st.text(alphabet="ab01_:.-+?*&!|>%@#'\"[]{},<~ \t\n\r\x00\x85\u2028\ufeffé\ud800", max_size=60))
def test_any_text_of_yaml_signs_is_read_or_refused(text: str) -> None:
    parse_or_refuse(text)


def parse_or_refuse(text: str | bytes) -> None:
    try:
        places = [parse_document(text, "f").position([])]
    except InputError as error:
        places = [(problem.line, problem.column) for problem in error.problems]
    assert all(line >= 1 and column >= 1 for line, column in places)
