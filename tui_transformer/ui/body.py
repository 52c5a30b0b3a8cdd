"""The middle of the screen: controls, figure and, where there is room, the explanation."""

from textual.containers import Horizontal
from textual.widget import Widget


class Body(Horizontal):
    """Lays its parts side by side."""

    def __init__(self, *parts: Widget) -> None:
        super().__init__(*parts, id="body")
