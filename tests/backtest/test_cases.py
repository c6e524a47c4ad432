"""Builds from a CSV file: what is read, what is not known, and how a mistake is answered."""

from __future__ import annotations

import csv
from dataclasses import fields
from datetime import date

import pytest

from buildsim.backtest.cases import INPUTS, Build, Outcome, read_cases
from buildsim.errors import InputError, Problem

from .conftest import FILE


def problems(file) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read_cases(file)
    return [*caught.value.problems]


def test_a_build_and_its_outcome(cases):
    assert cases.notes == ()
    assert [build.case for build in cases.builds] == [
        "alder-1", "alder-2", "birch", "cedar", "dogwood", "elm", "fir", "hazel", "ivy"
    ]  # fmt: skip
    assert cases.builds[1] == Build(
        case="alder-2",
        campus="alder",
        start_date=date(2023, 5, 15),
        build_type="campus expansion",
        retrofit=False,
        power_preexisting=True,
        onsite_power_first=False,
        tent_first=False,
        phased=True,
        first_facility_mw=160.0,
        first_it_mw=130.5,
        first_buildings=2,
        final_planned_facility_mw=240.0,
        owner="Alder Cloud",
        operator_class="hyperscaler",
        country="US",
        us_state="OH",
        grid="PJM",
    )
    assert cases.outcomes["alder-2"] == Outcome(640.0, 1060.0, None, False, "rule", False)
    assert cases.outcomes["hazel"] == Outcome(open_days=400.0)
    assert cases.outcomes["ivy"] == Outcome()


def test_a_forecast_cannot_see_outcomes(cases):
    known = {field.name for field in fields(Build)}
    assert known == {"case", "campus", *INPUTS}
    assert not known & {"chip", "redesign", "tent_later", *(field.name for field in fields(Outcome))}


def test_other_columns_change_no_build(cases, written):
    with FILE.open(newline="") as stream:
        rows = [["case", "campus", *INPUTS]]
        rows += [[row[name] for name in rows[0]] for row in csv.DictReader(stream)]
    file = written("\n".join(",".join(row) for row in rows))
    assert read_cases(file).builds == cases.builds


@pytest.mark.parametrize(
    "text", ["case\na\n", "case,owner,retrofit\na,,unknown\n", '\ufeffcase,phased\r\n\r\n"a",\r\n']
)
def test_what_is_missing_is_not_known(written, text):
    read = read_cases(written(text))
    assert (read.builds, read.outcomes, read.notes) == ((Build("a", "a"),), {"a": Outcome()}, ())


def test_days_from_dates(written):
    header = "case,start_date,first_operational_date,not_operational_on"
    rows = "a,2024-02-01,2024-03-01,\nb,2024-02-01,,2024-02-03"
    outcomes = read_cases(written(f"{header}\n{rows}\n")).outcomes
    assert (outcomes["a"].days, outcomes["b"].days, outcomes["b"].open_days) == (29.0, None, 2.0)


def test_unknown_words_are_not_known_and_said(written):
    read = read_cases(written("case,build_type,operator_class\na,grenfield,hyperscaler\nb,greenfield,bank\n"))
    assert [(build.build_type, build.operator_class) for build in read.builds] == [
        (None, "hyperscaler"),
        ("greenfield", None),
    ]
    first, second = read.notes
    assert first.endswith(":2:3: build_type 'grenfield' is taken as unknown; did you mean greenfield?")
    assert ":3:14: operator_class 'bank' is taken as unknown; known are hyperscaler, " in second


def test_a_misspelt_column_is_said(written):
    read = read_cases(written("case,retrofitt,days_lo\na,1,5\n"))
    assert read.builds == (Build("a", "a"),)
    assert [note.partition(": ")[2] for note in read.notes] == [
        "the column 'retrofitt' is not read; did you mean retrofit?"
    ]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("start_date", "31 May 2024", "a date such as 2024-05-31, or nothing"),
        ("retrofit", "maybe", "1 or yes, 0 or no, unknown or nothing"),
        ("phased", "2", "1 or yes, 0 or no, unknown or nothing"),
        ("first_it_mw", "0", "a number greater than 0, or nothing"),
        ("first_it_mw", "-3", "a number greater than 0, or nothing"),
        ("first_it_mw", "inf", "a number greater than 0, or nothing"),
        ("first_it_mw", "1_0", "a number greater than 0, or nothing"),
        ("final_planned_facility_mw", "1e999", "a number greater than 0, or nothing"),
        ("first_buildings", "1.5", "a whole number greater than 0, or nothing"),
        ("confirmed", "perhaps", "1 or yes, 0 or no, unknown or nothing"),
    ],
)
def test_a_refused_value(written, column, text, expected):
    file = written(f'case,note,{column}\na,"x,\ny",{text}\n')
    assert problems(file) == [Problem(str(file), 3, 4, f"a.{column}", f"{text!r} is refused", expected)]


def test_all_mistakes_at_once(written):
    file = written("case,retrofit,phased,days,max_observable_days\na,x,1,5,4\n,1,y,,\na,0,0,,\n")
    found = [(each.line, each.column, each.path, each.message) for each in problems(file)]
    assert found == [
        (2, 3, "a.retrofit", "'x' is refused"),
        (2, 9, "a.max_observable_days", "4 is less than the 5 days it took"),
        (3, 1, "case", "this row has no case"),
        (3, 4, "phased", "'y' is refused"),
        (4, 1, "a.case", "line 2 has this case too"),
    ]


def test_words_in_any_case(written):
    cases = read_cases(written("case,build_type,operator_class\na,Greenfield,HYPERSCALER\n"))
    assert (cases.builds[0].build_type, cases.builds[0].operator_class) == ("greenfield", "hyperscaler")
    assert cases.notes == ()


def test_flags_that_a_spreadsheet_or_a_table_of_numbers_writes(written):
    """A column of 0 and 1 with gaps becomes one of 0.0 and 1.0 in many programs."""
    found = read_cases(written("case,retrofit\na,1.0\nb,0.0\nc,\nd,TRUE\ne,False\n")).builds
    assert [build.retrofit for build in found] == [True, False, None, True, False]


@pytest.mark.parametrize("text", ["1799-12-31", "9999-12-31"])
def test_a_start_that_no_plan_can_have_is_refused_where_it_stands(written, text):
    file = written(f"case,owner,start_date\na,x,{text}\n")
    expected = "a date from 1800-01-01 to 2400-01-01, or nothing"
    assert problems(file) == [Problem(str(file), 2, 5, "a.start_date", f"{text!r} is refused", expected)]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file is empty"),
        ("cases,owner\na,b\n", 1, "there is no column 'case'"),
        ("case;owner\na;b\n", 1, "there is no column 'case'"),
        ("case,owner\n", 1, "there is no build in this file"),
        ("case,owner,owner\na,b,c\n", 1, "this column stands here again"),
        ("case,owner\na,b\na,b,c\n", 3, "this row has 3 fields"),
        ('case,owner\na,"b"c\n', 2, "this is no row of a CSV file"),
        ("case,start_date,first_operational_date\na,2024-02-01,2024-02-01\n", 2, "2024-02-01 is not after the start"),
    ],
)
def test_a_file_that_cannot_be_read(written, text, line, said):
    (problem,) = problems(written(text))
    assert problem.line == line
    assert problem.message.startswith(said)


def test_the_nearest_name_of_the_missing_column(written):
    assert str(problems(written("cases\na\n"))[0]).endswith("did you mean case instead of cases?")


def test_no_such_file_no_text(tmp_path):
    assert "cannot be read: No such file" in problems(tmp_path / "none.csv")[0].message
    assert "cannot be read" in problems(tmp_path)[0].message
    (tmp_path / "bytes.csv").write_bytes(b"case\na\xff\n")
    (problem,) = problems(tmp_path / "bytes.csv")
    assert (problem.line, problem.column, problem.message) == (2, 2, "this is not UTF-8")


@pytest.mark.parametrize("nothing", ["", "nan", "NaN", "NA", "n/a", "None", "null", "NaT", "<NA>", "unknown"])
def test_what_programs_write_for_nothing_is_nothing(written, nothing):
    cases = read_cases(written(f"case,first_it_mw,start_date,days\na,{nothing},{nothing},{nothing}\n"))
    assert (cases.builds[0].first_it_mw, cases.builds[0].start_date, cases.outcomes["a"].days) == (None, None, None)


def test_a_time_behind_a_date_is_passed_over(written):
    for text in ("2024-05-31 00:00:00", "2024-05-31T00:00:00"):
        assert read_cases(written(f"case,start_date\na,{text}\n")).builds[0].start_date == date(2024, 5, 31)


def test_an_outcome_that_cannot_be_read_stops_no_forecast(written):
    path = written("case,start_date,days,confirmed,max_observable_days\na,2024-05-31,soon,maybe,900\n")
    with pytest.raises(InputError) as refused:
        read_cases(path)
    assert len(refused.value.problems) == 2
    cases = read_cases(path, scored=False)
    assert (cases.outcomes["a"].days, cases.outcomes["a"].max_observable_days) == (None, 900)
    assert ["'soon' is refused" in cases.notes[0], "'maybe' is refused" in cases.notes[1]] == [True, True]
