"""What a look in full colour is made of: paper, an ink for every role, and two ramps of shades."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui_transformer.records import dataclass
from tui_transformer.render.contrast import RGB

if TYPE_CHECKING:
    from tui_transformer.pieces import Role

Stops = tuple[RGB, ...]  # the colours of a ramp, evenly apart


@dataclass(frozen=True, eq=False)  # compared by what it is, so that styles are found quickly
class Inks:
    """The colours of one look; a diverging ramp has its zero in the middle."""

    paper: RGB
    roles: Mapping[Role, RGB]
    sequential: Stops
    diverging: Stops


_CIVIDIS: Stops = (
    (0, 34, 78),
    (0, 46, 106),
    (26, 56, 111),
    (50, 67, 109),
    (67, 78, 108),
    (83, 90, 109),
    (97, 101, 111),
    (111, 112, 115),
    (125, 124, 120),
    (140, 136, 120),
    (155, 148, 118),
    (171, 160, 114),
    (188, 174, 108),
    (205, 187, 99),
    (222, 201, 88),
    (240, 216, 70),
    (254, 232, 56),
)
_PAPER_TO_BLUE: Stops = (
    (248, 247, 242),
    (241, 234, 208),
    (231, 219, 170),
    (216, 201, 138),
    (198, 184, 120),
    (178, 168, 114),
    (157, 151, 116),
    (136, 135, 117),
    (116, 119, 115),
    (97, 102, 111),
    (77, 87, 109),
    (56, 71, 108),
    (31, 55, 101),
    (0, 34, 78),
)
_DARK_DIVERGING: Stops = (
    (120, 190, 255),
    (70, 150, 235),
    (30, 105, 190),
    (24, 66, 120),
    (38, 40, 46),
    (120, 64, 16),
    (185, 100, 12),
    (232, 140, 30),
    (255, 190, 110),
)
_LIGHT_DIVERGING: Stops = (
    (8, 60, 130),
    (30, 105, 185),
    (105, 165, 220),
    (185, 212, 238),
    (247, 247, 245),
    (250, 215, 170),
    (240, 160, 80),
    (205, 105, 20),
    (130, 60, 0),
)
_DARK_ROLES: dict[Role, RGB] = {
    "plain": (222, 224, 228),
    "muted": (138, 144, 154),
    "first": (86, 180, 233),
    "second": (240, 165, 40),
    "third": (40, 190, 140),
    "fourth": (214, 130, 178),
    "input": (150, 200, 255),
    "output": (240, 228, 66),
    "query": (86, 180, 233),
    "key": (240, 165, 40),
    "value": (40, 190, 140),
    "target": (180, 90, 255),
    "gradient": (214, 130, 178),
    "good": (40, 190, 140),
    "bad": (240, 110, 60),
    "cursor": (255, 255, 255),
}
_LIGHT_ROLES: dict[Role, RGB] = {
    "plain": (30, 32, 36),
    "muted": (104, 110, 120),
    "first": (0, 95, 160),
    "second": (170, 90, 0),
    "third": (0, 115, 80),
    "fourth": (150, 55, 110),
    "input": (0, 80, 145),
    "output": (120, 95, 0),
    "query": (0, 95, 160),
    "key": (170, 90, 0),
    "value": (0, 115, 80),
    "target": (110, 20, 235),
    "gradient": (150, 55, 110),
    "good": (0, 115, 80),
    "bad": (185, 60, 0),
    "cursor": (0, 0, 0),
}

DARK_INKS = Inks((18, 19, 23), _DARK_ROLES, _CIVIDIS, _DARK_DIVERGING)
LIGHT_INKS = Inks((252, 252, 250), _LIGHT_ROLES, _PAPER_TO_BLUE, _LIGHT_DIVERGING)
