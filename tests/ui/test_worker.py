"""Which figures are computed beside the screen: those whose last one cost the processor much."""

import dataclasses
import threading
import time
from collections.abc import Callable

from tests.waiting import until
from tui_transformer.concepts import load
from tui_transformer.figure import Figure
from tui_transformer.model import Model
from tui_transformer.patience import far
from tui_transformer.session import Session
from tui_transformer.ui.worker import NEWS, PATIENCE, FigureWorker


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


def test_who_gets_a_slow_figure_at_once_is_not_told_of_it_again() -> None:
    told: list[bool] = []
    worker, session = FigureWorker(lambda: told.append(True)), with_view(lambda model: busy())
    assert worker.ready(session)  # here: nothing is known of it yet
    assert worker.ready(session.set(temperature=2.0), patience=60)
    assert not told
    later = session.set(temperature=3.0)
    assert not worker.ready(later, patience=0)
    assert until(lambda: bool(told)) and worker.ready(later, patience=0)
    worker.stop()
    assert told == [True]


# ── what says how far it is ────────────────────────────────────────────────────────────


class Work:
    """Steps that are kept, each of which says how far it is and waits until it may go on."""

    def __init__(self, steps: int, kept: bool = True) -> None:
        self.steps, self.kept, self.done = steps, kept, 0
        self.threads: set[threading.Thread] = set()
        self.may = threading.Semaphore(0)

    def go(self, model: Model) -> None:
        while self.done < self.steps:
            self.threads.add(threading.current_thread())
            far(self.done, self.steps, "step", self.kept)
            if threading.current_thread() is threading.main_thread():
                time.sleep(1.2 * PATIENCE)  # whoever waits has waited long enough
                continue
            self.may.acquire()
            self.done += 1


def test_what_says_how_far_it_is_goes_beside_before_anybody_waits() -> None:
    said: list[str] = []
    work = Work(3)
    worker, session = FigureWorker(lambda: None, said.append), with_view(work.go)
    assert not worker.ready(session)  # though nothing was known to be slow here
    assert threading.main_thread() in work.threads and work.done == 0
    assert until(lambda: len(work.threads) == 2)
    for _ in range(3):
        work.may.release()
        time.sleep(1.2 * NEWS)
    assert until(lambda: worker.ready(session))
    worker.stop()
    assert said and set(said) <= {f"step {n} of 3" for n in range(3)}


def test_it_is_given_up_once_another_waits_and_goes_on_where_it_was() -> None:
    work = Work(4)
    worker, session = FigureWorker(lambda: None), with_view(work.go)
    assert not worker.ready(session)
    work.may.release()
    assert until(lambda: work.done == 1)
    other = session.set(temperature=2.0)
    assert not worker.ready(other)
    work.may.release(9)  # the first goes to the end of its step, and no further
    assert until(lambda: worker.ready(other))
    worker.stop()
    assert work.done == 4 and not session.ready


def test_what_would_be_lost_is_done_to_the_end() -> None:
    work = Work(2, kept=False)
    worker, session = FigureWorker(lambda: None), with_view(work.go)
    assert not worker.ready(session)
    other = session.set(temperature=2.0)
    assert not worker.ready(other)
    work.may.release(9)
    assert until(lambda: worker.ready(other))
    worker.stop()
    assert work.done == 2 and session.ready


def test_another_page_is_made_beside_as_well() -> None:
    """Turning a page changes no state: what is seen of it then may still be to be made."""
    work = Work(2)
    worker, session = FigureWorker(lambda: None), with_view(lambda model: None)
    assert worker.ready(session)
    threads: list[threading.Thread] = []

    def look(figure: Figure) -> None:
        work.go(session.model)
        threads.append(threading.current_thread())

    assert not worker.ready(session, look=look)
    work.may.release(9)
    assert until(lambda: worker.ready(session, look=look))
    worker.stop()
    assert work.done == 2 and threads[0] is not threading.main_thread()
