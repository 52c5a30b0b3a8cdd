"""A file of text written as a whole: it has what was there before, or all of what is new."""

import os
from contextlib import suppress
from pathlib import Path


def write(path: Path, text: str, *, private: bool = True) -> None:
    """Replace a file once the disk has the new one; raises OSError, and then nothing has changed.

    A link stays one. A file that is not `private` keeps its mode, a new one has the usual.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    mode = None if private else _mode(target)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the new name with nothing
        if mode is not None:
            Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The mode of a file, or what a new one would have."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask
