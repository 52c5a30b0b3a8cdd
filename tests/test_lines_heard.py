"""Line mode for whoever hears it: nothing drawn is read out, and all is reached by words."""

import re

import numpy as np
import pytest

from tests.test_lines import at, told
from tui_transformer.concepts import entries, load
from tui_transformer.lines.figures import panel_lines
from tui_transformer.lines.loop import spoken
from tui_transformer.lines.prompt import Prompt
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Cell, Column
from tui_transformer.progress import Keeper
from tui_transformer.session import Session

IDS = [entry.id for entry in entries()]
# Lines, blocks, dots, and signs that stand for a word.
NOISE = re.compile(r"[\u2500-\u259f\u2800-\u28ff●○◆◇★☆✓✗▸◂▲▼⊕]")
QUOTED = re.compile("“[^”]*”")  # a token may be any sign
LOOKING = ("controls", "why", "explain", "tasks", "panels", "preset")


def heard(lines: list[str]) -> list[str]:
    return [QUOTED.sub("", spoken(line, str)) for line in lines]


@pytest.mark.parametrize("concept", IDS)
def test_nothing_that_is_drawn_is_read_out(concept: str) -> None:
    prompt = Prompt(Keeper(None))
    prompt.follow(concept)
    said = heard(prompt.tell())
    states = ["next", "compare", "preset 2", "preset 3"]
    for line in (*LOOKING, *states):
        said += heard(prompt.answer(line))
        said += heard(prompt.tell()) if prompt.changed() else []
    for line in said:
        assert not NOISE.search(line), line


@pytest.mark.parametrize("concept", IDS)
def test_every_panel_is_told_as_a_whole_by_its_name(concept: str) -> None:
    prompt = at(concept)
    figure = prompt.session.figure
    names = prompt.answer("panels")
    assert len(names) == len(figure.panels)
    for number, (line, panel) in enumerate(zip(names, figure.panels, strict=True), 1):
        title = line.partition("  ")[2]
        by_name = prompt.answer(f"show {title}")
        assert by_name[0].startswith(title), title
        if isinstance(panel, Table):
            assert len(by_name) >= min(len(panel.rows), 20_000)
        if isinstance(panel, Heatmap):
            assert len(by_name) == 1 + len(np.atleast_2d(panel.values))
        if names.count(line) == 1:
            assert prompt.answer(f"show {number}")[0].startswith(title)
    assert not prompt.changed()


def test_of_a_large_matrix_and_a_long_table_all_is_told_where_it_is_asked_for() -> None:
    large = Heatmap("L", np.arange(900.0).reshape(30, 30), decimals=0)
    lines = list(panel_lines(large, whole=True))
    assert len(lines) == 31 and lines[2].startswith("  row 2: 30, 31, 32")
    assert [int(x) for x in lines[30].partition(": ")[2].split(", ")] == [*range(870, 900)]
    rows = tuple((Cell(f"row {i}"), Cell(float(i), decimals=0)) for i in range(100))
    table = Table("T", (Column(""), Column("n")), rows)
    assert len(list(panel_lines(table))) == 42 and len(list(panel_lines(table, whole=True))) == 101


@pytest.mark.parametrize("concept", IDS)
def test_presets_go_by_their_names(concept: str) -> None:
    for number, name in enumerate(load(concept).presets, 1):
        prompt = at(concept)
        told(prompt, f"preset {name}")
        wanted = Session.open(load(concept)).preset(number)
        assert prompt.session.model.same(wanted.model), name


def test_a_name_may_be_begun_and_what_is_none_gets_a_sentence() -> None:
    prompt = at("softmax")
    assert "Preset 4" in told(prompt, "preset shifted")
    assert "begins several preset" in told(prompt, "preset T =")
    assert "begins no preset" in told(prompt, "preset \x1b[31m")
    assert "begins no panel" in told(prompt, "show nothing")
    assert "A guess costs" in told(prompt, "show a guess")
    assert "preset 7" not in told(prompt, "preset 99") and not prompt.changed()


def test_what_was_is_told_beside_what_is() -> None:
    prompt = at("softmax")
    assert "This state is held" in told(prompt, "compare")
    text = told(prompt, "temperature=2")
    assert "cat right: p 0.501688 (was 0.659001)" in text
    assert "before, a point is at 0.659, 0.417" in text and "you are at 0.502, 0.69" in text
    assert "No longer comparing." in told(prompt, "compare")
    assert "was" not in told(prompt, "temperature=3").partition("From logits")[2]


def test_the_way_back_and_elsewhere() -> None:
    prompt = at("softmax")
    told(prompt, "temperature=2")
    assert "There is no concept before this one." in told(prompt, "previous")
    told(prompt, "neuron")
    text = told(prompt, "previous")
    assert text.startswith("Softmax") and "p 0.501688" in text and "temperature = 2" not in text
    assert "This is here alone" in told(prompt, "elsewhere")
    assert "Nothing here can be cut." in told(prompt, "cut")
    prompt = at("self-attention")
    told(prompt, "elsewhere")
    assert prompt.session.concept.id == "real-model"


def test_a_link_is_printed_exactly() -> None:
    prompt = at("tokenizer")
    told(prompt, "text='▸ ● low'")
    [link] = prompt.answer("link")
    assert "▸ ● low" in spoken(link, str)
