"""Single neurons of the five models with wires: what each adds, and x on its row."""

import numpy as np
import pytest

from tests import reference
from tui_transformer.compare import name
from tui_transformer.concepts import load
from tui_transformer.figure import Pin
from tui_transformer.session import Session

STATES = {
    "sorter": {"steps": "2", "layer": "1"},
    "generation": {"layer": "2"},
    "encoder-decoder": {"steps": "2", "layer": "1"},
    "training": {"show_layer": "1"},
    "gpt2": {"text": "the cat drank", "query": "-1", "layer": "2"},
    "llama": {"text": "the cat drank", "query": "-1", "layer": "1"},
}
pytestmark = pytest.mark.usefixtures("nothing_installed")


@pytest.fixture(params=STATES)
def session(request, tmp_path):
    model = request.param
    if model not in ("gpt2", "llama"):
        return Session.open(load(model), STATES[model])
    folder = reference.opened(model, tmp_path / model)
    return Session.open(load("real-model"), STATES[model] | {"model": str(folder)})


def row_of(session, table, row):
    """The pin on the number of a row of a table."""
    for at, panel in enumerate(session.figure.panels):
        if name(panel) == table:
            rows = [str(cells[0].content) for cells in panel.rows]
            return Pin(at, rows.index(row), 1)
    raise AssertionError(table)


def test_what_its_neurons_add_is_what_the_network_adds(session):
    m = session.model
    assert np.sum(m.neurons) == pytest.approx(dict(m.contributions)[m.ffn], abs=1e-9)
    listed = m.neurons[m.ranked_neurons]
    assert (np.diff(np.abs(listed)) <= 0).all()


@pytest.mark.parametrize("table", ["neurons", "Who wrote it"])
def test_x_on_a_row_cuts_it_then_leaves_its_mean_then_makes_it_whole(session, table):
    m = session.model
    row = f"{m.ffn}.{m.ranked_neurons[2]}" if table == "neurons" else m.ffn
    session = session.pin_cell(row_of(session, table, row))
    cuts = []
    for _ in range(3):
        session = session.cut()
        cuts.append(session.model.cut)
        assert session.pin == row_of(session, table, row)
    assert cuts == [row, f"{row}:mean", ""]
    assert session.model.same(m)


def test_a_cut_neuron_adds_nothing_and_its_row_comes_first(session):
    m = session.model
    last = m.ranked_neurons[-1]
    cut = m.replace(cut=f"{m.ffn}.{last}")
    assert (cut.neurons[last], cut.ranked_neurons[0]) == (0, last)
