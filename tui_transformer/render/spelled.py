"""A figure with every text in ASCII, so that it is laid out and measured as it will be read."""

import dataclasses
import math
from functools import lru_cache
from typing import Any

import numpy as np

from tui_transformer.figure import Figure
from tui_transformer.later import Later
from tui_transformer.numbers import number
from tui_transformer.pieces import Cell, Points, Token
from tui_transformer.render.spelling import escape, spell, spell_parts
from tui_transformer.terms import Working


@lru_cache(maxsize=4)
def spelled(figure: Figure) -> Figure:
    """Spell all texts of a figure; what was not asked for yet (workings) stays as it is."""
    return _spelled(figure)


def _spelled(part: Any, name: str = "") -> Any:
    if isinstance(part, str):
        return spell_parts(part) if name == "title" else spell(part)
    if isinstance(part, tuple | list):
        found = tuple(_spelled(each) for each in part)
        return part if all(now is was for now, was in zip(found, part, strict=True)) else found
    if isinstance(part, Later):
        return Later(lambda: map(_spelled, part), part.size)
    if isinstance(part, Working) or not dataclasses.is_dataclass(part):
        return part
    if isinstance(part, Token):
        return dataclasses.replace(part, text=_piece(part.text), note=spell(part.note))
    changed = {
        field.name: now
        for field in dataclasses.fields(part)
        if (was := getattr(part, field.name)) is not None
        and (now := _spelled(was, field.name)) is not was
    }
    if isinstance(part, Points):
        changed.pop("marker", None)  # it is drawn
    if isinstance(part, Cell) and (content := _no_number(part.content)):
        changed["content"] = content
    return dataclasses.replace(part, **changed) if changed else part


def _piece(text: str) -> str:
    """Spell a token: a space in it is shown as _, so that a true one needs a sign before it."""
    marked = text.replace("\\", "\\\\").replace("_", "\\_")
    return "".join(escape(c) if c.isalpha() else spell(c) for c in marked) or '""'


def _no_number(content: object) -> str:
    """Spell what is infinite or no number, as it takes more cells than its sign does."""
    if isinstance(content, float | np.floating) and not math.isfinite(content):
        return spell(number(float(content)))
    return ""
