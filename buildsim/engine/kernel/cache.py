"""Where compiled code is kept: a folder per user and per state of the kernel's source.

Numba by itself looks only at the file that holds the compiled function, so a change in another file of the kernel
would be missed, and it fails where it can write neither beside that file nor in a home folder.
"""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import numba
import numpy as np

SOURCES = (Path(__file__).parent, Path(__file__).parents[2] / "network")


def use_own_cache() -> Path | None:
    """Point numba at the kernel's own folder, before anything is compiled; None if the user chose one.

    ``NUMBA_CACHE_DIR`` goes first, then the user's cache folder. Where that cannot be written a private temporary
    folder takes its place, and the code is compiled anew by each process.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return None
    try:
        folder = _user_cache() / "buildsim" / f"kernel-{_digest()}"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        folder = Path(tempfile.mkdtemp(prefix="buildsim-kernel-"))
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return folder


def _user_cache() -> Path:
    stated = os.environ.get("XDG_CACHE_HOME")
    return Path(stated) if stated else Path.home() / ".cache"


def _digest() -> str:
    """Of the compiler's versions and of all source that compiled code depends on."""
    digest = sha256(f"{numba.__version__} {np.__version__}".encode())
    for folder in SOURCES:
        for file in sorted(folder.glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
