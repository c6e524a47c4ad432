"""A kept result: a folder with manifest.json, result.json and Parquet tables, written whole or not at all."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.result import from_json
from buildsim.analysis.tables import (
    attribution_table,
    criticality_table,
    milestone_table,
    path_table,
    with_attribution,
)
from buildsim.studies import converge, evidence, reliance
from buildsim.studies.answer import Answer, json_text
from buildsim.studies.files import check_folder_takes_files, refusal, write_folder
from buildsim.studies.tabular import parquet_bytes

FORMAT = "buildsim-result-1"
MANIFEST = "manifest.json"
RESULT = "result.json"
PARQUET = ".parquet"
UNTIL_CI = "until_ci"
FINISHES = "finishes.parquet"
ATTRIBUTION = "attribution.parquet"
_OF_RESULT = {"milestones.parquet", ATTRIBUTION, "criticality.parquet", "paths.parquet", FINISHES}
"""Tables that say what the result says, for other programs; only finishes and attribution are read back."""


def is_result(path: Path) -> bool:
    """True for a folder that holds a kept result."""
    return (path / MANIFEST).is_file()


def check_place(path: Path) -> None:
    """Refuse a folder into which no result could be kept in the end. Raises InputError."""
    require_pyarrow(path)
    if path.is_dir():
        _check_replaceable(path)
    elif path.exists():
        raise refusal(path, "this is a file, not a folder")
    check_folder_takes_files(path.resolve().parent, path)


def save(answer: Answer, path: Path) -> None:
    """Keep an answer in a folder, in the place of an earlier one that is there. Raises InputError."""
    check_place(path)
    result = answer.result
    tables = {
        "milestones.parquet": milestone_table(result),
        ATTRIBUTION: attribution_table(result),
        "criticality.parquet": criticality_table(result),
        "paths.parquet": path_table(result),
        FINISHES: answer.finishes,
        **{f"{name}{PARQUET}": table for name, table in answer.tables.items()},
    }
    files = {RESULT: json_text(answer).encode(), **{name: parquet_bytes(table) for name, table in tables.items()}}
    manifest = {
        "format": FORMAT,
        "scenario": result.scenario,
        "inputs_hash": result.inputs_hash,
        "seed": result.seed,
        "replications": result.replications,
        "engine": {"asked": result.engine, "used": answer.engine_used},
        "versions": dict(sorted(result.versions.items())),
        **({} if answer.convergence is None else {UNTIL_CI: converge.to_json(answer.convergence)}),
        "files": {name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()},
    }
    write_folder(path, {MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode(), **files})


def load(path: Path) -> Answer:
    """The answer kept in a folder. Raises InputError.

    Days have three decimals but in ``finishes`` and in the attribution of sites, which is to sum to their means.
    """
    manifest = _manifest(path)
    require_pyarrow(path)
    document = json.loads(_read(path, RESULT, manifest))
    finishes, attribution = _table(path, FINISHES, manifest), _table(path, ATTRIBUTION, manifest)
    tables = {
        name.removesuffix(PARQUET): _table(path, name, manifest)
        for name in manifest["files"]
        if name.endswith(PARQUET) and name not in _OF_RESULT
    }
    try:
        found = {name: evidence.from_json(site) for name, site in document["sites"].items()}
        rests_on = reliance.from_json(document["evidence"]) if "evidence" in document else None
        convergence = converge.from_json(manifest[UNTIL_CI]) if UNTIL_CI in manifest else None
        result = with_attribution(from_json(document), attribution)
        return Answer(result, found, lambda: finishes, manifest["engine"]["used"], tables, rests_on, convergence)
    except (KeyError, TypeError, ValueError) as error:
        raise refusal(path / RESULT, f"this is not a result of this version: {error!r}") from None


def require_pyarrow(path: Path) -> None:
    """Refuse a place for Parquet where pyarrow is not installed. Raises InputError."""
    if find_spec("pyarrow") is None:
        raise refusal(path, "Parquet needs pyarrow, which is not installed", 'pip install "buildsim[parquet]"')


def _check_replaceable(path: Path) -> None:
    """Only an empty folder, or one with nothing but a kept result, may be replaced."""
    names = {entry.name for entry in path.iterdir()}
    if not names:
        return
    if not is_result(path):
        raise refusal(path, "this folder exists and holds no kept result", "a new folder, or one to replace")
    others = sorted(names - {MANIFEST, *_manifest(path)["files"]})
    if others:
        raise refusal(path, f"this folder holds other files too: {', '.join(others)}", "a folder of its own")


def _manifest(path: Path) -> dict[str, Any]:
    if not is_result(path):
        raise refusal(path, "this folder holds no kept result", f"a folder with a {MANIFEST} that `run --out` wrote")
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        known = manifest["format"] == FORMAT and isinstance(manifest["files"], dict)
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise refusal(path / MANIFEST, "this is not the manifest of a result of this version")
    return dict(manifest)


def _read(path: Path, name: str, manifest: dict[str, Any]) -> bytes:
    try:
        data = (path / name).read_bytes()
    except OSError as error:
        raise refusal(path / name, f"cannot be read: {error.strerror}") from None
    if sha256(data).hexdigest() != manifest["files"].get(name, {}).get("sha256"):
        raise refusal(path / name, "this is not the file that the manifest lists: it was changed")
    return data


def _table(path: Path, name: str, manifest: dict[str, Any]) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(_read(path, name, manifest)), engine="pyarrow")
