"""Colours: what each role looks like, and how numbers become shades.

Roles come from the colour-blind safe set of Okabe & Ito (2008); `target` is a violet that
keeps apart from all of them. The sequential map follows cividis (Nuñez, Anderton & Renslow
2018), backwards on light paper; the diverging one runs from blue over the background's
neighbour to orange with zero in the middle. Every shade also has a glyph, so
that nothing is told by colour alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rich.color import Color
from rich.style import Style

from tui_transformer.render.contrast import RGB, luminance, mix

if TYPE_CHECKING:  # the map is painted before NumPy loads, and figures need NumPy
    from tui_transformer.figure import Role, Scale

LEVELS = 48  # how many shades a map is quantised to: few enough to cache, too many to see

_CIVIDIS: tuple[RGB, ...] = (
    (0, 34, 78),
    (0, 42, 100),
    (18, 53, 112),
    (43, 63, 110),
    (59, 74, 108),
    (74, 84, 108),
    (87, 93, 109),
    (100, 104, 112),
    (112, 113, 115),
    (125, 124, 120),
    (139, 136, 120),
    (154, 147, 118),
    (168, 159, 114),
    (184, 173, 107),
    (201, 187, 98),
    (218, 201, 85),
    (254, 232, 56),
)
_DARK_DIVERGING: tuple[RGB, ...] = (
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
_LIGHT_DIVERGING: tuple[RGB, ...] = (
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
_ANSI_ROLES: dict[Role, str] = {
    "plain": "default",
    "muted": "bright_black",
    "first": "bright_blue",
    "second": "yellow",
    "third": "green",
    "fourth": "magenta",
    "input": "cyan",
    "output": "bright_yellow",
    "query": "bright_blue",
    "key": "yellow",
    "value": "green",
    "target": "bright_magenta",
    "gradient": "magenta",
    "good": "green",
    "bad": "red",
    "cursor": "default",
}
_BLOCKS = " ░▒▓█"
_ASCII_RAMP = " .:-=+*#%@"


@dataclass(frozen=True)
class Palette:
    """One look: dark or light in full colour, the terminal's own sixteen, or none."""

    name: str = "dark"
    colors: Literal["full", "ansi", "none"] = "full"
    dark: bool = True
    ascii: bool = False

    @property
    def background(self) -> RGB | None:
        """The background, where it is ours to choose."""
        if self.colors != "full":
            return None
        return (18, 19, 23) if self.dark else (252, 252, 250)

    @property
    def base(self) -> Style:
        """Plain text on the background; every other style lies on it."""
        return self.role("plain")

    def role(
        self, role: Role, dim: bool = False, bold: bool = False, reverse: bool = False
    ) -> Style:
        """The style of a role."""
        return _role_style(self, role, dim, bold, reverse)

    def shade(self, scale: Scale, fraction: float) -> Style:
        """A cell's background for a fraction 0..1 of a scale, with text that stands out on it.

        A diverging scale has its zero at ½.
        """
        return _shade_style(self, scale, _level(fraction))

    def color(self, scale: Scale, fraction: float) -> RGB:
        """The same shade as a colour."""
        return _map_color(self.dark, scale, _level(fraction))

    def glyph(self, fraction: float) -> str:
        """The character that stands for a shade where colour cannot."""
        ramp = _ASCII_RAMP if self.ascii else _BLOCKS
        share = 0.0 if math.isnan(fraction) else min(max(fraction, 0.0), 1.0)
        return ramp[min(int(share * len(ramp)), len(ramp) - 1)]


def _level(fraction: float) -> int:
    share = 0.0 if math.isnan(fraction) else min(max(fraction, 0.0), 1.0)
    return round(share * (LEVELS - 1))


@lru_cache(maxsize=512)
def _role_style(palette: Palette, role: Role, dim: bool, bold: bool, reverse: bool) -> Style:
    if palette.colors == "none":
        return Style(bold=bold or None, dim=dim or None, reverse=reverse or None)
    if palette.colors == "ansi":
        name = "bright_black" if dim else _ANSI_ROLES[role]
        return Style(color=name, bold=bold or None, reverse=reverse or None)
    roles = _DARK_ROLES if palette.dark else _LIGHT_ROLES
    paper = palette.background or (0, 0, 0)
    ink = mix(roles[role], paper, 0.55) if dim else roles[role]
    ink, paper = (paper, ink) if reverse else (ink, paper)
    return Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*paper), bold=bold or None)


@lru_cache(maxsize=512)
def _shade_style(palette: Palette, scale: Scale, level: int) -> Style:
    if palette.colors != "full":
        strong = abs(level / (LEVELS - 1) - (0.5 if scale == "diverging" else 0.0))
        reverse = strong > (0.3 if scale == "diverging" else 0.6)
        color = None
        if palette.colors == "ansi" and scale == "diverging":
            color = "bright_blue" if level < LEVELS / 2 else "yellow"
        return Style(color=color, reverse=reverse or None)
    paper = _map_color(palette.dark, scale, level)
    ink = (0, 0, 0) if luminance(paper) > 0.179 else (255, 255, 255)
    return Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*paper))


@lru_cache(maxsize=512)
def _map_color(dark: bool, scale: Scale, level: int) -> RGB:
    diverging = _DARK_DIVERGING if dark else _LIGHT_DIVERGING
    sequential = _CIVIDIS if dark else _CIVIDIS[::-1]  # nothing is the colour nearest the paper
    stops = diverging if scale == "diverging" else sequential
    place = level / (LEVELS - 1) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    return mix(stops[left], stops[left + 1], place - left)


DARK = Palette()
LIGHT = Palette("light", dark=False)
ANSI = Palette("ansi", colors="ansi")
PLAIN = Palette("plain", colors="none")
PALETTES = {palette.name: palette for palette in (DARK, LIGHT, ANSI, PLAIN)}
