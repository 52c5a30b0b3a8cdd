"""A picture that is done with is gone at once: it leaves next to nothing to the collector."""

import gc

import pytest

from tui_transformer.concepts import load
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import DARK
from tui_transformer.session import Session

MOST = 50  # objects a key, on average; what knows each other in a circle makes hundreds


@pytest.mark.parametrize("name", ["softmax", "attention", "xor", "descent", "neuron", "rotary"])
def test_hardly_anything_of_a_picture_is_in_a_circle(name: str) -> None:
    session, cache, found = Session.open(load(name)), PanelCache(), []
    number = ("real", "integer")
    at = next(i for i, knob in enumerate(session.knobs) if knob.control.kind in number)
    session = session.hold(at)
    gc.collect()
    gc.freeze()  # what is there now is not gone through again and again
    try:
        for step in ([1] * 6 + [-1] * 6) * 4:  # until nothing is kept of what other tests drew
            session = session.nudge(step)
            page = arrange(session.figure, 79, 30)[0]
            for box in page:
                box.panel.complete()
            assert draw_page(page, 79, 30, DARK, None, cache)
            del page
            found.append(gc.collect())
            gc.disable()  # until it is asked again
    finally:
        gc.enable()
    assert sum(found[-12:]) / 12 <= MOST
