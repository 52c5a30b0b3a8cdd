"""Every command once: its key, what the footer calls it, what help says, what it does.

Footer, help and the go-to list are all made from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import methodcaller
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


def _class(name: str) -> Action:
    return lambda screen: actions.in_class(screen, methodcaller(name))


_RECORD = Command(
    "record",
    ("R",),
    "add this state to the lesson that tfx record FILE ID writes",
    actions.record,
    "record",
    rank=0,
)
_TO_SHELL = Command(
    "shell",
    ("ctrl+z",),
    "back to the shell for a while; fg returns",
    lambda s: s.program.to_shell(),
)

COMMANDS: tuple[Command, ...] = (
    Command("up", ("up", "k"), "choose the control above", _arrow(-1, 0), shown="↑ k"),
    Command("down", ("down", "j"), "choose the control below", _arrow(1, 0), shown="↓ j"),
    Command("less", ("left", "h"), "change it downwards", _arrow(0, -1, -1), shown="← h"),
    Command("more", ("right", "l"), "change it upwards", _arrow(0, 1, 1), shown="→ l"),
    Command(
        "ten-less", ("shift+left", "H"), "ten steps down", _arrow(0, -1, -10), shown="shift+← H"
    ),
    Command("ten-more", ("shift+right", "L"), "ten steps up", _arrow(0, 1, 10), shown="shift+→ L"),
    Command(
        "type",
        ("enter", "ctrl+j"),
        "type a value; open what is folded (▸)",
        lambda s: s.type_value(),
        "type",
        rank=3,
    ),
    Command(
        "longer",
        ("+",),
        "add a number to a vector; in a grid: one step up",
        _on(lambda s: s.lengthen(True)),
    ),
    Command(
        "shorter",
        ("-",),
        "take a number off a vector; in a grid: one step down",
        _on(lambda s: s.lengthen(False)),
    ),
    Command(
        "play", ("space",), "play or pause the clock", lambda s: s.player.toggle(), "play", rank=4
    ),
    Command("step", (".",), "one step on", _on(lambda s: s.step(1)), "step", rank=4),
    Command("step-back", (",",), "one step back", _on(lambda s: s.step(-1))),
    Command("faster", (">",), "play faster", lambda s: s.player.faster(1)),
    Command("slower", ("<",), "play slower", lambda s: s.player.faster(-1)),
    Command("undo", ("u",), "undo", _on(lambda s: s.undo()), "undo", rank=12),
    Command("redo", ("U",), "redo", _on(lambda s: s.redo())),
    Command("reset", ("r",), "reset every control", _on(lambda s: s.reset())),
    Command("randomise", ("*",), "randomise", actions.randomise),
    Command(
        "preset", tuple("123456789"), "open a preset", lambda s: None, "presets", "1–9", rank=10
    ),
    Command(
        "pin",
        ("tab",),
        "pin a number: see how it came about",
        partial(actions.pin, step=1),
        "pin",
        rank=5,
    ),
    Command("pin-back", ("shift+tab",), "pin in the panel before", partial(actions.pin, step=-1)),
    Command(
        "leave",
        ("escape",),
        "let go of what is pinned, close, or go back",
        actions.leave,
        shown="esc",
    ),
    Command("why", ("w",), "why: walk the pinned number down", actions.why, "why", rank=6),
    Command(
        "compare",
        ("b",),
        "compare: pin this state, show what differs",
        _on(lambda s: s.compare()),
        "compare",
        rank=9,
    ),
    Command(
        "cut",
        ("x",),
        "cut the pinned or chosen head; again: leave its mean; again: whole",
        _on(lambda s: s.cut()),
    ),
    Command("first", ("home",), "the first control", _on(lambda s: s.to_end(False)), shown="Home"),
    Command("last", ("end",), "the last control", _on(lambda s: s.to_end(True)), shown="End"),
    Command(
        "page-down",
        ("pagedown", "ctrl+f"),
        "the panels further down",
        partial(actions.page, step=1),
        shown="PgDn",
    ),
    Command(
        "page-up",
        ("pageup", "ctrl+b"),
        "the panels further up",
        partial(actions.page, step=-1),
        shown="PgUp",
    ),
    Command(
        "zoom",
        ("z",),
        "zoom: the pinned or main panel has the screen",
        actions.zoom,
        "zoom",
        rank=10,
    ),
    Command(
        "explain", ("e",), "explanation, beside the figure", actions.explain, "explain", rank=6
    ),
    Command(
        "explain-all", ("E",), "all of the explanation, with concepts to open", actions.explain_all
    ),
    Command(
        "connections",
        ("c",),
        "connections: what it builds on, what builds on it",
        actions.connections,
    ),
    Command("tasks", ("t",), "tasks", actions.challenges, "tasks", rank=7),
    Command(
        "maths",
        ("m",),
        "mathematics: the code that computed the pinned number",
        actions.mathematics,
        "maths",
        rank=11,
    ),
    Command(
        "copy", ("y",), "copy the command that opens this state", actions.copy_link, "copy", rank=13
    ),
    Command("elsewhere", ("s",), "your sentence in a model that was trained", actions.elsewhere),
    Command("previous", ("[",), "previous concept", partial(actions.neighbour, step=-1)),
    Command("next", ("]",), "next concept", partial(actions.neighbour, step=1), "next", rank=14),
    Command("back", ("backspace",), "back to where you were", actions.back),
    Command("map", ("g",), "the map of all concepts", actions.show_map, "map", rank=8),
    Command(
        "find",
        ("ctrl+p", "/"),
        "find any concept, control, value, task or command",
        actions.go_to,
        "find",
        shown="ctrl+p /",
        rank=2,
    ),
    Command(
        "look",
        ("o",),
        "another look (theme): dark, light, the terminal's own colours",
        lambda s: s.program.next_look(),
    ),
    Command("away", ("f",), "in a class: try for yourself, and back", _class("go_or_come")),
    Command("hand", ("a",), "in a class: raise a hand, or take it down", _class("raise_hand")),
    Command(
        "ask",
        ("P",),
        "presenting: ask everybody about the pinned number; again: tell",
        _class("ask"),
    ),
    Command(
        "chalk",
        ("C",),
        "presenting: hand the chalk to a raised hand, or take it back",
        _class("chalk"),
    ),
    Command("help", ("?", "f1"), "help", actions.show_help, "help", rank=1),
    Command("redraw", ("ctrl+l",), "draw everything again", lambda s: s.program.redraw()),
    Command(
        "quit",  # The last is there on keyboards without Latin letters too.
        ("q", "ctrl+c", "ctrl+q", "f10"),
        "quit",
        lambda s: s.program.exit(),
        "quit",
        rank=2,
    ),
    *(() if kiosk.is_on() else (_RECORD, _TO_SHELL)),
)
BY_KEY: dict[str, Command] = {key: command for command in COMMANDS for key in command.keys}


def footer_of(commands: Sequence[Command]) -> tuple[tuple[str, str], ...]:
    """What the footer shows, in order of importance; arrows first, since everybody looks for them.

    What goes there and back is one hint.
    """
    shown = {command.name: command.key for command in commands}
    both = {"step": f"{shown['step']} {shown['step-back']}", "find": shown["find"].split(" ")[0]}
    ranked = sorted((command for command in commands if command.short), key=lambda c: c.rank)
    hints = ((both.get(command.name, command.key), command.short) for command in ranked)
    return (("↑↓←→", "change"), *hints)


FOOTER = footer_of(COMMANDS)
# What it shows while something is typed.
TYPING_KEYS: tuple[tuple[str, str], ...] = (("enter", "take it"), ("esc", "leave it as it was"))
RECORDING_KEYS = (("enter", "take it"), ("esc", "look again; R goes on"))
