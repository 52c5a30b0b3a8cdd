"""The last line: the keys that matter now, as many as fit; a click on one presses it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol, cast

from rich.cells import cell_len
from textual import events
from textual.keys import key_to_character

from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.palette import Palette
from tui_transformer.ui.lines import LineWidget

Hint = tuple[str, str]  # the keys as people write them, and what they do

# What a key is called where it is pressed, if not as it is written.
CALLED = {
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "esc": "escape",
    ".": "full_stop",
    ",": "comma",
    "?": "question_mark",
    "PgUp": "pageup",
    "PgDn": "pagedown",
}
_NOT_KEYS = ("type", "digits", "or")
_ARROWS = "↑↓←→"


class Place(NamedTuple):
    """Where something can be clicked, from one column up to another, and which key that is."""

    start: int
    end: int
    key: str


class Presser(Protocol):
    """Where keys are heard."""

    def on_key(self, event: events.Key) -> None:
        """Hear a key."""


def tokens(keys: str) -> list[str]:
    """Take the keys of a hint apart: `. ,` are two, and so are arrows that touch."""
    return [
        token
        for word in keys.split(" ")
        for token in (word if word and set(word) <= set(_ARROWS) else [word])
    ]


def called(token: str) -> str:
    """Name the key that a part of a hint stands for; of several digits the first."""
    if "–" in token:
        token = token.split("–")[0]
    return "" if token in _NOT_KEYS else CALLED.get(token, token)


@lru_cache(maxsize=64)
def footer(
    hints: tuple[Hint, ...], width: int, palette: Palette, right: str = ""
) -> tuple[Lines, tuple[Place, ...]]:
    """Draw the hints that fit, and say where each can be clicked: its word is its first key.

    What stands at the `right` comes first.
    """
    canvas = Canvas(width, 1, palette)
    places: list[Place] = []
    x = 1
    if right:
        spelled = palette.spell(f" {right} ")
        canvas.right(width, 0, spelled, palette.role("plain", bold=True, reverse=True))
        width -= cell_len(spelled)
    for keys, said in hints:
        shown, word = palette.spell(keys), palette.spell(said)
        if x + cell_len(shown) + cell_len(word) + 1 > width - 1:
            continue
        end = canvas.put(x, 0, shown, palette.role("key", bold=True))
        parts, at = tokens(keys), x
        if "".join(map(palette.spell, parts)) != shown.replace(" ", ""):
            parts = parts[:1]  # one word stands for all of them
        for part in parts:
            cells = cell_len(palette.spell(part)) if parts[1:] else end - x
            places.append(Place(at, at + cells, called(part)))
            at += cells + (" " in keys)
        x = canvas.put(end + 1, 0, word, palette.role("muted"))
        places.append(Place(end, x, called(parts[0])))
        x += 2
    return canvas.lines(), tuple(places)


def at_fold(hints: tuple[Hint, ...], keys: Mapping[str, str], pinned: bool) -> tuple[Hint, ...]:
    """Say what can be done at a closed fold: to open it. `keys` are those of the commands."""
    arrows = ("↑↓←→", "walk") if pinned else ("↑↓", "choose")
    kept = [arrows if word == "change" else (key, word) for key, word in hints if word != "type"]
    return (*kept[:1], (keys["type"], "open"), *kept[1:])


def in_fold(hints: tuple[Hint, ...], keys: Mapping[str, str], grid: bool) -> tuple[Hint, ...]:
    """Say what can be done in an open fold: in a grid the arrows walk, and + and − change."""
    words = [word for _, word in hints]
    own: list[Hint] = (
        [("↑↓←→", "walk")] if grid else [("↑↓←→", "change")] if "change" in words else []
    )
    own += [(f"{keys['longer']} {keys['shorter']}", "change")] if grid and "change" in words else []
    own += [(keys["type"], "type")] if "type" in words else []
    own.append((keys["leave"], "close"))
    return (
        *own,
        *(pair for pair in hints if pair[1] not in ("change", "type") and pair[0] != "esc"),
    )


class Footer(LineWidget):
    """Shows the hints, and presses the key that is clicked."""

    places: tuple[Place, ...] = ()

    def tell(self, hints: tuple[Hint, ...], width: int, right: str = "") -> None:
        """Take other hints, and what stands at the right of them."""
        lines, self.places = footer(hints, width, self.palette, right)
        self.show(lines)

    def on_click(self, event: events.Click) -> None:
        """Press what is written there."""
        event.stop()
        for place in self.places:
            if place.start <= event.x < place.end and place.key:
                character = place.key if len(place.key) == 1 else key_to_character(place.key)
                cast(Presser, self.screen).on_key(events.Key(place.key, character))
                return
