"""Colours as eyes compare them, and ink that can be read on any paper."""

from collections.abc import Callable
from functools import lru_cache

RGB = tuple[int, int, int]
READ = 4.5  # contrast that WCAG 2 asks of what is read

# From this luminance of the paper on, ink is made darker. In between, where both would do,
# every theme stays with its own, so that a line does not flicker between black and white.
_DARKER_FROM = {True: 0.3, False: 0.12}


def unchanged(color: RGB) -> RGB:
    """Leave a colour as it is."""
    return color


@lru_cache(maxsize=4096)
def ink_on(
    color: RGB,
    paper: RGB,
    dark: bool,
    contrast: float,
    sent_as: Callable[[RGB], RGB] = unchanged,
) -> RGB:
    """The colour, made lighter or darker until it stands out from the paper.

    It keeps as much of its hue as it can. `dark` says which theme it is for, `sent_as` what a
    terminal makes of a colour. A contrast of 3, which WCAG 2 asks of shapes, can be had on any
    paper.
    """
    light = luminance(paper) < _DARKER_FROM[dark]
    best = color
    for tenths in range(11):
        best = sent_as(mix(color, (255, 255, 255) if light else (0, 0, 0), tenths / 10))
        if ratio(best, paper) >= contrast:
            break
    return best


def ratio(a: RGB, b: RGB) -> float:
    """Contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: RGB) -> float:
    """Relative luminance, 0 to 1, as WCAG 2 defines it."""
    red, green, blue = map(_linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: int) -> float:
    """How much light a part of a colour is, 0 to 1 (IEC 61966-2-1)."""
    return value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4


def lab(color: RGB) -> tuple[float, float, float]:
    """Lightness and two axes of hue, in which equal distances look equal (CIE 1976 L*a*b*)."""
    red, green, blue = map(_linear, color)
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    x, y, z = (_root(share) for share in (x / 0.9505, y, z / 1.089))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(share: float) -> float:
    """The cube root, straight near zero."""
    return share ** (1 / 3) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """Blend two colours; `share` is how much of the second."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )
