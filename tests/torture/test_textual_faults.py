"""Parts of Textual that fall over are not used, which is the surest way to contain them.

Textual 8.2.8 raises KeyError or IndexError for PageUp or PageDown in an option list before its
first layout (the command palette's list, Select's overlay); ScreenStackError for a screen that is
dismissed twice; NoMatches when the palette's search starts after the palette has gone;
AttributeError or NoWidget for the mouse on a widget that is being removed; and complains of
Markdown updates that are cancelled. What is used and has faults (the driver, the parser) is
contained in `ui/terminal`, and tests/terminal_parts shows that each guard is still needed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import tui_transformer
from tui_transformer.ui.app import TfxApp

PACKAGE = Path(tui_transformer.__file__).parent
# Screens that come and go, widgets that are taken away, workers that outlive what they are for.
UNUSED_CALLS = {
    "push_screen", "push_screen_wait", "pop_screen", "switch_screen", "switch_mode", "dismiss",
    "remove", "remove_children", "recompose", "run_worker", "run_action", "suspend", "open_url",
    "deliver_text", "deliver_binary", "save_screenshot", "action_screenshot", "notify",
}  # fmt: skip
USED_PARTS = {
    "textual._ansi_sequences", "textual._compositor", "textual._queue", "textual._xterm_parser",
    "textual.app",
    "textual.cache", "textual.color", "textual.containers", "textual.content",
    "textual.css.model", "textual.css.stylesheet", "textual.css.types", "textual.driver",
    "textual.drivers._writer_thread", "textual.drivers.linux_driver", "textual.events",
    "textual.filter", "textual.geometry", "textual.keys", "textual.message",
    "textual.message_pump", "textual.messages",
    "textual.screen", "textual.strip", "textual.theme", "textual.timer", "textual.widget",
    "textual",
}  # fmt: skip


def parts(folder: Path) -> Iterator[tuple[Path, ast.AST]]:
    for file in folder.rglob("*.py"):
        for part in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield file, part


def test_none_of_textuals_own_widgets_is_used() -> None:
    used = {
        name
        for _, part in parts(PACKAGE)
        for name in (
            [part.module or ""]
            if isinstance(part, ast.ImportFrom)
            else [alias.name for alias in part.names]
            if isinstance(part, ast.Import)
            else []
        )
        if name.split(".")[0] == "textual"
    }
    assert used <= USED_PARTS, "a new part of Textual: look at how it fails before it is used"


def test_no_screen_and_no_widget_goes_away_while_it_runs() -> None:
    found = [
        f"{file.name}:{part.lineno} {part.func.attr}"
        for file, part in parts(PACKAGE / "ui")
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in UNUSED_CALLS
    ]
    assert found == []


def test_the_palette_is_off_and_nothing_can_be_selected() -> None:
    assert not TfxApp.ENABLE_COMMAND_PALETTE
    assert not TfxApp.ALLOW_SELECT
