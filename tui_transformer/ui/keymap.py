"""Which key is which command: as the table has it, or as a person has configured it.

What is pressed is translated into the key that the table has, so that nothing else has to know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from tui_transformer.configuration import BadConfiguration
from tui_transformer.records import dataclass
from tui_transformer.text import did_you_mean, shorten, visible
from tui_transformer.ui.commands import BY_KEY, COMMANDS, footer_of
from tui_transformer.ui.footer import Hint, called
from tui_transformer.ui.stage import Command

if TYPE_CHECKING:
    from rich.style import Style

    from tui_transformer.render.canvas import Lines

RESERVED = ("ctrl+c", "ctrl+q", "f10")
"""They quit whatever is configured, so that nobody is locked in."""
_WRITTEN = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter", " ": "space"}
_KEY = r"(?:(?:ctrl|alt|shift)\+)*(?:[a-z][a-z0-9_]*|[0-9])"


# Where a text that is drawn or said names a key, and of which command.
_NAMED = {
    "e next": "explain",
    "e close": "explain",
    "e: all of it": "explain",
    "E all": "explain-all",
    "esc close": "leave",
    "b lets go": "compare",
    "u takes it back": "undo",
    "esc plays freely": "leave",
    "look again; R goes on": "record",
    "s opens a sentence": "elsewhere",
    "enter opens it": "type",
}


# What stands beside the controls: of which command it is a key, and which of its keys.
_DRAWN = {"esc": ("leave", 0), "t": ("tasks", 0)} | {
    digit: ("preset", place) for place, digit in enumerate("123456789")
}


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

    def told(self, text: str) -> str:
        """Say a text that names keys of the table with the keys that their commands have."""
        for phrase, name in _NAMED.items() if self.moved else ():
            if phrase in text and name in self.keys:
                text = text.replace(phrase, self._renamed(phrase, name))
        return text

    def redrawn(self, lines: Lines, style: Style) -> Lines:
        """Draw lines with the keys that commands have now, which stand in a style of their own."""
        if not self.moved:
            return lines
        return [
            [
                part._replace(text=self._sign(part.text)) if part.style == style else part
                for part in line
            ]
            for line in lines
        ]

    def _sign(self, text: str) -> str:
        """Write a key, and what stands with it, in as many cells as before."""
        found = next((key for key in text.split() if key in _DRAWN), "")
        if not found:
            return text
        name, place = _DRAWN[found]
        command = next(command for command in self.commands if command.name == name)
        key = command.keys[place] if name == "preset" else self.keys[name].split(" ")[0]
        key = found if self.moved.get(called(found)) != "" else key
        if text.strip() == found:
            return text.replace(found, key if len(key) == 1 else "·", 1)
        told = text.replace(found, key, 1)
        return (told if len(told) <= len(text) else text.replace(found, "")).rjust(len(text))

    def _renamed(self, phrase: str, name: str) -> str:
        key = next(word for word in re.split(r"[ :]", phrase) if called(word) in BY_KEY)
        taken = self.moved.get(called(key)) == ""
        return phrase.replace(key, self.keys[name].split(" ")[0], 1) if taken else phrase

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
