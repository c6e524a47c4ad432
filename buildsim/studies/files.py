"""Files are written whole or not at all: beside their place under another name, then moved to it."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from buildsim.errors import InputError, Problem


def refusal(path: Path, message: str, expected: str | None = None) -> InputError:
    """The error for a place at which nothing can be written or read."""
    return InputError([Problem(str(path), 1, 1, "", message, expected)])


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written in the end, before hours are spent on it. Raises InputError."""
    if path.is_dir():
        raise refusal(path, "this is a folder, not a file")
    if not _is_written_directly(path):
        check_folder_takes_files(_beside(path).parent, path)


def check_folder_takes_files(folder: Path, path: Path) -> None:
    """Refuse ``path`` if nothing can be written into ``folder``. Raises InputError."""
    probe = folder / f".{secrets.token_hex(8)}"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise refusal(path, f"cannot be written: {_reason(error)}") from None


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; a device or a pipe is written to directly. Raises InputError."""
    try:
        if _is_written_directly(path):
            with open(path, "ab", buffering=0) as stream:
                _write_all(stream.write, data)
        else:
            _replace(path, data)
    except BrokenPipeError:
        pass  # the reader has read enough
    except OSError as error:
        raise refusal(path, f"cannot be written: {_reason(error)}") from None


def write_folder(path: Path, files: dict[str, bytes]) -> None:
    """Put a folder with these files in the place of what stands there, whole or not at all. Raises InputError."""
    target = Path(os.path.realpath(path))
    fresh, old = _beside(target), _beside(target)
    try:
        fresh.mkdir()
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except OSError as error:
        raise refusal(path, f"cannot be written: {_reason(error)}") from None
    finally:
        if old.exists() and not target.exists():
            old.rename(target)
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_written_directly(path: Path) -> bool:
    # What lies in /dev may be a file that a shell has opened for us: replacing it would cut the redirection.
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) or Path(os.path.abspath(path)).is_relative_to("/dev")


def _replace(path: Path, data: bytes) -> None:
    target = Path(os.path.realpath(path))  # a symbolic link stays, what it leads to is replaced
    fresh = _beside(target)
    try:
        with open(fresh, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _write_all(write: Callable[[bytes], int | None], data: bytes) -> None:
    while data:
        data = data[write(data) or 0 :]


def _beside(target: Path) -> Path:
    """A fresh name in the folder of ``target``, so that a rename stays within one file system."""
    return target.parent / f".{target.name}.{secrets.token_hex(4)}"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
