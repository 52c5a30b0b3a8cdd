"""The second wall: whatever a widget draws, no control character reaches the terminal."""

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui_transformer.text import visible


class VisibleFilter(LineFilter):
    """Shows control, invisible and direction-changing characters as what they are.

    They took no space when the line was laid out, so a text may lose as many cells at its end.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with every character visible: the same list if it was."""
        line = "".join([text for text, _, _ in segments])
        if visible(line) is line:
            return segments
        return [
            Segment(set_cell_size(visible(text), segment.cell_length), style, control)
            for segment in segments
            for text, style, control in [segment]
        ]


VISIBLE = VisibleFilter()
