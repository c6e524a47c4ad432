"""``buildsim serve``, ``buildsim work`` and ``buildsim keys``: the REST service."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from buildsim.cli.output import note
from buildsim.errors import InputError, Problem

if TYPE_CHECKING:
    from buildsim_api.settings import Settings
    from buildsim_api.store.keys import Keys

keys = typer.Typer(help="Make, list and revoke keys of the REST service.", no_args_is_help=True)


def serve(
    host: Annotated[
        str, typer.Option(metavar="H", help="Where it listens; 127.0.0.1 is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="P", min=1, max=65_535, help="Its port.")] = 8000,
) -> None:
    """Start the REST service, with workers that play its jobs. Settings are in the environment."""
    settings = _settings()
    from buildsim_api.server import serve as begin

    note(f"buildsim answers at http://{host}:{port}")
    if settings.keys_required(host):
        note("a key is required: buildsim keys add NAME")
    else:
        note("warning: no key is required; whoever reaches this port may ask everything")
    begin(settings, host, port)


def work() -> None:
    """Start a worker of the REST service alone, on the database that the environment names."""
    settings = _settings()
    from buildsim_api.jobs.worker import run_worker
    from buildsim_api.store.database import connect, migrate

    engine = connect(settings.database)
    migrate(engine)
    engine.dispose()
    run_worker(settings)


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is.")],
    scope: Annotated[
        list[str] | None, typer.Option(metavar="read|run|admin", help="What it may; repeatable, default read and run.")
    ] = None,
) -> None:
    """Make a key. It is shown once."""
    there = _keys()
    from buildsim.studies.options import choose
    from buildsim_api.store.keys import SCOPES

    wanted = {choose("scope", each, SCOPES) for each in scope or ("read", "run")}
    asked = tuple(each for each in SCOPES if each in wanted)
    key, text = there.add(name, asked)
    note(f"key {key.id} for {name}, scopes {', '.join(asked)}; it is not shown again:")
    typer.echo(text)


@keys.command("list")
def list_keys() -> None:
    """List all keys, without their secrets."""
    from datetime import UTC, datetime

    for key in _keys().listing():
        made = datetime.fromtimestamp(key.created, UTC).strftime("%Y-%m-%d")
        typer.echo(f"{key.id}  {made}  {' '.join(key.scopes)}  {key.name}{'  revoked' if key.revoked else ''}")


@keys.command("revoke")
def revoke_key(key: Annotated[str, typer.Argument(metavar="ID", help="The id of the key.")]) -> None:
    """Let a key open nothing any more."""
    if not _keys().revoke(key):
        raise InputError(
            [Problem("keys", 1, 1, "", f"there is no key {key} that opens anything", "an id of `keys list`")]
        )
    note(f"revoked {key}")


def _settings() -> Settings:
    if find_spec("fastapi") is None or find_spec("sqlalchemy") is None:
        message = "the service needs libraries that are not installed"
        raise InputError([Problem("serve", 1, 1, "", message, "pip install 'buildsim[serve]'")])
    from pydantic import ValidationError

    from buildsim_api.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        raise InputError(
            Problem("environment", 1, 1, f"BUILDSIM_{'_'.join(map(str, each['loc'])).upper()}", each["msg"])
            for each in error.errors()
        ) from None


def _keys() -> Keys:
    settings = _settings()
    from buildsim_api.store.database import connect, migrate
    from buildsim_api.store.keys import Keys

    engine = connect(settings.database)
    migrate(engine)
    return Keys(engine)
