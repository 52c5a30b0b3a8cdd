"""The screen of `view`: the same keys and panels as everywhere, and nothing of it on the map."""

import numpy as np
import pytest

from tests.test_cli import tfx
from tests.ui.test_instrument import app, press
from tests.viewing.files import attention
from tui_transformer.concepts import entries, find, load, opens
from tui_transformer.concepts.edges import EDGES
from tui_transformer.figure import Pin
from tui_transformer.link import open_words
from tui_transformer.session import Session
from tui_transformer.ui.commands import BY_KEY

LEAVE = {key for key, command in BY_KEY.items() if command.name in ("quit", "suspend")}


@pytest.fixture
def file(tmp_path):
    np.save(tmp_path / "a.npy", attention(3, 4, 40, 40))
    return str(tmp_path / "a.npy")


async def test_every_key_does_something_or_says_why_not(file):
    async with app(f"tfx view file={file}").run_test(size=(100, 30)) as pilot:
        assert "Look at any file" in await press(pilot)
        for key in (key for key in BY_KEY if key not in LEAVE):
            await press(pilot, key)
            await press(pilot, "escape", "escape", "escape")
            pilot.app.instrument._visits.open("view")
            await press(pilot)
            assert pilot.app.instrument.session.concept.id == "view", key
        assert pilot.app.is_running


async def test_arrows_walk_through_the_heads_and_the_window_follows(file):
    link = f"tfx view file={file} rows=8"
    async with app(link).run_test(size=(100, 30)) as pilot:
        text = await press(pilot, "down", "down", "right", "down", "right", "right")
        assert "Layer 2, head 2: query 0 looks most at" in text
        text = await press(pilot, "down", "down", *["right"] * 9)
        assert "query 9 looks most at" in text
        assert pilot.app.instrument.session.model.queries == range(2, 10)


async def test_from_beside_the_syllabus_one_goes_to_its_ends(file):
    for key, there in (("]", 0), ("[", -1)):
        async with app(f"tfx view file={file}").run_test(size=(100, 30)) as pilot:
            await press(pilot, key)
            assert pilot.app.instrument.session.concept.id == entries()[there].id


def test_pinning_a_cell_goes_to_its_layer_head_and_query(file):
    session = Session(*open_words(["view", file, "rows=8", "query=20"]))
    panels = session.figure.panels
    square = next(i for i, one in enumerate(panels) if one.key == "attention")
    pinned = session.pin_cell(Pin(square, 2, 3))
    assert pinned.model.query == session.model.queries[2] == 15
    heads = next(i for i, one in enumerate(panels) if one.key == "heads first")
    pinned = session.pin_cell(Pin(heads, 2, 3))
    assert (pinned.model.layer, pinned.model.head) == (3, 3)


def test_it_is_on_no_map():
    assert find("view") is None and opens("view") is not None
    assert "view" not in EDGES and not any("view" in before for before in EDGES.values())
    assert "\n   view " not in tfx("list").stdout
    prose = load("view").prose
    words = [word for word in prose.split() if any(c.isalnum() for c in word)]
    assert 120 <= len(words) <= 250


def test_a_kiosk_refuses_it(file):
    for words in (["view"], ["view", file], ["view", f"file={file}"]):
        done = tfx("--kiosk", *words)
        assert done.returncode == 2
        assert "view opens files, and this account may not open any" in done.stderr
        assert len(done.stderr.splitlines()) == 1
