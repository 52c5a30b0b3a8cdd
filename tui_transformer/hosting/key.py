"""Keys: the host's, made once and kept where only its owner reads it, and those that let in."""

import os
from pathlib import Path

import asyncssh

from tui_transformer.hosting import CannotHost
from tui_transformer.text import visible


def host_key(path: Path) -> asyncssh.SSHKey:
    """Read the key, or make it. Raises CannotHost where others could read it, or nobody can."""
    shown = visible(str(path))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise CannotHost(f"others can read the host's key: chmod 600 {shown}")
        return asyncssh.read_private_key(path)
    except OSError as problem:
        raise CannotHost(f"{shown} cannot be used: {problem.strerror}.") from None
    except asyncssh.KeyImportError:
        raise CannotHost(f"{shown} is no key that can be read; without it one is made.") from None


def _make(path: Path) -> None:
    made = asyncssh.generate_private_key("ssh-ed25519").export_private_key()
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as written:
        written.write(made)
    beside.replace(path)


def keys_in(path: str) -> asyncssh.SSHAuthorizedKeys:
    """Read the keys that let people in. Raises CannotHost where there are none."""
    try:
        return asyncssh.read_authorized_keys(path)
    except OSError as problem:
        raise CannotHost(f"{visible(path)} cannot be read: {problem.strerror}.") from None
    except ValueError:  # a line that is no key, or bytes that are no text
        raise CannotHost(f"{visible(path)} has no keys that can be read.") from None
