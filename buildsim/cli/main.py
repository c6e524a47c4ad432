"""The command ``buildsim``: its commands, and what every failure means to the caller.

Exit codes: 0 done, 2 bad input (or a place that cannot be written), 130 interrupted, 1 our own fault. Nothing
heavy is imported before a command needs it, so that help is quick.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import typer

from buildsim.cli.backtest import backtest
from buildsim.cli.bottlenecks import bottlenecks
from buildsim.cli.catalog import catalog
from buildsim.cli.check import check
from buildsim.cli.compare import compare
from buildsim.cli.graph import graph
from buildsim.cli.import_ import import_
from buildsim.cli.level import level
from buildsim.cli.listings import scenarios, sites
from buildsim.cli.market import market
from buildsim.cli.new import new
from buildsim.cli.order_by import order_by
from buildsim.cli.output import note, silence_stdout
from buildsim.cli.path import path
from buildsim.cli.plot import plot
from buildsim.cli.ramp import ramp
from buildsim.cli.run import run
from buildsim.cli.runner_up import runner_up
from buildsim.cli.schedule import schedule
from buildsim.cli.schema import schema
from buildsim.cli.sensitivity import sensitivity
from buildsim.cli.serve import keys, serve, work
from buildsim.cli.status import status
from buildsim.cli.sweep import sweep
from buildsim.cli.what_if import what_if
from buildsim.errors import BuildsimError

DONE, OUR_FAULT, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


@dataclass(slots=True)
class Settings:
    """What the options before the command say."""

    debug: bool = False


app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, check, path, plot, graph, schedule):
    app.command()(command)
app.command("runner-up")(runner_up)
app.command("what-if")(what_if)
app.command()(compare)
app.command()(bottlenecks)
app.command("order-by")(order_by)
app.command()(level)
app.command()(sweep)
app.command()(sensitivity)
app.command()(status)
app.command()(ramp)
app.command()(market)
app.command()(backtest)
app.command()(new)
app.command("import")(import_)
app.add_typer(catalog, name="catalog")
app.command()(sites)
app.command()(scenarios)
app.command()(schema)
app.command()(serve)
app.command()(work)
app.add_typer(keys, name="keys")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"buildsim {version('buildsim')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a fault of buildsim happened.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """When does the first GPU run, what holds it up, and why.

    Simulates data-center buildouts: sites, crews, permits, power and supply chains. `buildsim run quickstart` shows
    what it answers.
    """
    ctx.obj.debug |= debug


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    settings = Settings(debug=bool(os.environ.get("BUILDSIM_DEBUG")))
    _show_any_character()
    try:
        with _terminable():
            code: Any = app(arguments, prog_name="buildsim", standalone_mode=False, obj=settings)
            sys.stdout.flush()
        if code == INTERRUPTED:  # what typer makes of a KeyboardInterrupt
            note("interrupted: no file is left half-written")
        return code if isinstance(code, int) else DONE
    except (BrokenPipeError, SystemExit):  # the latter is typer's answer to a reader of its help that has gone away
        silence_stdout()
        return DONE
    except BuildsimError as error:
        note(str(error))
        return BAD_INPUT
    except typer.TyperException as error:
        _show_usage(error)
        return error.exit_code
    except OSError as error:  # a full disk, a closed door: refused by the system, no fault of ours
        note(f"buildsim: {error}")
        silence_stdout()
        return BAD_INPUT
    except Exception as error:
        _report_fault(error, settings.debug)
        return OUR_FAULT


def _show_usage(error: typer.TyperException) -> None:
    if hasattr(error, "show"):  # those of the parser, which know the usage line; the public base class lacks it
        error.show()
    else:
        note(error.format_message())


def _report_fault(error: Exception, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
    note(f"buildsim: {type(error).__name__}: {error}")
    note("This is a fault of buildsim, not of your input. Please report it with the command and files that led here.")
    if not debug:
        note("`buildsim --debug ...` shows where it happened.")


def _show_any_character() -> None:
    """A terminal or locale that lacks a character gets a question mark, not a failure."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does, so that nothing half-written stays behind."""

    def interrupt(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
