"""Where the kinds of panels are drawn: each in the module that has its name.

A `Table` is drawn by `draw_table` in `render/table.py`, which also has `table_height` (lines it
needs) and `table_cell` (what a mouse points at) if the kind can say such a thing. A module is
loaded when the first of its kind is drawn: most screens need two.
"""

from functools import cache
from importlib import import_module
from typing import Any

from tui_transformer.panels import Panel


def of_kind(panel: Panel, what: str) -> Any:
    """Find what draws a panel's kind ("draw"), measures it ("height"), knows its cells ("cell")
    or what stands at the end of its title ("tail"): a scale of colours, names of what waits.

    None where the kind has no such thing.
    """
    return _found(type(panel).__name__.lower(), what)


@cache
def _found(kind: str, what: str) -> Any:
    module = import_module(f"tui_transformer.render.{kind}")
    return getattr(module, f"draw_{kind}" if what == "draw" else f"{kind}_{what}", None)
