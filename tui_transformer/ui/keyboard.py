"""Where a key goes: to the entry, to the sheet, or to the command it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui_transformer.text import shorten
from tui_transformer.ui.commands import BY_KEY
from tui_transformer.ui.layout import ADVICE, is_foreign

if TYPE_CHECKING:
    from tui_transformer.ui.instrument import Instrument

# Whatever is open, these do what they stand for.
ALWAYS = ("ctrl+c", "ctrl+q", "f10", "ctrl+z", "ctrl+l")
LONGEST_FILTER = 200_000  # characters; a pasted link may hold a long text
MOVES = {"up": -1, "shift+tab": -1, "k": -1, "down": 1, "tab": 1, "j": 1}
# Letters that do something on a list that can be filtered, as long as nothing is typed.
NOT_TYPED = ("q", "?", "/", "j", "k")


def press(screen: Instrument, event: events.Key) -> None:
    """Give a key to whatever is open."""
    printable = event.is_printable and event.character not in (None, " ")
    name = event.character if printable and event.character else event.key
    if event.key in ALWAYS and event.key in BY_KEY:
        BY_KEY[event.key].press(screen, event.key)
    elif screen.entry.display:
        _in_entry(screen, event)
    elif screen.sheet.display:
        _in_sheet(screen, name, event)
        screen.draw_footer()
    elif name in BY_KEY:
        BY_KEY[name].press(screen, name)
    elif is_foreign(name):
        _advise(screen)


def _advise(screen: Instrument) -> None:
    """Say once how to leave with a keyboard all letters of which are dead here."""
    if not screen.advised:
        screen.advised = True
        screen.say(ADVICE)


def paste(screen: Instrument, text: str) -> None:
    """Take pasted text where something can be typed."""
    if screen.entry.display:
        screen.entry.insert(text)
    elif screen.sheet.display and screen.sheet.filterable:
        screen.sheet.narrow((screen.sheet.filter + text)[:LONGEST_FILTER])


def _in_entry(screen: Instrument, event: events.Key) -> None:
    if event.key == "escape":
        screen.close_entry()
    elif event.key == "enter":
        screen.take_value()
    elif (typed := screen.entry.typed.press(event.key)) is not None:
        screen.entry.edit(typed)
    elif event.is_printable and event.character:
        screen.entry.insert(event.character)


def _in_sheet(screen: Instrument, name: str, event: events.Key) -> None:
    """Letters filter where that is possible; elsewhere they move, close or do their command."""
    sheet = screen.sheet
    typing = sheet.filterable and (sheet.filter or name not in NOT_TYPED)
    if typing and event.is_printable and event.character:
        sheet.narrow(shorten(sheet.filter + event.character, LONGEST_FILTER))
    elif name in MOVES:
        sheet.move(MOVES[name])
    elif name in ("pagedown", "pageup", "space"):
        sheet.scroll(sheet.size.height // 2 * (-1 if name == "pageup" else 1))
    elif name == "enter":
        screen.choose(sheet.chosen())
    elif name == "backspace" and sheet.filterable:
        sheet.narrow(sheet.filter[:-1])
    elif name == "backspace" and sheet.content is not None and sheet.content.back is not None:
        sheet.content.back(screen)
    elif name == "q" and screen.session is None:
        screen.quit()
    elif name == "?" and sheet.filterable:
        BY_KEY["?"].run(screen)
    elif name == "escape" or name in BY_KEY:
        screen.close_sheet()
    elif is_foreign(name):
        screen.close_sheet()
        _advise(screen)
