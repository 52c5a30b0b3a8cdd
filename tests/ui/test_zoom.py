"""Zoom: one panel with the whole screen for itself, and back."""

from tests.ui.test_instrument import app, press


async def test_zoom_gives_the_pinned_or_main_panel_the_screen_and_takes_it_back() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        before = await press(pilot)
        assert "▸logits cat" in before and "From logits" in before
        main = await press(pilot, "z")
        assert "A guess costs" in main and "▸logits cat" not in main and "From logits" not in main
        assert await press(pilot, "z") == before
        pinned = await press(pilot, "tab", "z")
        assert "From logits" in pinned and "A guess costs" not in pinned
        assert "p−y" in pinned, "every column has room"
        assert "▸logits cat" in await press(pilot, "escape")
        assert pilot.app.instrument.session.pin is not None, "what was opened last is closed"
