"""How a person likes it: `config.toml` in the platform's configuration folder, and variables.

A file that is not there says nothing; one that cannot be used is a sentence at the start, and so
is a variable. What is in a `TFX_…` variable counts more than the file. A kiosk reads neither.
"""

import os
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from tui_transformer.records import dataclass
from tui_transformer.text import and_list, shorten, visible
from tui_transformer.themes import is_known, nearest

LARGEST = 100_000  # bytes; a configuration has a few lines
_SWITCHES = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


class BadConfiguration(ValueError):
    """A configuration that cannot be used; its text says where and why."""


@dataclass(frozen=True)
class Configuration:
    """What can be configured; `keys` has the keys of commands by their names."""

    theme: str = ""
    start: str = ""
    mouse: bool = True
    animations: bool = True
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def config_file() -> Path:
    """Say where it is looked for."""
    from platformdirs import user_config_path

    return user_config_path("tfx") / "config.toml"


def load(path: Path, variables: Mapping[str, str] = os.environ) -> Configuration:
    """Read the file, then the variables; BadConfiguration where something cannot be used."""
    found = _taken(_record(path), str(path)) if path.exists() else Configuration()
    for name in ("theme", "start", "mouse", "animations", "keys"):
        variable = f"TFX_{name.upper()}"
        if text := variables.get(variable, ""):
            found = replace(found, **{name: _read(name, _typed(name, text, variable), variable)})
    return found


def _record(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        if not path.is_file():  # a pipe would be waited for, a device read for ever
            raise BadConfiguration(f"{_shown(path)} is not a file.")
        if path.stat().st_size > LARGEST:
            raise BadConfiguration(f"{_shown(path)} is too large for a configuration.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadConfiguration(f"{_shown(path)} cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, BadConfiguration):
            raise
        raise BadConfiguration(f"{_shown(path)} is no TOML: {_shown(problem)}.") from None


def _shown(thing: object) -> str:
    return visible(shorten(str(thing), 300))


def _taken(record: Mapping[str, Any], where: str) -> Configuration:
    known = list(Configuration.__dataclass_fields__)
    for name in record:
        if name not in known:
            shown = _shown(shorten(name, 30))
            raise BadConfiguration(f"{_shown(where)}: there is no {shown}, only {and_list(known)}.")
    return Configuration(**{name: _read(name, thing, where) for name, thing in record.items()})


def _typed(name: str, text: str, where: str) -> Any:
    """Read a variable as the file would have it; keys are written undo=Z,why=f2."""
    if name in ("mouse", "animations"):
        return _SWITCHES.get(text.casefold(), text)
    if name != "keys":
        return text
    found: dict[str, list[str]] = {}
    for part in text.split():
        command, sign, key = part.partition("=")
        if not sign:
            raise BadConfiguration(f"{where} is written as in: undo=Z why=f2 why=w")
        found.setdefault(command, []).append(key)
    return found


def _read(name: str, thing: Any, where: str) -> Any:
    """Check one thing that is configured."""
    if name == "keys":
        return _keys(thing, where)
    shown = _shown(shorten(str(thing), 30)) or "''"
    if name in ("mouse", "animations"):
        if not isinstance(thing, bool):
            raise BadConfiguration(f"{_shown(where)}: {name} is true or false, not {shown}.")
    elif name == "theme":
        if not is_known(thing):
            like = nearest(str(thing))
            raise BadConfiguration(
                f"{_shown(where)}: there is no theme called {shown}. Did you mean {like}?"
            )
    else:
        from tui_transformer.concepts import find

        if not isinstance(thing, str) or find(thing) is None:
            raise BadConfiguration(f"{_shown(where)}: there is no concept called {shown}.")
    return thing


def _keys(thing: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(thing, dict):
        raise BadConfiguration(f'{_shown(where)}: [keys] has lines such as undo = "Z".')
    found = {}
    for name, keys in thing.items():
        listed = [keys] if isinstance(keys, str) else keys
        if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            shown = _shown(shorten(name, 30))
            raise BadConfiguration(f"{_shown(where)}: {shown} has a key or a list of keys.")
        found[name] = tuple(listed)
    return found
