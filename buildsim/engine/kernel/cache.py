"""Where compiled code is kept: a folder per user and per state of all that it depends on.

Code is compiled into a folder of the process's own, which gets its lasting name once something was played. So a folder
with that name is whole, however many processes compile at once and wherever one of them is stopped.

Numba by itself looks only at the file that holds the compiled function, so a change in another file of the kernel
would be missed; it fails where it can write neither beside that file nor in a home folder; and to ask it takes long.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

SOURCES = (Path(__file__).parent, Path(__file__).parents[2] / "network")


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder that numba reads and writes in this process."""

    folder: Path
    compiled: bool
    """Whether it held the code from the start."""
    kept: Path | None
    """The lasting name; None where nothing can be kept."""

    def publish(self) -> None:
        """Keep what was compiled; the first process to do so wins."""
        if self.kept is not None and not self.kept.exists():
            with suppress(OSError):  # another one was first
                self.folder.rename(self.kept)


def is_compiled() -> bool:
    """Whether this user has the code already, which may take half a minute to make. Imports no compiler."""
    kept = kept_folder()
    return kept is not None and _is_readable(kept)


@cache
def open_cache() -> Cache:
    """Point numba at the process's folder, before anything is compiled.

    Raises OSError where not even a temporary folder can be made.
    """
    import numba

    found = _open()
    numba.config.CACHE_DIR = str(found.folder)  # type: ignore[attr-defined]
    return found


def kept_folder() -> Path | None:
    """Where the code lasts: in ``NUMBA_CACHE_DIR`` if that is set, else in the user's cache folder, if there is one."""
    stated, xdg = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    try:
        caches = Path(stated or xdg or Path.home() / ".cache")
    except RuntimeError:  # no home folder
        return None
    return caches.absolute() / "buildsim" / f"kernel-{_digest()}"


def _open() -> Cache:
    kept = kept_folder()
    if kept is not None and _is_readable(kept):
        if os.access(kept, os.W_OK):
            return Cache(kept, True, kept)
        return Cache(_copy(kept), True, None)  # numba takes no folder that it cannot write
    if kept is not None:
        own = kept.with_name(f"{kept.name}.{uuid4().hex[:8]}")
        with suppress(OSError):
            own.mkdir(parents=True)
            atexit.register(shutil.rmtree, own, ignore_errors=True)
            return Cache(own, False, kept)
    return Cache(_temporary(), False, None)


def _temporary() -> Path:
    """A folder of this user and process alone: what is read from it is executed."""
    folder = Path(tempfile.mkdtemp(prefix="buildsim-kernel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _copy(kept: Path) -> Path:
    folder = _temporary()
    for file in kept.glob("*/*"):
        target = folder / file.relative_to(kept)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, target)
    return folder


def _is_readable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


@cache
def _digest() -> str:
    """Of Python, the compiler, the processor, and where and what the source is that compiled code depends on."""
    digest = sha256()
    for part in (sys.implementation.cache_tag, version("numba"), version("numpy"), _processor(), SOURCES[0]):
        digest.update(f"{part}\n".encode())
    for folder in SOURCES:
        for file in sorted(folder.glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _processor() -> str:
    """What numba compiles for, as far as that can be told without it: what it is told, or the machine's own."""
    stated = [os.environ.get(name, "") for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")]
    if stated[0]:
        return f"{platform.machine()} {stated}"
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()} {stated}"
    said = {line for line in lines if line.startswith(("model name", "flags", "CPU part", "Features"))}
    return f"{platform.machine()} {sorted(said)} {stated}"
