"""What is done before the first picture is there is done once, and for somebody to see."""

from collections import Counter

import pytest
from textual._compositor import Compositor
from textual.css import stylesheet
from textual.events import Key
from textual.geometry import Size
from textual.screen import Screen

from tui_transformer.concepts import load
from tui_transformer.session import Session
from tui_transformer.ui.app import TfxApp, build
from tui_transformer.ui.terminal import once


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often Textual parses, lays out and paints; no style sheet has been parsed before."""
    counts: Counter[str] = Counter()

    def counted(owner: object, name: str) -> None:
        plain = getattr(owner, name)

        def call(*arguments, **named):
            counts[name] += 1
            return plain(*arguments, **named)

        monkeypatch.setattr(owner, name, call)

    once._PARSED.clear()
    counted(stylesheet, "parse")
    counted(Screen, "_refresh_layout")
    counted(Compositor, "render_full_update")
    counted(Compositor, "render_partial_update")
    return counts


@pytest.mark.parametrize("link", ["", "tfx softmax"])
@pytest.mark.parametrize("size", [(80, 24), (130, 40)])
async def test_a_start_reads_lays_out_and_paints_once(
    done: Counter[str], link: str, size: tuple[int, int]
) -> None:
    app = build(link, "dark", False, None)
    async with app.run_test(size=size, tooltips=True) as pilot:
        await pilot.pause()
        assert app.revealed
        assert done["parse"] == len(app.stylesheet.source)
        assert done["_refresh_layout"] <= 2  # before the parts are there, and with them
        assert done["render_full_update"] == 1
    done.clear()
    async with build(link, "dark", False, None).run_test(size=size) as pilot:
        await pilot.pause()
        assert done["parse"] == 0


def test_no_rack_for_notifications_is_made() -> None:
    """Nothing here shows any, and it would be styled, laid out and given bars."""
    assert build("tfx softmax", "dark", False, None)._disable_notifications


async def test_another_look_and_another_size_come_through(done: Counter[str]) -> None:
    app = build("tfx softmax", "dark", False, None)

    def ground(app: TfxApp) -> object:
        return app.screen.styles.background

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        dark = ground(app)
        app.wear("light")
        await pilot.pause()
        light = ground(app)
        assert light != dark
        app.wear("nord")
        await pilot.pause()
        assert ground(app) not in (dark, light)
        app.wear("dark")
        await pilot.pause()
        assert ground(app) == dark
        for size in ((100, 30), (60, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.screen._compositor.size == Size(*size)
            assert app.screen.query_one("#footer").region.bottom == size[1]


@pytest.mark.parametrize("look", ["dark", "light", "ansi", "nord"])
async def test_styles_are_those_of_the_look_from_the_start(look: str) -> None:
    """As they are where Textual applies them once more."""
    app = build("tfx softmax", look, False, None)
    async with app.run_test(tooltips=True) as pilot:
        await pilot.pause()
        before = [(node, str(node.styles.css)) for node in app.screen.walk_children()]
        assert app.stylesheet._variables == app.get_css_variables()
        app.stylesheet.reparse()
        app.stylesheet.update(app, animate=False)
        assert [(node, str(node.styles.css)) for node in app.screen.walk_children()] == before


@pytest.mark.parametrize("key", ["", "right", "pagedown", "tab", "z", "w", "e", "question_mark"])
async def test_a_concept_may_be_opened_at_any_moment(key: str) -> None:
    """What it is drawn on comes a moment later, and whoever presses a key need not know."""
    app = build("", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.enter(Session.open(load("softmax")))
        if key:
            app.screen.post_message(Key(key, None))
        await pilot.pause()
        assert app.screen.figure_view.pages
