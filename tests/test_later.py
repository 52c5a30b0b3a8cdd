"""What is out of sight is not made, and what is made is what would have been there at once."""

import math
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.test_worker import busy, with_view
from tests.waiting import until
from tui_transformer.compare import compare
from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure, same
from tui_transformer.later import Later, LaterArray, OneByOne, each, each_with
from tui_transformer.panels import Heatmap, Others, Panel, Plot, Table
from tui_transformer.pieces import Cell, Column
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import DARK
from tui_transformer.render.panel import draw_panel
from tui_transformer.render.spelled import spelled
from tui_transformer.ui.worker import FigureWorker

ROOM = 53, 18  # for the panels at 80×24


def parts(panel: Panel) -> list[Later[object] | LaterArray]:
    """What a panel leaves for later."""
    return [part for part in vars(panel).values() if isinstance(part, Later | LaterArray)]


def made(part: Later[object] | LaterArray) -> bool:
    return "made" in vars(part) or bool(vars(part).get("kept"))


def test_it_is_made_at_the_first_look_and_kept() -> None:
    seen: list[int] = []
    later = each(lambda i: seen.append(i) or i * i, (3, 4, 5))
    assert len(later) == 3 and bool(later) and seen == []
    assert list(later) == [9, 16, 25] and later[1] == 16 and later[1:] == (16, 25)
    assert tuple(later) == (9, 16, 25) and seen == [3, 4, 5]
    unknown = Later(lambda: iter("ab"))
    assert not made(unknown) and len(unknown) == 2


def test_a_promise_that_is_not_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="3 were promised, and 2 made"):
        list(Later(lambda: iter("ab"), 3))


def test_two_that_give_the_same_look_the_same() -> None:
    def table(*numbers: float) -> Table:
        return Table("t", (Column("x"),), each(lambda x: (Cell(x),), numbers))

    assert same(table(1.0, 2.0), table(1.0, 2.0))
    assert not same(table(1.0, 2.0), table(1.0, 3.0))


def test_in_ascii_it_is_spelled_when_somebody_looks() -> None:
    rows = each(lambda text: (Cell(text, "text"),), ("∂y/∂θ",))
    panel = Table("θ", (Column("θ"),), rows)
    figure = Figure(((panel,),), "", load("softmax").look(load("softmax").model()).formula, "yours")
    (written,) = spelled(figure).panels
    assert isinstance(written, Table) and len(written.rows) == 1 and not made(rows)
    assert str(written.rows[0][0].content).isascii() and made(rows)


def test_an_array_is_made_when_a_number_of_it_is_asked_for() -> None:
    calls: list[int] = []

    def array(size: int) -> LaterArray:
        return LaterArray(lambda: calls.append(size) or np.arange(6.0).reshape(2, 3), (2, 3))

    later = array(1)
    panel = Heatmap("h", later)  # type: ignore[arg-type]  # it stands for one
    figure = Figure(((panel,),), "", load("softmax").look(load("softmax").model()).formula, "yours")
    assert later.shape == (2, 3) and later.size == 6 and len(later) == 2
    arrange(figure, *ROOM)
    assert compare(figure, figure).panels[0] is panel and not calls
    assert later[1, 2] == 5 and calls == [1] and later.T.shape == (3, 2)
    assert np.array_equal(later + 1, np.arange(6).reshape(2, 3) + 1) and float(np.max(later)) == 5
    assert np.asarray(later).tolist() == later.made.tolist() and calls == [1]
    assert same(panel, Heatmap("h", array(2)))  # type: ignore[arg-type]
    panel.complete()
    assert draw_page(arrange(figure, *ROOM)[0], *ROOM, DARK, None, PanelCache())


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
def test_a_page_out_of_sight_is_not_made(concept: str) -> None:
    """At the first page of the opening state; so is a key's picture."""
    opened = load(concept)
    figure = opened.look(opened.model())
    first, *others = arrange(figure, *ROOM)
    draw_page(first, *ROOM, DARK, None, PanelCache())
    assert all(made(part) for box in first for part in parts(box.panel))
    hidden = [box.panel for page in others for box in page]
    assert not any(made(part) for panel in hidden for part in parts(panel))
    eager = [panel.title for panel in hidden if isinstance(panel, Table) and not parts(panel)]
    assert not eager, "give their rows as each(…) or Later(…)"


def test_what_takes_long_to_make_is_made_beside_the_screen() -> None:
    threads: list[threading.Thread] = []

    def marks() -> tuple[()]:
        threads.append(threading.current_thread())
        busy()
        return ()

    worker, session = FigureWorker(lambda: None), with_view(lambda model: None)
    view = session.concept.view

    def with_slow_marks(model: object) -> Figure:
        return replace(view(model), rows=((Plot("slow", Later(marks)),),))

    session = replace(session, concept=replace(session.concept, view=with_slow_marks))

    def look(figure: Figure) -> None:
        for panel in figure.panels:
            panel.complete()

    for temperature in (1.0, 2.0, 3.0):
        state = session.set(temperature=temperature)
        assert until(lambda state=state: worker.ready(state, look=look))
    worker.stop()
    assert [thread is threading.main_thread() for thread in threads] == [True, False, False]


def test_what_items_share_is_worked_out_once_and_for_none_never() -> None:
    asked: list[str] = []

    def shared() -> int:
        asked.append("shared")
        return 10

    items = each_with(shared, lambda once, item: once + item, [1, 2, 3])
    assert len(items) == 3 and asked == []
    assert tuple(items) == (11, 12, 13) and asked == ["shared"]
    assert tuple(each_with(shared, max, [])) == () and asked == ["shared"]


NUMBERS = st.sampled_from([0.0, -0.0, 1.0, 2.5, math.nan, math.inf, -math.inf])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6), st.booleans())
def test_arrays_look_the_same_where_each_number_does(
    pairs: list[tuple[float, float]], equal: bool
) -> None:
    if equal:
        pairs = [(a, a) for a, _ in pairs]
    one, other = (np.array([pair[i] for pair in pairs], float) for i in (0, 1))
    alike = all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in pairs)
    assert same(one, other) is alike
    assert same(one.reshape(1, -1), other) is False


def test_of_a_list_only_what_is_looked_at_is_made() -> None:
    seen: list[int] = []
    items = OneByOne(lambda i: seen.append(i) or i * i, (3, 4, 5, 6))
    assert len(items) == 4 and seen == []
    assert items[2] == 25 and items[-1] == 36 and items[2] == 25 and seen == [5, 6]
    assert items[:2] == (9, 16) and tuple(items) == items.made == (9, 16, 25, 36)
    assert sorted(seen) == [3, 4, 5, 6], "each is made once"
    with pytest.raises(IndexError):
        items[4]


def test_of_a_long_list_the_rows_in_sight_are_made() -> None:
    made: list[int] = []
    rows = OneByOne(lambda i: made.append(i) or (Cell(f"r{i}", "text"), Cell(float(i))), range(40))
    others = Others([float(i % 7) for i in range(40)])
    panel = Table("t", (Column("row"), Column("x")), rows, of="40 rows", others=others)
    panel.complete()
    assert made == []
    draw_panel(panel, 30, 8, DARK)
    assert len(made) == 8 - 3  # title, names of columns, how many of how many
