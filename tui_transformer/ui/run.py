"""Start the program in this terminal, and leave the terminal as it was."""

from __future__ import annotations

import locale
import sys

from tui_transformer.state import state_file


def run(link: str, theme: str | None, ascii_only: bool) -> int:
    """Run until the person quits; returns the exit status."""
    from tui_transformer.ui.app import build

    unicode = "utf" in locale.getpreferredencoding(False).lower()
    app = build(link, theme, ascii_only or not unicode, state_file())
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(run("", None, False))
