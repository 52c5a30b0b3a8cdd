"""Looks by name: our own, and the themes that come with Textual, in colours of ours."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_transformer.render.palette import Palette

OWN = ("dark", "light", "ansi", "plain")
_COLORS = ("primary", "secondary", "warning", "error", "success", "accent")


@cache
def names() -> tuple[str, ...]:
    """List all looks by name, our own first."""
    from textual.theme import BUILTIN_THEMES

    return (*OWN, *BUILTIN_THEMES)


def is_known(name: object) -> bool:
    """Say whether a look is called so; Textual is asked only about names that are not ours."""
    return isinstance(name, str) and (name in OWN or name in names())


def nearest(name: str) -> str:
    """Name the look whose name is most like what was written."""
    from difflib import get_close_matches

    return get_close_matches(name.casefold()[:50], names(), 1, 0.0)[0]


@cache
def look(name: str) -> Palette:
    """Make the look of a name that is known."""
    from tui_transformer.render.palette import ANSI, PALETTES, Palette

    if name in OWN:
        return PALETTES[name]
    from textual.color import Color
    from textual.theme import BUILTIN_THEMES

    from tui_transformer.render.themed import themed

    theme = BUILTIN_THEMES[name]
    if theme.name.startswith("ansi"):  # the terminal's own colours, whatever they are
        return replace(ANSI, name=name, dark=theme.dark)
    made = theme.to_color_system().generate()
    text, paper, *colors = (
        Color.parse(made[each]).rgb for each in ("foreground", "background", *_COLORS)
    )
    return Palette(name, dark=theme.dark, themed=themed(theme.dark, text, paper, colors))
