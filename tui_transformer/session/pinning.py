"""Pinning a number, walking from one to the next, and comparing with a pinned state."""

import dataclasses
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

from tui_transformer.compare import name as called
from tui_transformer.controls.wires import Wires, cycled
from tui_transformer.figure import Pin, pinnable
from tui_transformer.later import is_made
from tui_transformer.model import derived
from tui_transformer.nn.cutting import BLOCK, Wire, read
from tui_transformer.panels import Table
from tui_transformer.session.state import State, holds


class Pinning(State):
    """What is held fast to be looked at."""

    @derived
    def pins(self) -> tuple[int, ...]:
        """The panels that have cells to pin."""
        return tuple(
            i for i, panel in enumerate(self.figure.panels) if any(True for _ in pinnable(panel))
        )

    @property
    def can_pin(self) -> bool:
        """Whether there is a number to pin; what nobody has looked at is taken to have some,
        since it would have to be made to see it.
        """
        panels = self.figure.panels
        return any(not is_made(panel) or any(True for _ in pinnable(panel)) for panel in panels)

    def pin_panel(self, step: int, order: Sequence[int] = ()) -> Self:
        """Walk to the next panel with numbers to pin; after the last, let go.

        The figure's own order is another than that in which a screen shows its panels.
        """
        shown = [panel for panel in order if panel in self.pins]
        stops: list[int | None] = [None, *dict.fromkeys((*shown, *self.pins))]
        here = self.pin.panel if self.pin and self.pin.panel in self.pins else None
        panel = stops[(stops.index(here) + step) % len(stops)]
        if panel is None:
            return dataclasses.replace(self, pin=None, said="Nothing is pinned.")
        return self.pin_cell(Pin(panel, *self.figure.panels[panel].first()))

    def pin_cell(self, pin: Pin | None) -> Self:
        """Pin a cell: its working is shown, and linked controls follow it."""
        if pin is None:
            return dataclasses.replace(self, pin=None, said="")
        if pin.panel >= len(self.figure.panels):
            return self
        links = self.figure.panels[pin.panel].links(pin.row, pin.column)
        changes = {name: at for name, at in links.items() if getattr(self.model, name) != at}
        pinned = dataclasses.replace(self, pin=pin if holds(self.figure, pin) else None, said="")
        return pinned.become(self.model.replace(**changes)) if changes else pinned

    def pin_move(self, rows: int, columns: int) -> Self:
        """Walk from the pinned cell to the nearest one in a direction."""
        if self.pin is None or not holds(self.figure, self.pin):
            return dataclasses.replace(self, pin=None)
        cells = set(pinnable(self.figure.panels[self.pin.panel]))
        row, column = self.pin.row + rows, self.pin.column + columns
        for _ in range(64):  # over gaps: a text column between numbers
            if (row, column) in cells:
                return self.pin_cell(Pin(self.pin.panel, row, column))
            row, column = row + rows, column + columns
        return self

    def compare(self) -> Self:
        """Pin the present state to compare others with it, or let it go."""
        if self.pinned is None:
            return dataclasses.replace(
                self, pinned=self.model, said="Pinned: panels now show what differs; b lets go."
            )
        return dataclasses.replace(self, pinned=None, said="No longer comparing.")

    def cut(self) -> Self:
        """Cut the pinned wire, else the head looked at; again: leave its mean; again: whole."""
        controls = self.model.controls().items()
        name, control = next(((n, c) for n, c in controls if isinstance(c, Wires)), ("", None))
        wires = (wire for wire in (self._pinned_wire(), self.model.wire()) if wire is not None)
        wire = next((w for w in wires if control and control.has(w, self.model)), None)
        if wire is None:
            return self.say("Nothing here can be cut.")
        cut, row = cycled(getattr(self.model, name), wire), self._pinned_row
        without = self.become(self.model.replace(**{name: cut}), f"cut: {cut or 'nothing'}")
        return without._pin_in(*row) if row else without

    @property
    def _pinned_row(self) -> tuple[Table, str] | None:
        """The pinned table, and what the pinned row is called; None where no row is pinned."""
        panel = self.figure.panels[self.pin.panel] if self.pin else None
        if self.pin is None or not isinstance(panel, Table) or self.pin.row >= len(panel.rows):
            return None
        return panel, str(panel.rows[self.pin.row][0].content)

    def _pin_in(self, table: Table, row: str) -> Self:
        """Keep the pin on a row that may have moved, and whose table may have."""
        for number, panel in enumerate(self.figure.panels):
            if self.pin and isinstance(panel, Table) and called(panel) == called(table):
                names = [str(cells[0].content) for cells in panel.rows]
                at = names.index(row) if row in names else self.pin.row
                return dataclasses.replace(self, pin=Pin(number, at, self.pin.column))
        return self

    def _pinned_wire(self) -> Wire | None:
        """The wire that the pinned row is named after; a whole layer where its rows are layers."""
        if self._pinned_row is None:
            return None
        table, row = self._pinned_row
        try:
            wire = read(row)
        except ValueError:
            return None
        layers = table.row_control == "layer"
        return None if wire.part == BLOCK and not layers else replace(wire, mean=False)
