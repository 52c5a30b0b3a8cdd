"""Which figures are computed beside the screen: those whose last one cost the processor much."""

import dataclasses
import threading
import time
from collections.abc import Callable

from tests.waiting import until
from tui_transformer.concepts import load
from tui_transformer.figure import Figure
from tui_transformer.model import Model
from tui_transformer.session import Session
from tui_transformer.ui.worker import PATIENCE, FigureWorker


def busy() -> None:
    """Compute for longer than a key may wait."""
    end = time.thread_time() + 1.2 * PATIENCE
    while time.thread_time() < end:
        pass


def with_view(before: Callable[[Model], None]) -> Session:
    """Open softmax with something that happens before each of its figures is made."""
    softmax = load("softmax")

    def view(model: Model) -> Figure:
        before(model)
        return softmax.view(model)

    return Session.open(dataclasses.replace(softmax, view=view))


def test_a_figure_that_only_had_to_wait_is_not_taken_to_be_slow() -> None:
    threads = []

    def before(model: Model) -> None:
        threads.append(threading.current_thread())
        time.sleep(1.2 * PATIENCE)

    worker, session = FigureWorker(lambda: None), with_view(before)
    for step in range(3):
        assert worker.ready(session.step(0).set(temperature=1 + step / 10))
    worker.stop()
    assert threads == [threading.main_thread()] * 3


def test_what_was_slow_once_is_computed_beside_until_it_is_fast_again() -> None:
    threads: dict[float, threading.Thread] = {}

    def before(model: Model) -> None:
        threads[model.temperature] = threading.current_thread()  # type: ignore[attr-defined]
        if model.temperature < 3:  # type: ignore[attr-defined]
            busy()

    worker, session = FigureWorker(lambda: None), with_view(before)
    for temperature in (1.0, 2.0, 3.0, 4.0):
        state = session.set(temperature=temperature)
        assert until(lambda state=state: worker.ready(state))
    worker.stop()
    here = [thread is threading.main_thread() for thread in threads.values()]
    assert here == [True, False, False, True]  # the third was expected to be slow, and was not
