"""The 256 colours of older terminals: which of them stand for ours.

Rich sends the nearest one by a rule of its own, which leaps between greys and hues, so that a
smooth ramp shows bands that are not there. Here ramps are chosen colour by colour, so that every
step is about as large as the next, in lightness and in hue; everything else takes what looks
nearest. Each is given as the RGB that Rich sends as exactly that number.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from tui_transformer.render.contrast import RGB, lab

if TYPE_CHECKING:
    from tui_transformer.panels import Scale

_STEPS = (0, 95, 135, 175, 215, 255)  # of red, green and blue in the cube 16 … 231
_GREYS = range(232, 256)  # the ramp of greys: 8, 18, 28 … 238
_NEVER_SENT = (59, 102, 145, 188)  # greys of the cube, for which Rich takes those of the ramp

# From the lowest value to the highest; of a diverging ramp zero is the middle one, which is the
# nearest to the paper. Greys are the only colours with steps small enough for one hue of many.
_RAMPS: dict[tuple[bool, Scale], tuple[int, ...]] = {
    (True, "sequential"): tuple(range(234, 256)),
    (False, "sequential"): tuple(range(255, 233, -1)),
    (True, "diverging"): (189, 111, 68, 60, 238, 235, 238, 95, 137, 179, 223),
    (False, "diverging"): (61, 68, 111, 189, 231, 223, 215, 173, 130),
}


def standard(number: int) -> RGB:
    """Say which colour xterm, and everything since, shows for a number from 16 on."""
    if number in _GREYS:
        return (8 + 10 * (number - 232),) * 3
    cube = number - 16
    return _STEPS[cube // 36], _STEPS[cube // 6 % 6], _STEPS[cube % 6]


def asked_for(number: int) -> RGB:
    """Say for which colour Rich sends a number: it counts greys in twenty-fifths of white."""
    return (round((number - 231) * 10.2),) * 3 if number in _GREYS else standard(number)


_SHOWN = {asked_for(number): standard(number) for number in _GREYS}


def shown(color: RGB) -> RGB:
    """Say which colour is seen where Rich is asked for one of those that are given here."""
    return _SHOWN.get(color, color)


def ramp(dark: bool, scale: Scale, share: float) -> RGB:
    """The colour at a share 0 … 1 of a ramp."""
    numbers = _RAMPS[dark, scale]
    return asked_for(numbers[round(share * (len(numbers) - 1))])


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[int, tuple[float, float, float]], ...]:
    numbers = (number for number in range(16, 256) if number not in _NEVER_SENT)
    return tuple((number, lab(asked_for(number))) for number in numbers)


@lru_cache(maxsize=1024)
def nearest(color: RGB) -> RGB:
    """The one that looks most like a colour."""
    wanted = lab(color)
    return asked_for(min(_known(), key=lambda known: math.dist(known[1], wanted))[0])
