"""Random input, as a terminal sends it: keys, mouse, pastes, answers, junk, and other sizes."""

import re
from random import Random
from typing import NamedTuple

from tests.bench.input import key_sequence, mouse_sequence
from tests.torture.hostile import JUNK, SIZES
from tests.torture.replies import REPLIES
from tui_transformer.concepts import entries
from tui_transformer.ui.commands import BY_KEY

# What ends the program, or stops it until somebody else wakes it.
LEAVING = ("q", "ctrl+c", "ctrl+q", "f10", "ctrl+z")
KEYS = tuple(key for key in BY_KEY if key not in LEAVING)
WALKING = ("up", "down", "left", "right", "shift+left", "shift+right", "tab", ".", ",", "*")
TYPING = ("home", "end", "delete", "backspace", "ctrl+u", "ctrl+w", "ctrl+k", "ctrl+a", "f5")
MODIFIED = ("alt+x", "ctrl+right", "alt+up", "ctrl+pagedown", "shift+end", "insert", "alt+enter")
BUTTONS = ("left", "left", "right", "middle")
KINDS = ("click", "click", "press", "release", "drag", "move")


class Input(NamedTuple):
    """One input: how a person would call it, what the terminal sends, or its new size."""

    name: str
    sent: str = ""
    size: tuple[int, int] | None = None


class Inputs:
    """Random inputs for a terminal; `size` follows the resizes among them."""

    def __init__(self, random: Random, size: tuple[int, int] = (80, 24)) -> None:
        self.random = random
        self.size = size
        self._kinds = {
            self._key: 60, self._walk: 80, self._mouse: 16, self._wheel: 6, self._go: 8,
            self._edit: 8, self._paste: 5, self._text: 5, self._resize: 4, self._noise: 2,
            self._reply: 4,
        }  # fmt: skip

    def burst(self, longest: int = 24) -> list[Input]:
        """Some inputs that come at once."""
        count = 1 + int(longest * self.random.random() ** 3)
        kinds = self.random.choices(list(self._kinds), list(self._kinds.values()), k=count)
        return [one for kind in kinds for one in kind()]

    def _pressed(self, *keys: str) -> list[Input]:
        return [Input(key, key_sequence(key)) for key in keys]

    def _key(self) -> list[Input]:
        return self._pressed(self.random.choice(KEYS))

    def _walk(self) -> list[Input]:
        return self._pressed(*[self.random.choice(WALKING)] * self.random.choice((1, 1, 1, 2, 6)))

    def _edit(self) -> list[Input]:
        return self._pressed(self.random.choice(TYPING + MODIFIED))

    def _place(self) -> tuple[int, int]:
        width, height = self.size
        outside = self.random.random() < 0.02
        return self.random.randrange(width + 300 * outside), self.random.randrange(
            height + 300 * outside
        )

    def _mouse(self) -> list[Input]:
        what = *self._place(), self.random.choice(BUTTONS), self.random.choice(KINDS)
        return [Input(f"mouse {what}", mouse_sequence(*what))]

    def _wheel(self) -> list[Input]:
        way = self.random.choice(("wheel_up", "wheel_down"))
        what = *self._place(), way, "press"
        return [Input(f"mouse {what}", mouse_sequence(*what))] * self.random.choice((1, 3, 9))

    def _go(self) -> list[Input]:
        """Open another concept by name, or fail to."""
        name = self.random.choice(entries()).id
        line = [Input(letter, letter) for letter in self.random.choice((name, name, name[:3]))]
        return [*self._pressed("escape", self.random.choice(("ctrl+p", "g"))), *line,
                *self._pressed("enter")]  # fmt: skip

    def _paste(self) -> list[Input]:
        text = self.random.choice(JUNK)
        return [Input(f"paste {text[:40]!r}", f"\x1b[200~{text}\x1b[201~")]

    def _text(self) -> list[Input]:
        """Type something, escapes and all, where a line to type in may or may not be open."""
        text = self.random.choice(JUNK)[:200]
        safe = re.sub("[qQ\x03\x11\x1a\x1c]", "", text)
        enter = self._pressed("enter")
        return [*enter, Input(f"type {safe[:40]!r}", safe), *enter * self.random.randint(0, 1)]

    def _resize(self) -> list[Input]:
        self.size = self.random.choice(SIZES)
        return [Input(f"resize {self.size}", size=self.size)]

    def _reply(self) -> list[Input]:
        """An answer that somebody else has asked for, whole or in two parts."""
        name, reply = self.random.choice(list(REPLIES.items()))
        cut = self.random.randrange(len(reply))
        return [Input(f"answer: {name}", part) for part in (reply[:cut], reply[cut:]) if part]

    def _noise(self) -> list[Input]:
        """Bytes that mean nothing, without those that quit."""
        noise = "".join(chr(self.random.choice((27, 91, 79, 60, self.random.randrange(256))))
                        for _ in range(self.random.randint(1, 30)))  # fmt: skip
        safe = re.sub("[qQ\x03\x11\x1a\x1c]|\x1b\\[[0-9;]*u", "", noise)
        return [Input(f"noise {safe!r}", safe)]
