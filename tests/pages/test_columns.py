"""Which columns of a table are there on which screen: those that make the point of a page."""

import pytest

from tests.pages.states import HOME, SIZES, figures, first, room
from tui_transformer.render.table_plan import plan

# Columns without which a table does not show its point, and from which screen on they are there.
POINT = {
    ("values", "Weight × value"): {(100, 30): ["w·water"], (120, 36): ["w·water", "w·finance"]},
    ("values", "Linear in the values"): {(120, 36): ["now", "2·value"]},
    ("values", "Weights"): {HOME: ["w"]},
    ("rotary", "Radians turned"): {HOME: ["apart", "to q·k"]},
    ("attention", "One query"): {HOME: ["● ÷√4", "weight", "○ ÷1", "s=q·k"]},
    ("softmax", "From logits"): {HOME: ["p", "z", "−ln p", "p−y"]},
    ("library", "Six books"): {HOME: ["weight", "s=q·k", "facts"]},
    ("receptive-field", "Layers until"): {HOME: ["d=31", "log"]},
    ("layer-norm", "What enters"): {HOME: ["enters", "normalised", "output"]},
    ("generation", "What may come"): {HOME: ["drawn", "p, T = 1", "rank"]},
}


@pytest.mark.parametrize("key", POINT, ids=" ".join)
def test_the_columns_that_make_a_point_do_not_wait(key):
    concept, title = key
    for least, names in POINT[key].items():
        for size in (each for each in SIZES if each >= least):
            page = first(figures(concept)[0], room(concept, size))
            found = [box for box in page if box.panel.title.startswith(title)]
            for box in found:
                hidden = plan(box.panel, box.width, box.height - 1, None, 0).hidden
                waiting = {box.panel.columns[i].title for i in hidden}
                assert not waiting.intersection(names), (size, waiting)
            assert found or least > size or title.startswith("Linear"), size
