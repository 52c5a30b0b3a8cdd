"""Which key is which command: as the table has it, or as a person has configured it.

What is pressed is translated into the key that the table has, so that nothing else has to know.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property

from tui_transformer.configuration import BadConfiguration
from tui_transformer.records import dataclass
from tui_transformer.text import did_you_mean, shorten, visible
from tui_transformer.ui.commands import BY_KEY, COMMANDS, footer_of
from tui_transformer.ui.footer import Hint, called
from tui_transformer.ui.stage import Command

RESERVED = ("ctrl+c", "ctrl+q", "f10")
"""They quit whatever is configured, so that nobody is locked in."""
_WRITTEN = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter", " ": "space"}
_KEY = r"(?:(?:ctrl|alt|shift)\+)*(?:[a-z][a-z0-9_]*|[0-9])"


@dataclass(frozen=True)
class Keymap:
    """The commands with the keys that they have now, and what each key means in the table."""

    commands: tuple[Command, ...] = COMMANDS
    moved: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, key: str) -> str:
        """Say which key of the table is meant; one that was taken from its command is none."""
        return self.moved.get(key, key)

    @cached_property
    def footer(self) -> tuple[Hint, ...]:
        """What the footer shows of them."""
        return footer_of(self.commands)

    def written(self, hints: Sequence[Hint]) -> tuple[Hint, ...]:
        """Write hints, in which commands have the keys of the table, with the keys they have."""
        return tuple((self._written(keys), word) for keys, word in hints)

    def _written(self, keys: str) -> str:
        key = keys if keys in BY_KEY else called(keys)
        taken = self.moved.get(key) == ""
        return self.keys[BY_KEY[key].name] if taken else keys

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The key of each command, as it is written."""
        return {command.name: command.key for command in self.commands}


def keymap(keys: Mapping[str, Sequence[str]]) -> Keymap:
    """Give commands other keys; BadConfiguration for an unknown name, no key, or a clash."""
    if not keys:
        return Keymap()
    names = {command.name: command for command in COMMANDS}
    for name in keys:
        if name not in names:
            shown, guess = visible(shorten(name, 30)), did_you_mean(name, names)
            raise BadConfiguration(f"keys: there is no command called {shown}.{guess}")
    commands = tuple(
        _with_keys(command, keys[command.name]) if command.name in keys else command
        for command in COMMANDS
    )
    owners = dict.fromkeys(("n", "N"), "the next page of a lesson")
    for command in commands:
        for key in command.keys:
            if owners.get(key, command.name) != command.name:
                raise BadConfiguration(f"keys: {key} is a key of {owners[key]} and {command.name}.")
            owners[key] = command.name
    return Keymap(commands, _moved(commands))


def _with_keys(command: Command, asked: Sequence[str]) -> Command:
    keys = tuple(dict.fromkeys(map(_read, asked)))
    if command.name == "preset" and len(keys) != len(command.keys):
        raise BadConfiguration(f"keys: preset has {len(command.keys)} keys, one for each preset.")
    if not keys:
        raise BadConfiguration(f"keys: {command.name} has no key.")
    kept = tuple(key for key in command.keys if key in RESERVED and key not in keys)
    return command._replace(keys=keys + kept, shown=" ".join(keys[:2]))


def _read(text: str) -> str:
    """Read a key as people write it."""
    key = _WRITTEN.get(text.casefold(), text)
    if not (re.fullmatch(_KEY, key) or (len(key) == 1 and key.isprintable() and not key.isspace())):
        shown = visible(shorten(text, 30)) or "''"
        raise BadConfiguration(f"keys: {shown} is no key, as in: z, f2, ctrl+z, pageup.")
    return key


def _moved(commands: Sequence[Command]) -> dict[str, str]:
    """Translate each key that is new into one of the table; what was taken away means nothing."""
    moved: dict[str, str] = {}
    for command, plain in zip(commands, COMMANDS, strict=True):
        if command is plain:
            continue
        moved |= {key: "" for key in plain.keys if key not in command.keys and key not in moved}
        for i, key in enumerate(command.keys):
            if key not in plain.keys or command.name == "preset":
                moved[key] = plain.keys[i if command.name == "preset" else 0]
    return moved
