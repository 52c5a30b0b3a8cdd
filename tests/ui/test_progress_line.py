"""What takes long, on the screen: a line says how far it is, and keys answer meanwhile."""

import threading
import time

from textual.pilot import Pilot

from tests import reference
from tests.ui.test_instrument import app, press, shown
from tests.waiting import PATIENCE
from tui_transformer.concepts.real_model import cutting


async def until_shown(pilot: Pilot[None], text: str) -> str:
    """Wait until a text is on the screen."""
    deadline = time.monotonic() + PATIENCE
    while text not in shown(pilot):
        assert time.monotonic() < deadline, shown(pilot)
        await pilot.pause(0.02)
    return shown(pilot)


async def test_a_map_of_all_heads_is_made_beside_the_keys(tmp_path, monkeypatch) -> None:
    folder = reference.opened("llama", tmp_path / "m")
    may, plainly, threads = threading.Event(), cutting.again, []

    def slow(reading, wire):
        threads.append(threading.current_thread())
        may.wait(0.15 if len(threads) < 6 else PATIENCE)  # long enough for a word, then until told
        return plainly(reading, wire)

    monkeypatch.setattr(cutting, "again", slow)
    link = f"tfx real-model model={folder} 'text=the cat drank' query=-1 layer=1 worth=on"
    async with app(link).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "The text in tokens")
        assert not threads, "the page with the map is not in sight"
        await press(pilot, "pagedown")
        await until_shown(pilot, "… computing, head ")
        await press(pilot, "down", "down", "down")
        assert pilot.app.instrument.session.knob.control.name == "layer"
        may.set()
        text = await until_shown(pilot, "Without each head: Δ p(")
        assert "computing" not in text and "▸layer" in text
    assert any(thread is not threading.main_thread() for thread in threads)
