"""Textual and asyncio without what they take along and nobody sees here."""

import sys
from types import ModuleType
from typing import Final

from tui_transformer.without import without

_PALETTE: Final = "textual.command"
_NAMES: Final = (
    *("CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider"),
    "SimpleProvider",
)


def load_textual() -> None:
    """Load Textual's application, if it is not there yet, in seven eighths of the time.

    Its command palette, which is switched off, brings a dozen widgets that are not used here: a
    stand-in takes its place meanwhile, of which only names are wanted. Should Textual come to
    want more, it is loaded in full.
    """
    if "textual.app" in sys.modules or _PALETTE in sys.modules:
        return
    with without("ssl"):  # nothing here speaks it
        import asyncio  # noqa: F401
    stand_in = ModuleType(_PALETTE)
    for name in _NAMES:
        setattr(stand_in, name, type(name, (), {}))
    sys.modules[_PALETTE] = stand_in
    try:
        import textual.app
    except (ImportError, AttributeError):
        for name in [name for name in sys.modules if name.split(".")[0] == "textual"]:
            del sys.modules[name]
        import textual.app  # noqa: F401
    finally:
        if sys.modules.get(_PALETTE) is stand_in:
            del sys.modules[_PALETTE]
