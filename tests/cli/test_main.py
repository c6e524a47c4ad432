"""The command line as a whole: quick help, failures and exit codes, pipes and signals."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from buildsim.cli.main import Settings, app
from buildsim.cli.output import note

HEAVY = ("numpy", "pandas", "scipy", "simpy", "networkx", "pydantic", "yaml", "rich")
BUILDSIM = [sys.executable, "-m", "buildsim"]


def python(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, **options)


def test_help_imports_nothing_heavy() -> None:
    done = python(
        "import sys\n"
        "from buildsim.cli.main import main\n"
        "codes = [main(['--help']), main(['--version'])]\n"
        f"print(codes, sorted(set({HEAVY}) & set(sys.modules)))"
    )
    assert done.stdout.splitlines()[-1] == "[0, 0] []", done.stderr
    for command in ("run", "check", "path", "new", "schema"):
        assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["check", "us-2026"], set()),
        (["run", "quickstart", "-n", "1"], {"scipy", "simpy", "rich"}),
        (["run", "quickstart", "-n", "1", "--json", "-"], {"scipy", "simpy"}),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], needed: set[str]) -> None:
    heavy = {"altair", "fastapi", "networkx", "numba", "pandas", "pint", "pyarrow", "rich", "scipy.stats", "simpy"}
    done = python(
        "import sys\n"
        "from buildsim.cli.main import main\n"
        f"code = main({arguments})\n"
        f"print('', code, *sorted({heavy - needed} & set(sys.modules)))"
    )
    assert done.stdout.splitlines()[-1] == " 0", done.stderr


def test_commands_run_under_the_runner_of_typer(scenario):
    done = CliRunner().invoke(app, ["check", scenario], obj=Settings())
    assert (done.exit_code, done.stdout) == (0, "ok small.yaml: scenario, 2 sites, 4 activities, 1 pool\n")


def test_no_command_shows_help(cli):
    done = cli()
    assert done.code == 2
    assert "Commands:" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rn"], "Did you mean 'run'?"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "small.yaml", "--sed", "3"], "--seed"),
        (["run", "small.yaml", "-n", "many"], "'many' is not a whole number"),
        (["run", "small.yaml", "-n", "1e30"], "'1e30' is not a whole number"),
    ],
)
def test_usage_errors(cli, scenario, arguments, said):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_fault_of_ours_asks_for_a_report(cli, scenario, monkeypatch):
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("a [bold]surprise[/bold]")

    monkeypatch.setattr("buildsim.studies.run.run_scenario", fail)
    monkeypatch.delenv("BUILDSIM_DEBUG", raising=False)
    plain = cli("run", scenario)
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.startswith("buildsim: RuntimeError: a [bold]surprise[/bold]\n")
    assert "report it" in plain.err
    assert "Traceback" not in plain.err
    assert "Traceback" in cli("--debug", "run", scenario).err
    monkeypatch.setenv("BUILDSIM_DEBUG", "1")
    assert "Traceback" in cli("run", scenario).err


def test_messages_are_neither_wrapped_nor_taken_for_markup(capsys):
    note("[red]x[/red] \x1b[31m" + "long " * 60)
    assert capsys.readouterr().err == "[red]x[/red] \\x1b[31m" + "long " * 60 + "\n"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "small.yaml"]])
def test_a_reader_that_goes_away_is_no_failure(scenario, arguments):
    with subprocess.Popen([*BUILDSIM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0
    assert err in (b"", b"engine: reference\n") or err.startswith(b"engine: reference\nwarning: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["run", "small.yaml", "--json", "-"]])
def test_a_full_disk_is_said_plainly(scenario, arguments):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*BUILDSIM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_runs_leave_nothing(scenario, tmp_path, number):
    code = (
        "import sys\n"
        "from buildsim.cli.main import main\n"
        "from buildsim.sampling.draw import Sampler\n"
        "draw = Sampler.draw\n"
        "def announced(*args):\n"
        "    print('playing', flush=True)\n"
        "    return draw(*args)\n"
        "Sampler.draw = announced\n"
        f"sys.exit(main(['run', {scenario!r}, '-n', '9999999', '--engine', 'reference',"
        "'--json', 'result.json', '--out', 'kept']))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "playing\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]
