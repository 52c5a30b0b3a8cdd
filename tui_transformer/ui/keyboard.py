"""Where a key goes: to the entry, to the sheet, or to the command it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from textual import events

from tui_transformer.text import shorten, visible
from tui_transformer.ui import actions
from tui_transformer.ui.commands import BY_KEY, RECORDING_KEYS, TYPING_KEYS
from tui_transformer.ui.entry import EntryLine, Typed
from tui_transformer.ui.footer import Hint, at_fold, in_fold
from tui_transformer.ui.keymap import Keymap
from tui_transformer.ui.layout import ADVICE, is_foreign
from tui_transformer.ui.sheet import Sheet
from tui_transformer.ui.stage import GO_TO, HELP, Stage
from tui_transformer.ui.teacher import Teacher

if TYPE_CHECKING:
    from tui_transformer.session import Session
    from tui_transformer.ui.recorder import Recorder

# Whatever is open, these do what they stand for.
ALWAYS = ("ctrl+c", "ctrl+q", "f10", "ctrl+z", "ctrl+l")
LONGEST_FILTER = 1_000_000  # characters; a pasted link may hold a long text, spelled out
MOVES = {"up": -1, "shift+tab": -1, "down": 1, "tab": 1}
ENDS = {"home": -1, "end": 1}
LETTER_MOVES = {"k": -1, "j": 1}  # where letters are not typed
PAGES = {"pageup": -1, "pagedown": 1}
# What the footer calls that somebody who follows a class cannot do now.
LED = {"change", "type", "play", "step", "undo", "presets", "compare", "next"}
# What the footer calls answering, which in a class has its time.
ANSWERING = ("choose", "a number", "answer")
ERASING = ("backspace", "ctrl+h", "ctrl+u", "ctrl+w")
# Keys that are characters too: in a list of numbers they set them apart.
TYPED = {"tab": "\t", "ctrl+j": "\n"}


class Desk(Stage, Protocol):
    """The screen with what can be typed into."""

    advised: set[str]
    keymap: Keymap
    teacher: Teacher

    @property
    def recorder(self) -> Recorder | None:
        """What records a lesson, where one is recorded."""

    @property
    def sheet(self) -> Sheet:
        """The sheet over the figure."""

    @property
    def entry(self) -> EntryLine:
        """The line to type in."""

    def close_entry(self) -> None:
        """Stop typing."""

    def close_sheet(self) -> None:
        """Take the sheet away."""


def press(screen: Desk, event: events.Key) -> None:
    """Give a key to whatever is open."""
    printable = event.is_printable and event.character not in (None, " ")
    pressed = event.character if printable and event.character else event.key
    name = screen.keymap.meaning(pressed)
    if event.key in ALWAYS and screen.keymap.meaning(event.key) in BY_KEY:
        name = screen.keymap.meaning(event.key)
        BY_KEY[name].press(screen, name)
    elif screen.entry.display:
        _in_entry(screen, event)
    elif screen.sheet.display:
        _in_sheet(screen, name, event)
        screen.draw_footer()
    elif name and screen.teacher.press(name):
        pass  # it was the lesson's
    elif name in BY_KEY:
        BY_KEY[name].press(screen, name)
    else:
        _advise(screen, pressed)


def _advise(screen: Desk, name: str) -> None:
    """Say once that a key does nothing; of letters that are no commands, how to leave."""
    foreign = is_foreign(name)
    key = ADVICE if foreign else name
    if key not in screen.advised:
        screen.advised.add(key)
        shown, helps = visible(shorten(name, 20)), screen.keymap.keys["help"].split(" ")[0]
        screen.say(ADVICE if foreign else f"{shown} does nothing here; {helps} lists the keys.")


def shown(screen: Desk) -> tuple[tuple[str, str], ...]:
    """What the footer says: the keys that matter now."""
    sheet = screen.sheet
    if screen.entry.display:
        recording = screen.recorder is not None and screen.recorder.typing
        told = screen.keymap.told
        return tuple((key, told(word)) for key, word in RECORDING_KEYS if recording) or TYPING_KEYS
    if not sheet.display and screen.teacher.run is not None:
        from tui_transformer.ui import lesson

        run = screen.teacher.run
        held = screen.seat is not None and screen.seat.held
        own = lesson.held_keys(run) if held else lesson.keys(run)
        if screen.seat is not None and not screen.seat.answers(run):
            own = tuple(pair for pair in own if pair[1] not in ANSWERING)
        keys = (*_of_class(screen), *screen.keymap.written(own))
        return keys if run.phase == "ask" else _of_folds(screen, run.session, keys)
    if not sheet.display and screen.session is not None:
        idle = _idle(screen.session, screen.recorder is not None)
        idle |= LED if screen.seat is not None and screen.seat.held else set()
        hints = (*_of_class(screen), *_of_folds(screen, screen.session, screen.keymap.footer))
        return tuple(pair for pair in hints if pair[1] not in idle)
    listed = [("↑↓", "choose"), ("enter", "open")] if sheet.chosen() else []
    listed = listed or ([("↑↓", "scroll")] if sheet.scrolls else [])
    if sheet.filter:
        listed.append(("esc", "clear"))
    elif not sheet.is_first:
        closing = ("esc", "close")
        listed += [closing] if sheet.filterable else screen.keymap.written([closing])
    listed += screen.keymap.written([("backspace", "up")]) if sheet.goes_back else []
    if screen.session is None:
        quits = screen.keymap.written([("q", "quit")])
        listed += [("ctrl+c", "quit")] if sheet.filterable else quits
    listed += [("type", "to filter"), ("f1", "help")] if sheet.filterable else []
    listed += [("PgUp PgDn", "scroll")] if sheet.scrolls else []
    return (*listed, *_always(screen, sheet))


def _always(screen: Desk, sheet: Sheet) -> Iterator[Hint]:
    """Say how to come to help and search from a list, unless it is that."""
    keys = {command.name: command.key for command in screen.commands}
    title = sheet.content.title if sheet.content else ""
    if not sheet.filterable and title != HELP:
        yield keys["help"], "help"
    if title != GO_TO:
        yield keys["find"].split(" ")[0], "find"


def _of_class(screen: Desk) -> tuple[Hint, ...]:
    """Say what the keys do in a class."""
    hints = screen.seat.hints() if screen.seat else ()
    run = screen.teacher.run
    if run is not None and run.phase != "ask":
        hints = tuple(pair for pair in hints if pair[0] != "ask")
    return tuple((screen.keymap.keys[name], word) for name, word in hints)


def _of_folds(screen: Desk, session: Session, hints: tuple[Hint, ...]) -> tuple[Hint, ...]:
    """Say what the keys do at a fold: enter opens it; in an open one, arrows walk or change."""
    keys = screen.keymap.keys
    pinned = screen.opened.last("pin", "fold") == "pin"
    if session.closed:
        return at_fold(hints, keys, pinned)
    if session.fold is not None and not pinned:
        return in_fold(hints, keys, session.fold.kind == "grid")
    return hints


def _idle(session: Session, recording: bool) -> set[str]:
    """Name what would do nothing now, by its word in the footer."""
    there = {
        "play": session.clock,
        "step": session.clock,
        "why": session.pin,
        "undo": session.before,
        "presets": session.concept.presets,
        "tasks": session.concept.challenges,
        "pin": session.ready and session.can_pin,
        "record": recording,
    }
    return {word for word, something in there.items() if not something}


def paste(screen: Desk, text: str) -> None:
    """Take pasted text where something can be typed; terminals send its line ends as returns."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if screen.entry.display:
        screen.entry.insert(text)
    elif screen.sheet.display and screen.sheet.filterable:
        _filter(screen, text)
        screen.draw_footer()


def _in_entry(screen: Desk, event: events.Key) -> None:
    if event.key == "escape":
        if screen.recorder is not None:
            screen.recorder.leave(screen.entry.typed.text)
        screen.close_entry()
    elif event.key == "enter":
        _take(screen)
    elif (typed := screen.entry.typed.press(event.key)) is not None:
        screen.entry.edit(typed)
    elif event.is_printable and event.character:
        screen.entry.insert(event.character)
    elif event.key in PAGES:  # one line has no pages, but the figure behind it does
        actions.page(screen, PAGES[event.key])
    elif event.key in TYPED:
        screen.entry.insert(TYPED[event.key])


def _take(screen: Desk) -> None:
    """Take what was typed; what cannot be used gets a sentence, and nothing changes."""
    from tui_transformer.controls import BadValue

    if screen.session is None:
        return
    if screen.recorder is not None and screen.recorder.typing:
        screen.recorder.take(screen.entry.typed.text)
        return
    if screen.seat is not None and screen.seat.typing:
        screen.seat.take(screen.entry.typed.text)
        return
    try:
        session = screen.session.answer(screen.entry.typed.text)
    except BadValue as problem:
        screen.entry.complain(str(problem))
        return
    screen.close_entry()
    screen.change(lambda _: session)


def _in_sheet(screen: Desk, name: str, event: events.Key) -> None:
    """Where a list can be filtered all that can be typed does so; elsewhere letters are keys."""
    sheet = screen.sheet
    if sheet.filterable and event.is_printable and event.character:
        _filter(screen, event.character)
    elif event.key in MOVES:
        sheet.move(MOVES[event.key])
    elif event.key in ENDS:
        sheet.to_end(ENDS[event.key])
    elif event.key in ("pagedown", "pageup", "space"):
        sheet.scroll(sheet.size.height // 2 * (-1 if event.key == "pageup" else 1))
    elif event.key in ("enter", "ctrl+j"):  # which it is if typed before there is a screen
        screen.choose(sheet.chosen())
    elif name == "ctrl+p":
        BY_KEY["ctrl+p"].run(screen)
    elif sheet.filterable:
        _in_filter(screen, event.key)
    elif name == "backspace" and sheet.content is not None and sheet.content.back is not None:
        sheet.content.back(screen)
    elif name in LETTER_MOVES:
        sheet.move(LETTER_MOVES[name])
    elif name == "q" and screen.session is None:
        screen.program.exit()
    elif name in ("?", "f1") and sheet.content is not None and sheet.content.title != HELP:
        BY_KEY["?"].run(screen)
    elif name == "escape" or name in BY_KEY:
        screen.close_sheet()
    elif is_foreign(name):
        screen.close_sheet()
        _advise(screen, name)


def _filter(screen: Desk, more: str) -> None:
    """Put text behind what is typed; what does not fit is left out as a whole."""
    typed = screen.sheet.filter + more
    if len(typed) <= LONGEST_FILTER:
        screen.sheet.narrow(typed)


def _in_filter(screen: Desk, key: str) -> None:
    """Escape clears what is typed, then closes; what is no character can still erase or help."""
    sheet = screen.sheet
    if key == "escape" and sheet.filter:
        sheet.narrow("")
    elif key == "escape":
        screen.close_sheet()
    elif key in ERASING:
        erased = Typed(sheet.filter, len(sheet.filter)).press(key)
        sheet.narrow(erased.text if erased else "")
    elif key == "f1":
        BY_KEY["f1"].run(screen)
