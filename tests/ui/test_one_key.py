"""What one key makes the program do, counted, in every concept: no more than is seen."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.strip import Strip

import tui_transformer.render.page as page
import tui_transformer.render.table_cells as table_cells
import tui_transformer.session.folds as folds
import tui_transformer.session.pictures as pictures
from tui_transformer.concept import Concept
from tui_transformer.concepts import entries
from tui_transformer.later import Later
from tui_transformer.panels import Table
from tui_transformer.ui.app import build
from tui_transformer.ui.views import FigureView

KEYS = ("right", "left", "full_stop", "comma")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each of these is done."""
    found: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        plain: Callable[..., Any] = getattr(owner, name)

        def counting(*args: Any, **names: Any) -> Any:
            found[name] += 1
            return plain(*args, **names)

        monkeypatch.setattr(owner, name, counting)

    count(Concept, "look")
    count(FigureView, "draw")
    count(FigureView, "_changed")
    count(page, "draw_panel")
    count(table_cells, "written")
    count(folds, "_rows")
    count(pictures, "Knob")
    count(Strip, "__init__")
    count(Compositor, "render_partial_update")
    count(Compositor, "render_full_update")
    count(Compositor, "find_widget")
    return found


@pytest.mark.parametrize("name", [entry.id for entry in entries()])
async def test_a_key_makes_one_picture_of_what_is_seen(name: str, counted: Counter[str]) -> None:
    app = build(f"tfx {name}", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right")  # what is loaded or laid out once is not counted
        await pilot.pause()
        screen = app.instrument
        for key in KEYS:
            before, lines = screen.session.model, screen.has_class("-long")
            knobs = screen.session.knobs
            counted.clear()
            await pilot.press(key)
            await pilot.pause()
            stands = screen.session.model is before
            if stands or screen.session.playing or screen.session.concept.ahead:
                continue  # a clock that stands, or that goes on by itself
            if screen.has_class("-long") != lines:
                continue  # with another line for the sentence all is laid out anew
            seen = screen.figure_view.pages[screen.figure_view.page]
            turned = 1 + counted["_changed"]  # nothing in sight has: what has is looked for
            assert counted["look"] == counted["draw"] == 1, key
            assert counted["draw_panel"] <= turned * len(seen), key
            # A main table that finds no room is measured as well, for that is how it is known.
            panels = enumerate(screen.session.figure.panels)
            measured = {index: panel for index, panel in panels if panel.main}
            measured |= {box.index: box.panel for box in seen}
            assert counted["written"] <= turned * sum(map(cells, measured.values())), key
            # A line makes none of Textual's caches, but where a sign is written into it.
            assert counted["__init__"] <= 4, key
            if screen.session.knobs == knobs:
                assert not counted["_rows"] + counted["Knob"], key
            assert not counted["render_full_update"] + counted["render_partial_update"], key
            # How large the parts are stays as it was laid out.
            assert not counted["find_widget"], key
            assert turned > 1 or made_unseen(screen) == [], key


def cells(panel: Any) -> int:
    return sum(map(len, panel.rows)) if isinstance(panel, Table) else 0


def made_unseen(screen: Any) -> list[str]:
    """The panels of other pages whose rows or marks were made, but for main ones without room."""
    view = screen.figure_view
    seen = {box.index for box in view.pages[view.page]}
    return [
        panel.title
        for index, panel in enumerate(screen.session.figure.panels)
        for part in vars(panel).values()
        if not (index in seen or panel.main)
        and isinstance(part, Later)
        and ("made" in vars(part) or vars(part).get("kept"))
    ]
