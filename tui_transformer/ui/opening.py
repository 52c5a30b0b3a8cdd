"""Pages that were sent, opened beside the screen: what the answer is may be worked out for seconds,
and keys are heard meanwhile.

What is opened is frozen, so what a thread hands over is finished. Of several pages the last is
shown; what is worked out for another goes on for nobody, and ends with the program at the latest.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from tui_transformer.ui.worker import PATIENCE

if TYPE_CHECKING:
    from tui_transformer.classroom.messages import State
    from tui_transformer.classroom.showing import Shown

    Opened = Future[tuple[Shown, bool]]
    """What was opened, and whether its page is new; or why it cannot be."""


class Opening:
    """Opens what was sent, and hands it to who shows it; of what takes long only the last."""

    def __init__(
        self,
        show: Callable[[State, Opened], None],
        call_later: Callable[[Callable[[], None]], object],
    ) -> None:
        """`call_later` lets the screen call something; it is called by a thread."""
        self._show, self._call_later = show, call_later
        self._going: tuple[State, Opened] | None = None

    def open(self, state: State, work: Callable[[], tuple[Shown, bool]]) -> bool:
        """Open a state and show it; False where that comes later, for it takes long."""
        if self._going is not None and self._going[0].step == state.step:
            return False
        self._going = None
        opened: Opened = Future()
        if state.step is None:
            _fulfil(opened, work)
        else:
            Thread(target=_fulfil, args=(opened, work), daemon=True).start()
            try:
                opened.exception(PATIENCE)
            except TimeoutError:
                self._going = state, opened
                opened.add_done_callback(self._done)
                return False
        self._show(state, opened)
        return True

    def _done(self, _: Opened) -> None:
        with suppress(RuntimeError):  # the program has ended meanwhile
            self._call_later(self._go_on)

    def _go_on(self) -> None:
        going = self._going
        if going is not None and going[1].done():
            self._going = None
            self._show(*going)


def _fulfil(opened: Opened, work: Callable[[], tuple[Shown, bool]]) -> None:
    try:
        opened.set_result(work())
    except BaseException as problem:  # whoever looks at it is told
        opened.set_exception(problem)
