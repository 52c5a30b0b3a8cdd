"""Start the program in this terminal, and leave the terminal as it was."""

from __future__ import annotations

import locale
import os

from tui_transformer import kiosk
from tui_transformer.configuration import Configuration
from tui_transformer.progress import state_file

COLOURS = ("auto", "standard", "256", "truecolor", "windows")  # what Rich does not raise for


def run(
    link: str,
    theme: str | None,
    ascii_only: bool,
    lesson: str = "",
    configuration: Configuration | None = None,
) -> int:
    """Run until the person quits; returns the exit status."""
    if os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in COLOURS:
        del os.environ["TEXTUAL_COLOR_SYSTEM"]  # as Textual does with its others
    from tui_transformer.ui.app import build
    from tui_transformer.ui.terminal import lifecycle

    unicode = "utf" in locale.getencoding().lower()  # whatever mode Python itself is in
    state = None if kiosk.is_on() else state_file()  # a visitor's progress ends with the visit
    app = build(link, theme, ascii_only or not unicode, state, lesson, configuration)
    return lifecycle.run(app, mouse=configuration is None or configuration.mouse)
