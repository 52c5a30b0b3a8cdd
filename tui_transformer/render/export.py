"""Lines of segments as ANSI text or as an SVG picture."""

import io
import re

from rich.console import Console
from rich.segment import Segment, Segments

from tui_transformer.render.canvas import Lines


def color_system() -> str | None:
    """Say how many colours the terminal has, by the name that Rich has for that."""
    return Console(file=io.StringIO(), force_terminal=True).color_system


def _console(width: int, record: bool) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        record=record,
        force_terminal=True,
        color_system="truecolor" if record else "auto",
        legacy_windows=False,
    )


def _joined(lines: Lines) -> Segments:
    return Segments([segment for line in lines for segment in (*line, Segment.line())])


_RUNS = re.compile(r"\s+|\S+(?: \S+)*")


def _apart(lines: Lines) -> Lines:
    """Set gaps apart from what is drawn, so that every run of text gets its own place.

    Some viewers drop or collapse the spaces of an SVG text and do not obey its length.
    """
    return [
        [Segment(run, segment.style) for segment in line for run in _RUNS.findall(segment.text)]
        for line in lines
    ]


def ansi(lines: Lines) -> str:
    """Write lines with colour codes."""
    console = _console(500, record=False)
    console.print(_joined(lines), end="", soft_wrap=True)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue().rstrip("\n")


def svg(lines: Lines, title: str, width: int) -> str:
    """Write lines as an SVG picture in a window frame."""
    console = _console(width, record=True)
    console.print(_joined(_apart(lines)), end="", soft_wrap=True)
    return console.export_svg(title=title)
