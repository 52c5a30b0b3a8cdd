"""A look made of the colours that a theme has: ours by likeness, its own by name.

A theme has six colours beside text and background, some of them twice, and says of none what it
stands for here. So each of our roles takes the theme's colour that looks most like it, where one
does, each colour once; the others keep ours, drawn towards the theme's text. All of them are then
moved away from the background until they can be read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui_transformer.render.contrast import RGB, ink_on, lab, mix
from tui_transformer.render.inks import DARK_INKS, LIGHT_INKS, Inks, Stops

if TYPE_CHECKING:
    from tui_transformer.pieces import Role

SENTENCE = 4.6  # contrast of whatever is written; WCAG 2 asks 4.5
APART = 12.0  # distance in L*a*b* that two of these keep
TURN = 50.0  # degrees of hue in which a colour still looks like another
GREY = 12.0  # chroma under which a colour has no hue to speak of
STEPS = 17  # colours of a ramp
# Roles with a colour of their own, and what has the same; the first choose first.
_OWN: dict[Role, tuple[Role, ...]] = {
    "first": ("query",),
    "second": ("key",),
    "third": ("value", "good"),
    "fourth": ("gradient",),
    "bad": (),
    "output": (),
    "target": (),
    "input": (),
}


def themed(dark: bool, text: RGB, paper: RGB, colors: Sequence[RGB]) -> Inks:
    """Make a look of the colours of a theme."""
    own = DARK_INKS if dark else LIGHT_INKS
    ours = own.roles
    likes = _alike(ours, colors)
    white: RGB = (255, 255, 255) if dark else (0, 0, 0)
    roles: dict[Role, RGB] = {
        "plain": ink_on(text, paper, dark, SENTENCE),
        "muted": ink_on(mix(text, paper, 0.4), paper, dark, SENTENCE),
        "cursor": white,
    }
    for role, same in _OWN.items():
        ink = ink_on(likes.get(role, mix(ours[role], text, 0.15)), paper, dark, SENTENCE)
        others = [roles[each] for each in roles if each in _OWN or each == "plain"]
        roles[role] = _apart(ink, others, white)
        roles.update(dict.fromkeys(same, roles[role]))
    middle = likes.get("first", colors[0])
    sides = [_ramp(paper, own.diverging[at], white, 0.5) for at in (2, -3)]  # blue, orange
    return Inks(paper, roles, _ramp(paper, middle, white, 0.85), (*sides[0][:0:-1], *sides[1]))


def _alike(ours: Mapping[Role, RGB], colors: Sequence[RGB]) -> dict[Role, RGB]:
    """Give roles the colours that look like them, the likest first, every colour once."""
    found: dict[Role, RGB] = {}
    pairs = [
        (_turned(ours[role], color), i, role, color)
        for i, role in enumerate(_OWN)
        for color in dict.fromkeys(colors)
    ]
    for turn, _, role, color in sorted(pairs):
        if turn <= TURN and role not in found and color not in found.values():
            found[role] = color
    return found


def _turned(a: RGB, b: RGB) -> float:
    """Degrees of hue between two colours; half a turn where one is grey."""
    hues = [(math.hypot(x, y), math.degrees(math.atan2(y, x))) for _, x, y in (lab(a), lab(b))]
    if min(chroma for chroma, _ in hues) < GREY:
        return 180.0
    return abs((hues[0][1] - hues[1][1] + 180) % 360 - 180)


def _apart(ink: RGB, others: Sequence[RGB], white: RGB) -> RGB:
    """Move a colour away from the paper until it looks like none of the others."""
    for twentieths in range(16):
        moved = mix(ink, white, twentieths / 20)
        if all(math.dist(lab(moved), lab(other)) >= APART for other in others):
            return moved
    return ink


def _ramp(paper: RGB, middle: RGB, white: RGB, far: float) -> Stops:
    """Go from near the paper over a colour on towards white (or black), in even steps."""
    end = mix(middle, white, far)
    start, stop = lab(paper)[0], lab(end)[0]
    half = (start + stop) / 2
    path = [paper, _as_light(middle, half), end]
    fine = [mix(path[i], path[i + 1], share / 100) for i in (0, 1) for share in range(100)]
    lights = [lab(color)[0] for color in (*fine, end)]
    wanted = [start + (stop - start) * i / (STEPS - 1) for i in range(STEPS)]
    places = [min(range(len(lights)), key=lambda at: abs(lights[at] - light)) for light in wanted]
    return tuple((*fine, end)[at] for at in places)


def _as_light(color: RGB, light: float) -> RGB:
    """The colour made lighter or darker until it has a lightness L*."""
    to: RGB = (255, 255, 255) if lab(color)[0] < light else (0, 0, 0)
    return min(
        (mix(color, to, share / 50) for share in range(51)),
        key=lambda mixed: abs(lab(mixed)[0] - light),
    )
