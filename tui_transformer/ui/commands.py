"""Every command once: its key, what the footer calls it, what help says, what it does.

Footer, help and the go-to list are all made from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tui_transformer import kiosk
from tui_transformer.ui import actions
from tui_transformer.ui.stage import Action, Command

if TYPE_CHECKING:
    from tui_transformer.session import Session


def _on(change: Callable[[Session], Session]) -> Action:
    """Make a command of a change to the session."""
    return lambda screen: screen.change(change)


def _arrow(rows: int, columns: int, amount: int = 0) -> Action:
    return partial(actions.arrow, rows=rows, columns=columns, amount=amount)


_TO_SHELL = Command(
    ("ctrl+z",), "back to the shell for a while; fg returns", lambda s: s.program.to_shell()
)

COMMANDS: tuple[Command, ...] = (
    Command(("up", "k"), "choose the control above", _arrow(-1, 0), shown="↑ k"),
    Command(("down", "j"), "choose the control below", _arrow(1, 0), shown="↓ j"),
    Command(("left", "h"), "change it downwards", _arrow(0, -1, -1), shown="← h"),
    Command(("right", "l"), "change it upwards", _arrow(0, 1, 1), shown="→ l"),
    Command(("shift+left", "H"), "ten steps down", _arrow(0, -1, -10), shown="shift+← H"),
    Command(("shift+right", "L"), "ten steps up", _arrow(0, 1, 10), shown="shift+→ L"),
    Command(("enter", "ctrl+j"), "type a value", lambda s: s.type_value(), "type", rank=3),
    Command(("+",), "add a number to a vector", _on(lambda s: s.lengthen(True))),
    Command(("-",), "take a number off a vector", _on(lambda s: s.lengthen(False))),
    Command(("space",), "play or pause the clock", lambda s: s.player.toggle(), "play", rank=4),
    Command((".",), "one step on", _on(lambda s: s.step(1)), "step", rank=4),
    Command((",",), "one step back", _on(lambda s: s.step(-1))),
    Command((">",), "play faster", lambda s: s.player.faster(1)),
    Command(("<",), "play slower", lambda s: s.player.faster(-1)),
    Command(("u",), "undo", _on(lambda s: s.undo()), "undo", rank=12),
    Command(("U",), "redo", _on(lambda s: s.redo())),
    Command(("r",), "reset every control", _on(lambda s: s.reset())),
    Command(("*",), "randomise", actions.randomise),
    Command(tuple("123456789"), "open a preset", lambda s: None, "presets", "1–9", rank=10),
    Command(
        ("tab",),
        "pin a number: see how it came about",
        _on(lambda s: s.pin_panel(1)),
        "pin",
        rank=5,
    ),
    Command(("shift+tab",), "pin in the panel before", _on(lambda s: s.pin_panel(-1))),
    Command(("escape",), "let go of what is pinned, close, or go back", actions.leave, shown="esc"),
    Command(("w",), "why: walk the pinned number down", actions.why, "why", rank=6),
    Command(
        ("b",),
        "compare: pin this state, show what differs",
        _on(lambda s: s.compare()),
        "compare",
        rank=9,
    ),
    Command(("home",), "the first control", lambda s: s.hold(0), shown="Home"),
    Command(("end",), "the last control", lambda s: s.hold(-1), shown="End"),
    Command(
        ("pagedown", "ctrl+f"),
        "the panels further down",
        partial(actions.page, step=1),
        shown="PgDn",
    ),
    Command(
        ("pageup", "ctrl+b"), "the panels further up", partial(actions.page, step=-1), shown="PgUp"
    ),
    Command(("e",), "explanation", actions.explain, "explain", rank=6),
    Command(("c",), "connections: what it builds on, what builds on it", actions.connections),
    Command(("t",), "tasks", actions.challenges, "tasks", rank=7),
    Command(
        ("m",),
        "mathematics: the code that computed the pinned number",
        actions.mathematics,
        "maths",
        rank=11,
    ),
    Command(("y",), "copy the command that opens this state", actions.copy_link, "copy", rank=13),
    Command(("[",), "previous concept", partial(actions.neighbour, step=-1)),
    Command(("]",), "next concept", partial(actions.neighbour, step=1), "next", rank=14),
    Command(("backspace",), "back to where you were", actions.back),
    Command(("g",), "the map of all concepts", actions.show_map, "map", rank=8),
    Command(
        ("ctrl+p", "/"),
        "find any concept, control, value, task or command",
        actions.go_to,
        "find",
        shown="ctrl+p /",
        rank=2,
    ),
    Command(
        ("o",),
        "another look (theme): dark, light, the terminal's own colours",
        lambda s: s.program.next_look(),
    ),
    Command(("?", "f1"), "help", actions.show_help, "help", rank=1),
    Command(("ctrl+l",), "draw everything again", lambda s: s.program.redraw()),
    Command(
        # The last is there on keyboards without Latin letters too.
        ("q", "ctrl+c", "ctrl+q", "f10"),
        "quit",
        lambda s: s.program.exit(),
        "quit",
        rank=2,
    ),
    *(() if kiosk.is_on() else (_TO_SHELL,)),
)
BY_KEY: dict[str, Command] = {key: command for command in COMMANDS for key in command.keys}

_KEYS = {"step": ". ,", "find": "ctrl+p"}  # what goes there and back is one hint
# What the footer shows, in order of importance; arrows first, since everybody looks for them.
_RANKED = sorted((command for command in COMMANDS if command.short), key=lambda c: c.rank)
FOOTER: tuple[tuple[str, str], ...] = (
    ("↑↓←→", "change"),
    *((_KEYS.get(command.short, command.key), command.short) for command in _RANKED),
)
# What it shows while something is typed.
TYPING_KEYS: tuple[tuple[str, str], ...] = (("enter", "take it"), ("esc", "leave it as it was"))
