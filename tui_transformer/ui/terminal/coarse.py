"""Colours for a line on which every byte counts: of 256, and one where a cell had two.

A shade of sixteen million takes nineteen bytes and is rarely the one beside it; of 256 it takes
ten, and neighbours that become alike take none. Two shades of one cell (▀) become the one between,
and a whole cell of ink (█) the blank that looks alike.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rich.color import Color

from tui_transformer.ui.terminal.pens import Look

_PARTS: Final = re.compile("([▀▄]+)|(█+)|[^▀▄█]+")
_SHADE: Final = re.compile(r"[34]8;(?:2;(\d+);(\d+);(\d+)|5;(\d+))")
_Shade = tuple[int, int, int]
_GREYISH: Final = 24  # between the largest and the smallest of its channels


def coarsely(text: str, look: Look) -> Iterator[tuple[str, Look]]:
    """Part a text where it takes another colour, each part with its look."""
    for part in _PARTS.finditer(text):
        halves, whole = part.groups()
        one = halfway(look) if halves else inked(look) if whole else None
        yield (part[0], coarse(look)) if one is None else (" " * len(part[0]), one)


@lru_cache(4096)
def coarse(look: Look) -> Look:
    """Take the nearest of 256 colours for each colour that is one of more."""
    return look._replace(foreground=_nearest(look.foreground), background=_nearest(look.background))


@lru_cache(4096)
def halfway(look: Look) -> Look | None:
    """Fill a cell that has two shades with the one between; None where they are not known."""
    above, below = _shade(look.foreground), _shade(look.background)
    if above is None or below is None or look.attributes:
        return None
    red, green, blue = ((a + b) // 2 for a, b in zip(above, below, strict=True))
    return Look(background=_nearest(f"48;2;{red};{green};{blue}"), link=look.link)


@lru_cache(4096)
def inked(look: Look) -> Look | None:
    """Fill a cell with its ink; None where that is not known."""
    if _shade(look.foreground) is None or look.attributes:
        return None
    return Look(background=_nearest(f"4{look.foreground[1:]}"), link=look.link)


def _shade(code: str) -> _Shade | None:
    """Read a colour's red, green and blue; None for one of the terminal's own."""
    found = _SHADE.fullmatch(code)
    if found is None:
        return None
    if found[4]:
        red, green, blue = Color.from_ansi(int(found[4])).get_truecolor()
    else:
        red, green, blue = map(int, found.groups()[:3])
    return red, green, blue


def _nearest(code: str) -> str:
    """Choose one of the cube of 6·6·6 colours, or one of eight greys between."""
    shade = _shade(code)
    if shade is None:
        return code
    if max(shade) - min(shade) < _GREYISH:
        grey = (sum(shade) / 3 - 8) / 10  # of 24; paper and ink stay as they are
        step = 3 if 3 < grey < 21 else 1
        return f"{code[:2]};5;{232 + step * min(max(round(grey / step), 0), 23 // step)}"
    red, green, blue = (0 if c < 48 else 1 if c < 115 else (c - 35) // 40 for c in shade)
    return f"{code[:2]};5;{16 + 36 * red + 6 * green + blue}"
