"""The strip of a lesson under the mouse: what can be answered is chosen by a click."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events

from tui_transformer.ui.lines import KeyedLine

if TYPE_CHECKING:
    from tui_transformer.ui.footer import Presser
    from tui_transformer.ui.keyboard import Desk


class LessonLine(KeyedLine):
    """The page of a lesson; a click on a choice is its digit."""

    def on_click(self, event: events.Click) -> None:
        """Choose what is clicked; nothing is answered by that."""
        from tui_transformer.ui.lesson import choice_at

        run = cast("Desk", self.screen).teacher.run
        place = choice_at(run, int(event.x), int(event.y), self.palette) if run else None
        if place is None:
            super().on_click(event)
        else:
            digit = str(place + 1)
            cast("Presser", self.screen).on_key(events.Key(digit, digit))
