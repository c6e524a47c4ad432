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

    ``NUMBA_CACHE_DIR`` goes first; then the user's cache folder; a temporary one where that cannot be written.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return None
    digest = sha256(f"{numba.__version__} {np.__version__}".encode())
    for folder in SOURCES:
        for file in sorted(folder.glob("*.py")):
            digest.update(file.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for base in (home, Path(tempfile.gettempdir(), f"buildsim-{os.getuid() if hasattr(os, 'getuid') else 'user'}")):
        folder = base / "buildsim" / f"kernel-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
            return folder
    return None
