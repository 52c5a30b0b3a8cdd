"""Start the program in this terminal, and leave the terminal as it was."""

from __future__ import annotations

import locale
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_transformer import kiosk
from tui_transformer.configuration import Configuration
from tui_transformer.progress import load, state_file
from tui_transformer.text import visible
from tui_transformer.ui.terminal import lean, restore
from tui_transformer.ui.terminal.background import Question, ask, light_by_variable

if TYPE_CHECKING:
    from tui_transformer.ui.seated import Attend

COLOURS = ("auto", "standard", "256", "truecolor", "windows")  # what Rich does not raise for


def run(
    link: str,
    theme: str | None,
    ascii_only: bool,
    lesson: str = "",
    configuration: Configuration | None = None,
    record: str = "",
    attend: Attend | None = None,
) -> int:
    """Run until the person quits; returns the exit status."""
    if os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in COLOURS:
        del os.environ["TEXTUAL_COLOR_SYSTEM"]  # as Textual does with its others
    state = None if kiosk.is_on() else state_file()  # a visitor's progress ends with the visit
    chosen = theme or (configuration.theme if configuration else "")
    question = None if chosen or _looks_chosen(state) else _ask()
    lean.load_textual()  # takes a while, in which the terminal answers
    from tui_transformer.ui.app import build
    from tui_transformer.ui.terminal import lifecycle

    unicode = "utf" in locale.getencoding().lower()  # whatever mode Python itself is in
    fits = _fitting(question)
    try:
        app = build(
            link,
            theme,
            ascii_only or not unicode,
            state,
            lesson,
            configuration,
            fits,
            record,
            attend,
        )
    except BaseException:
        restore.as_found(sys.stdin.fileno())
        raise
    status = lifecycle.run(app, mouse=configuration is None or configuration.mouse)
    if app.recorder is not None and (left := app.recorder.keep()):
        print(visible(f"Not written: {left}"), file=sys.stderr)
    return status


def _looks_chosen(state: Path | None) -> bool:
    """Say whether the look is settled: no colours were asked for, or one look was chosen before."""
    return "NO_COLOR" in os.environ or (state is not None and bool(load(state)[0].theme))


def _ask() -> Question | None:
    remote = kiosk.is_on() or "SSH_CONNECTION" in os.environ or "SSH_TTY" in os.environ
    return ask(remote=remote)


def _fitting(question: Question | None) -> str:
    """Name the look that fits the terminal: as it answers, or as a variable says."""
    light = question.answer() if question else None
    if light is None:
        light = light_by_variable()
    return "light" if light else ""
