"""Colours for a line on which every byte counts: of 256, and one where a cell had two.

A shade of sixteen million takes nineteen bytes and is rarely the one beside it; of 256 it takes
ten, and neighbours that become alike take none. Two shades of one cell (▀) become the one between.
"""

import re
from functools import lru_cache
from typing import Final

from rich.color import Color

from tui_transformer.ui.terminal.pens import Look

_HALVES: Final = "▀▄"
_SHADES: Final = "▀▄█ "
_SHADE: Final = re.compile(r"[34]8;(?:2;(\d+);(\d+);(\d+)|5;(\d+))")
_Shade = tuple[int, int, int]
_GREYISH: Final = 24  # between the largest and the smallest of its channels
_APART: Final = 32  # in a channel: so much at most do shades beside each other differ


def coarsely(text: str, look: Look) -> tuple[str, Look]:
    """Take fewer colours for a text, and one where it has two shades.

    Shades are told from the columns of a chart, which are made of blocks too: those have ▄ alone
    for a half, and an ink far from the paper.
    """
    steep = "▀" in text and not text.strip(_HALVES)
    slope = not text.strip(_SHADES) and is_slope(look)
    one = halfway(look) if steep or slope else None
    return (text, coarse(look)) if one is None else (" " * len(text), one)


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
def is_slope(look: Look) -> bool:
    """Say whether ink and paper are shades beside each other."""
    ink, paper = _shade(look.foreground), _shade(look.background)
    if ink is None or paper is None:
        return False
    return all(abs(a - b) <= _APART for a, b in zip(ink, paper, strict=True))


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
