"""Ink that can be read on any paper."""

from __future__ import annotations

from functools import lru_cache

RGB = tuple[int, int, int]

# From this luminance of the paper on, ink is made darker. In between, where both would do,
# every theme stays with its own, so that a line does not flicker between black and white.
_DARKER_FROM = {True: 0.3, False: 0.12}


@lru_cache(maxsize=4096)
def ink_on(color: RGB, paper: RGB, dark: bool, contrast: float) -> RGB:
    """The colour, made lighter or darker until it stands out from the paper.

    It keeps as much of its hue as it can. `dark` says which theme it is for. A contrast of
    3, which WCAG 2 asks of shapes, can be had on any paper.
    """
    light = luminance(paper) < _DARKER_FROM[dark]
    best = color
    for tenths in range(11):
        best = mix(color, (255, 255, 255) if light else (0, 0, 0), tenths / 10)
        if ratio(best, paper) >= contrast:
            break
    return best


def ratio(a: RGB, b: RGB) -> float:
    """Contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: RGB) -> float:
    """Relative luminance, 0 to 1, as WCAG 2 defines it."""
    red, green, blue = (
        c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """Blend two colours; `share` is how much of the second."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )
