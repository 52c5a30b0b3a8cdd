"""The numbers of a heatmap as shades: which part of its scale each is, and how that looks."""

import math
from functools import lru_cache
from typing import Self

import numpy as np
from rich.style import Style

from tui_transformer.arrays import Array
from tui_transformer.panels import Heatmap, Scale
from tui_transformer.records import dataclass
from tui_transformer.render.palette import LEVELS, Palette

LOST, MASKED = -1, -2  # the shades of NaN, and of what is masked: minus infinity
_SIGNED = "=−·+#"


@dataclass(frozen=True)
class Range:
    """The numbers at both ends of the colours."""

    low: float
    high: float

    @classmethod
    def of(cls, panel: Heatmap, strongest: Array | None = None) -> Self:
        """Take a panel's own limits, or those of its numbers; zero is a diverging middle.

        `strongest` are the largest of its numbers (farthest from zero on a diverging
        scale), where they are known already.
        """
        low, high = _finite(panel.low), _finite(panel.high)
        signed = panel.scale == "diverging"
        if low is None and panel.style == "probability" and not signed:
            low = 0.0
        if high is None or low is None:
            enough = strongest is not None and (signed or low is not None)
            least, most = _extremes(strongest if enough else panel.values)
            low, high = least if low is None else low, most if high is None else high
        if signed:
            reach = max(abs(low), abs(high))
            return cls(-reach, reach)
        return cls(low, max(low, high))

    def levels(self, values: Array) -> Array:
        """Turn numbers into shades 0 … LEVELS − 1; NaN is −1, and −∞, as masks have it, −2."""
        # Halves, because the whole span of the largest floats would overflow.
        start, span = self.low / 2, self.high / 2 - self.low / 2
        with np.errstate(all="ignore"):
            share = (values / 2 - start) / span if span > 0 else values * 0.0 + 0.5
            share = np.minimum(np.maximum(share, 0.0), 1.0)
            shades: Array = np.floor(share * (LEVELS - 1) + 0.5).astype(int)
        # What is not finite became some number or other, and is put right here.
        if not np.isfinite(values).all():
            shades[np.isposinf(values)] = LEVELS - 1
            shades[np.isneginf(values)] = MASKED
            shades[np.isnan(values)] = LOST
        return shades


def _finite(x: float | None) -> float | None:
    return None if x is None or not math.isfinite(x) else float(x)


def _extremes(values: Array | None) -> tuple[float, float]:
    """Find the least and the largest finite number."""
    if values is None or not values.size:
        return 0.0, 0.0
    with np.errstate(all="ignore"):
        least, most = float(np.min(values)), float(np.max(values))
        if math.isfinite(least) and math.isfinite(most):
            return least, most
        finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


@lru_cache(maxsize=64)
def styles(palette: Palette, scale: Scale, bold: bool = False) -> tuple[Style, ...]:
    """List the style of every shade; the last two are for what has none."""
    if palette.colors != "full":
        # Glyphs tell the shades here, and reverse is left to what is pinned.
        return (palette.role("plain", bold=bold),) * (LEVELS + 2)
    shades = [palette.shade(scale, level / (LEVELS - 1)) for level in range(LEVELS)]
    shades += [palette.role("muted")] * 2
    return tuple(style + Style(bold=True) for style in shades) if bold else tuple(shades)


@lru_cache(maxsize=64)
def glyphs(palette: Palette, scale: Scale) -> str:
    """List the character of every shade, as `styles`; a diverging one shows its sign."""
    lost = " x" if palette.ascii else " ×"  # read from the end: −1 is NaN
    shares = [level / (LEVELS - 1) for level in range(LEVELS)]
    if scale == "diverging":
        signed = _SIGNED.replace("−", "-").replace("·", ".") if palette.ascii else _SIGNED
        return "".join(signed[min(int(share * 5), 4)] for share in shares) + lost
    return "".join(palette.glyph(share) for share in shares) + lost
