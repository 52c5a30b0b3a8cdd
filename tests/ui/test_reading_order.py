"""tab walks from panel to panel as they are read: down a page, then on to the next, never back."""

import pytest

from tests.ui.test_instrument import app, press
from tui_transformer.concepts import entries, load
from tui_transformer.figure import pinnable
from tui_transformer.render.layout import arrange
from tui_transformer.render.strips import reading_order
from tui_transformer.session import Session

SIZES = ((42, 15), (47, 19), (84, 31))  # of the figure in 60×18, 80×24, 120×36


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
def test_tab_never_goes_back(concept: str) -> None:
    session = Session.open(load(concept))
    for size in SIZES:
        pages = arrange(session.figure, *size)
        order, walked = reading_order(pages), list[int]()
        places = {box.index: (at, box.y, box.x) for at, page in enumerate(pages) for box in page}
        pinned = session.pin_panel(1, order)
        while pinned.pin is not None:
            walked.append(pinned.pin.panel)
            pinned = pinned.pin_panel(1, order)
        assert [places[panel] for panel in walked] == sorted(places[panel] for panel in walked)
        numbers = (i for i, panel in enumerate(session.figure.panels) if [*pinnable(panel)])
        assert sorted(walked) == sorted(numbers)


async def test_it_is_so_on_the_screen() -> None:
    """The figure lists it ninth, and it stands on the first page, since there is room."""
    async with app("tfx encoder-decoder").run_test(size=(120, 36)) as pilot:
        pages = []
        for _ in range(12):
            await press(pilot, "tab")
            if pilot.app.instrument.session.pin is None:
                break
            pages.append(pilot.app.instrument.figure_view.page)
        assert pages == sorted(pages) and len({*pages}) > 1 and len(pages) == 8
        await press(pilot, "shift+tab")
        assert pilot.app.instrument.figure_view.page == pages[-1]
