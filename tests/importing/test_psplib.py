"""PSPLIB files: what is read, and that whatever is wrong is refused at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError, Problem
from buildsim.importing.names import valid_name
from buildsim.importing.psplib import Instance, Job, read, scenario_text
from buildsim.loading.project import load_scenario

STARS = "*" * 72

SMALL = f"""{STARS}
file with basedata            : made.bas
initial value random generator: 7
{STARS}
projects                      :  1
jobs (incl. supersource/sink ):  4
horizon                       :  9
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
{STARS}
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      2      0        5        3        5
{STARS}
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           3   2
   2        1          1           4
   3        1          1           4
   4        1          0
{STARS}
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
{"-" * 72}
  1      1     0       0    0
  2      1     5       2    0
  3      1     4       2    1
  4      1     0       0    0
{STARS}
RESOURCEAVAILABILITIES:
  R 1  R 2
    3    1
{STARS}
"""


@pytest.fixture
def refused(tmp_path: Path):
    """The only problem of a file with this text."""

    def problem(text: str | bytes) -> Problem:
        file = tmp_path / "made.sm"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        with pytest.raises(InputError) as error:
            read(file)
        (found,) = error.value.problems
        assert found.file == str(file)
        return found

    return problem


def test_an_instance_is_read(tmp_path: Path) -> None:
    (tmp_path / "made.sm").write_text(SMALL)
    jobs = (Job(0, (0, 0), ()), Job(5, (2, 0), (1,)), Job(4, (2, 1), (1,)), Job(0, (0, 0), (2, 3)))
    assert read(tmp_path / "made.sm") == Instance(jobs, (3, 1))


@pytest.mark.parametrize("colon", [" :", ":", ": "])
def test_the_colon_of_a_header_may_touch_what_it_parts(tmp_path: Path, colon: str) -> None:
    plain, odd = tmp_path / "plain.sm", tmp_path / "odd.sm"
    plain.write_text(SMALL)
    odd.write_text(SMALL.replace("projects                      :  1", f"projects{colon}1"))
    assert read(odd) == read(plain)


def test_line_ends_of_another_system_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "unix.sm").write_text(SMALL)
    (tmp_path / "dos.sm").write_bytes(SMALL.replace("\n", "\r\n").encode())
    assert read(tmp_path / "dos.sm") == read(tmp_path / "unix.sm")


def test_its_scenario_has_jobs_in_order_and_resources_as_pools(tmp_path: Path) -> None:
    (tmp_path / "made.sm").write_text(SMALL)
    (tmp_path / "made.yaml").write_text(scenario_text(read(tmp_path / "made.sm"), "made", "made.sm"))
    network = compile_network(load_scenario(tmp_path / "made.yaml")).network
    assert network.activities.name == ("made/job-1", "made/job-2", "made/job-3", "made/job-4", "made/finish")
    assert network.milestones.name == ("finish",)
    assert network.pools.name == ("r1", "r2")
    assert network.horizon == 9 * 1440


def test_names_that_look_like_numbers_stay_texts(tmp_path: Path) -> None:
    (tmp_path / "made.sm").write_text(SMALL)
    for name in ("1e5", "no", "2026"):
        (tmp_path / f"{name}.yaml").write_text(scenario_text(read(tmp_path / "made.sm"), name, "made.sm"))
        assert load_scenario(tmp_path / f"{name}.yaml").scenario.name == name


@pytest.mark.parametrize("cut", range(0, len(SMALL) - len(STARS) - 1, 7))
def test_a_file_that_is_cut_off_is_refused_wherever_it_ends(refused, cut: int) -> None:
    problem = refused(SMALL[:cut])
    assert problem.expected is not None


CHANGES = {
    "multi-mode job": ("   2        1          1   ", "   2        |3          1   ", "multi-mode"),
    "nonrenewable resource": ("nonrenewable              :  0", "nonrenewable              :  |1", "multi-mode"),
    "several projects": ("projects                      :  1", "projects                      :  |2", "projects"),
    "unknown successor": ("           3   2", "           3   |9", "there is no job 9"),
    "successors missing": ("  2           3   2", "  |2           3", "names 1 successors and says 2"),
    "need above capacity": ("  2      1     5       2", "  2      1     5       |4", "needs 4 units"),
    "not a number": ("  3      1     4 ", "  3      1     |x ", "'x' is refused"),
    "a negative length": ("  3      1     4 ", "  3      1    |-4 ", "'-4' is refused"),
    "a fraction": ("  3      1     4 ", "  3      1   |4.5 ", "'4.5' is refused"),
    "job out of turn": ("   3        1          1           4", "   |5        1          1           4", "out of turn"),
    "a need missing": ("  3      1     4       2    1", "  3      1     4       |2", "4 numbers in this row"),
    "fewer jobs": ("):  4", "):  3", "there is no job 4"),
    "more jobs": ("):  4", "):  5", "4 jobs, not 5"),
    "a circle": ("   4        1          0", "   4        1          1           2", "jobs wait for one another"),
    "two centuries": ("  2      1     5 ", "  2      1     |99999 ", "200 years"),
}
"""What is changed, into what (the word at fault after a bar), and what is said."""

ELSEWHERE = {
    "fewer jobs": SMALL.index("4", SMALL.index("   2        1          1")),
    "more jobs": SMALL.index("4        1          0"),
    "a circle": 0,
}
"""The place in the text where the change itself is not at fault."""


@pytest.mark.parametrize("change", CHANGES)
def test_mistakes_are_refused_at_their_place(refused, change: str) -> None:
    before, after, said = CHANGES[change]
    assert SMALL.count(before) == 1
    marked = SMALL.replace(before, after)
    problem = refused(marked.replace("|", ""))
    at = ELSEWHERE[change] if change in ELSEWHERE else marked.index("|")
    assert (problem.line, problem.column) == (marked.count("\n", 0, at) + 1, at - marked.rfind("\n", 0, at))
    assert said in problem.message


def test_other_files_are_refused(refused, tmp_path: Path) -> None:
    assert "PRECEDENCE RELATIONS" in refused("20 5 0 0\n0 1 5\n").message
    assert "PRECEDENCE RELATIONS" in refused("").message
    binary = refused(b"one line\nand \xff")
    assert ((binary.line, binary.column), binary.message) == ((2, 5), "this is no plain text")
    assert "larger than 4 MB" in refused("x" * 5_000_000).message
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "nowhere.sm")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("j306_8", "j306_8"),
        ("J30 (1)", "j30-1"),
        ("_x", "x"),
        ("Größe", "gr-e"),
        ("...", "project"),
        ("a" * 99, "a" * 80),
    ],
)
def test_names(text: str, name: str) -> None:
    assert valid_name(text) == name
