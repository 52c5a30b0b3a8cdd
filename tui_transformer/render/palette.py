"""Colours: what each role looks like, and how numbers become shades.

Roles come from the colour-blind safe set of Okabe & Ito (2008); `target` is a violet that
keeps apart from all of them. The sequential map follows cividis (Nuñez, Anderton & Renslow
2018), on light paper backwards from the paper on; the diverging one runs from blue over the
background's neighbour to orange with zero in the middle. For terminals of 256 colours both are
chosen anew in `indexed`. Every shade also has a glyph, so that nothing is told by colour alone.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from rich.color import Color
from rich.style import Style

from tui_transformer.records import dataclass
from tui_transformer.render import indexed, spelling
from tui_transformer.render.contrast import RGB, ink_on, luminance, mix, unchanged
from tui_transformer.render.inks import DARK_INKS, LIGHT_INKS, Inks

if TYPE_CHECKING:  # the map is painted before NumPy loads, and figures need NumPy
    from tui_transformer.panels import Scale
    from tui_transformer.pieces import Role

LEVELS = 49  # shades of a matrix, zero the middle one: few enough to cache, too many to see

# The sixteen colours are the terminal's, on its own background, which may be black or white.
# Only these five can be seen on both; what carries a result or a sentence takes none of them.
_ANSI_ROLES: dict[Role, str] = {
    "muted": "bright_black",
    "first": "bright_blue",
    "second": "bright_red",
    "third": "magenta",
    "fourth": "red",
    "query": "bright_blue",
    "key": "bright_red",
    "value": "magenta",
    "target": "bright_magenta",
    "gradient": "red",
}
_DIMMED = 3.0  # contrast that even what stands back keeps
_BLOCKS = " ░▒▓█"
_ASCII_RAMP = " .:-=+*#%@"


@dataclass(frozen=True)
class Palette:
    """One look: dark or light in full colour, the terminal's own sixteen, or none.

    `indexed` says that of full colour only the 256 colours can be sent that all terminals share;
    `themed` are the colours of a theme, where they are not our own.
    """

    name: str = "dark"
    colors: Literal["full", "ansi", "none"] = "full"
    dark: bool = True
    ascii: bool = False
    indexed: bool = False
    themed: Inks | None = None

    @property
    def inks(self) -> Inks:
        """Every colour of it, before a terminal of 256 colours makes its own of them."""
        return self.themed or (DARK_INKS if self.dark else LIGHT_INKS)

    @property
    def background(self) -> RGB | None:
        """The background, where it is ours to choose."""
        if self.colors != "full":
            return None
        return self.sent_as(self.inks.paper)

    @cached_property
    def base(self) -> Style:
        """Plain text on the background; every other style lies on it."""
        return self.role("plain")

    def role(
        self, role: Role, dim: bool = False, bold: bool = False, reverse: bool = False
    ) -> Style:
        """The style of a role."""
        kept, key = self._roles, (role, dim, bold, reverse)
        style = kept.get(key)
        if style is None:
            style = kept[key] = _role_style(self, *key)
        return style

    @cached_property
    def _roles(self) -> dict[tuple[Role, bool, bool, bool], Style]:
        """The styles that were asked for: to look them up by the palette would be to hash it."""
        return {}

    def shade(self, scale: Scale, fraction: float) -> Style:
        """A cell's background for a fraction 0..1 of a scale, with text that stands out on it.

        A diverging scale has its zero at ½.
        """
        return _shade_style(self, scale, _level(fraction))

    def color(self, scale: Scale, fraction: float) -> RGB:
        """The colour at exactly this fraction 0..1 of a scale."""
        return _map_color(self, scale, fraction)

    def spell(self, text: str) -> str:
        """A text as it can be written: to be measured afterwards, for words grow."""
        return spelling.spell(text) if self.ascii else text

    def spell_parts(self, text: str) -> str:
        """The same of a text that dots part, such as a title."""
        return spelling.spell_parts(text) if self.ascii else text

    def sent_as(self, color: RGB) -> RGB:
        """What the terminal can show of a colour."""
        return indexed.nearest(color) if self.indexed else color

    def paint(self, ink: RGB, paper: RGB, bold: bool = False) -> Style:
        """The style of ink on paper."""
        inks = (Color.from_rgb(*self.sent_as(color)) for color in (ink, paper))
        return Style(color=next(inks), bgcolor=next(inks), bold=bold or None)

    def readable(self, ink: RGB, paper: RGB, contrast: float) -> RGB:
        """Ink that stands out from paper, as the terminal shows it."""
        sent_as = indexed.nearest if self.indexed else unchanged
        return ink_on(ink, paper, self.dark, contrast, sent_as)

    def glyph(self, fraction: float) -> str:
        """The character that stands for a shade where colour cannot."""
        ramp = _ASCII_RAMP if self.ascii else _BLOCKS
        share = 0.0 if math.isnan(fraction) else min(max(fraction, 0.0), 1.0)
        return ramp[min(int(share * len(ramp)), len(ramp) - 1)]


def fitting(palette: Palette, system: str | None) -> Palette:
    """What of a look a terminal can show whose colours Rich calls so.

    Where there are sixteen, they are the terminal's own, and shades are characters. A theme wants
    all colours; with fewer its look is our own, as light or dark.
    """
    if palette.colors != "full" or system == "truecolor":
        return palette
    if system == "256":
        return replace(palette, indexed=True, themed=None)
    return replace(ANSI, ascii=palette.ascii)


def _level(fraction: float) -> int:
    share = 0.0 if math.isnan(fraction) else min(max(fraction, 0.0), 1.0)
    return round(share * (LEVELS - 1))


@lru_cache(maxsize=512)
def _role_style(palette: Palette, role: Role, dim: bool, bold: bool, reverse: bool) -> Style:
    if palette.colors == "none":
        return Style(bold=bold or None, dim=dim or None, reverse=reverse or None)
    if palette.colors == "ansi":
        name = "bright_black" if dim else _ANSI_ROLES.get(role, "default")
        bold = bold or role == "output"
        return Style(color=name, bold=bold or None, reverse=reverse or None)
    roles = palette.inks.roles
    paper = palette.background or (0, 0, 0)
    ink = palette.sent_as(roles[role])
    if dim:
        ink = palette.readable(mix(roles[role], paper, 0.55), paper, _DIMMED)
    ink, paper = (paper, ink) if reverse else (ink, paper)
    return palette.paint(ink, paper, bold)


@lru_cache(maxsize=512)
def _shade_style(palette: Palette, scale: Scale, level: int) -> Style:
    paper = _map_color(palette, scale, level / (LEVELS - 1))
    return palette.paint((0, 0, 0) if luminance(paper) > 0.179 else (255, 255, 255), paper)


@lru_cache(maxsize=512)
def _map_color(palette: Palette, scale: Scale, share: float) -> RGB:
    if palette.indexed:
        return indexed.ramp(palette.dark, scale, share)
    stops = palette.inks.diverging if scale == "diverging" else palette.inks.sequential
    place = share * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    return mix(stops[left], stops[left + 1], place - left)


DARK = Palette()
LIGHT = Palette("light", dark=False)
ANSI = Palette("ansi", colors="ansi")
PLAIN = Palette("plain", colors="none")
PALETTES = {palette.name: palette for palette in (DARK, LIGHT, ANSI, PLAIN)}
