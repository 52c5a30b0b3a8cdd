"""The screen `sorter`: a trained transformer that must be right 729 times out of 729."""

import json
import mmap
import shutil
from itertools import product

import numpy as np
import pytest

from tui_transformer import weights
from tui_transformer.cli import main
from tui_transformer.concepts import load
from tui_transformer.concepts.sorter import Sorter, network
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin
from tui_transformer.nn import gpt
from tui_transformer.nn.made_up import sorting
from tui_transformer.nn.made_up.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.session import Session
from tui_transformer.terms import Operand, gradients
from tui_transformer.training import sorter as script

CONCEPT = load("sorter")
FILE = weights.FOLDER / "sorter.safetensors"
EVERY = ["".join(word) for word in product(LETTERS, repeat=LENGTH)]


# ── the task and the weights ───────────────────────────────────────────────────────────


def test_every_input_is_sorted_right():
    """All 729 at once, and some as the screen asks for them, one by one."""
    assert script.right(network.weights()).all()
    assert all(network.answer(word) == "".join(sorted(word)) for word in EVERY[::29])


def test_there_are_729_inputs_and_half_of_them_were_never_trained_on():
    assert len(EVERY) == len(set(EVERY)) == sorting.INPUTS == 3**6
    assert [sorting.decode(row) for row in sorting.every_input()] == EVERY
    assert [sorting.place(word) for word in EVERY] == list(range(729))
    assert sum(map(network.was_seen, EVERY)) == 365
    assert not Sorter().seen_in_training
    assert np.array_equal(network.stored().tensors["held_out"], sorting.held_out())


def test_batches_are_drawn_from_the_other_half_only():
    run_of = script.trainer()
    held = {tuple(row) for row in sorting.every_input()[sorting.held_out()]}
    for seed in range(20):
        tokens, targets = run_of.draw(np.random.default_rng(seed))
        assert tokens.shape == targets.shape == (64, 11)
        assert not held & {tuple(row) for row in tokens[:, :6]}


def test_a_lesson_asks_for_the_last_six_only():
    tokens, targets = sorting.lesson(sorting.encode("CBABBC")[None])
    assert sorting.decode(tokens[0]) == "CBABBCABBBC"
    assert targets[0, :5].tolist() == [gpt.UNASKED] * 5
    assert sorting.decode(targets[0, 5:]) == "ABBBCC"


def test_the_figures_that_training_prints():
    """parameters 85,584; loss 0.000043 on trained, 0.000045 on held-out lines."""
    w = network.weights()
    assert sum(x.size for x in w.values()) == Sorter().parameter_count == 85_584
    held = sorting.held_out()
    for which, expected in ((~held, 4.3e-5), (held, 4.5e-5)):
        tokens, targets = sorting.lesson(sorting.every_input()[which])
        loss, _ = gpt.loss(gpt.forward(PLAN, w, tokens).logits, targets)
        assert loss == pytest.approx(expected, abs=1e-6)


def test_the_file_is_small_and_mapped():
    assert FILE.stat().st_size < 500_000
    weights.load("sorter", network.SHAPES)
    base = network.stored().tensors["embedding"]
    while isinstance(base, np.ndarray):
        base = base.base
    assert isinstance(base, mmap.mmap)


@pytest.mark.parametrize("damage", ["flip", "cut", "missing", "pickle", "other"])
def test_damaged_weights_are_one_sentence(damage, tmp_path, monkeypatch, capsys):
    target = tmp_path / FILE.name
    shutil.copy(FILE, target)
    content = bytearray(target.read_bytes())
    if damage == "flip":
        content[200_000] ^= 1
        target.write_bytes(content)
    elif damage == "cut":
        target.write_bytes(content[:100_000])
    elif damage == "pickle":
        target.write_bytes(b"\x80\x04\x95" + bytes(100))
    elif damage == "missing":
        target.unlink()
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    network.stored.cache_clear()
    network.weights.cache_clear()
    shapes = {"another": (3,)} if damage == "other" else network.SHAPES
    monkeypatch.setattr(network, "SHAPES", shapes)
    try:
        with pytest.raises(BadValue, match=r"^sorter\.safetensors cannot be used: .*\.$"):
            Sorter()
        assert main(["sorter", "--json"]) != 0
        said = capsys.readouterr()
        assert not said.out
        assert said.err.count("\n") == 1
    finally:
        network.stored.cache_clear()
        network.weights.cache_clear()


# ── values ─────────────────────────────────────────────────────────────────────────────


def test_the_lens_ends_at_the_logits_and_a_step_changes_nothing_before_it():
    m, later = Sorter(steps=2), Sorter(steps=5)
    np.testing.assert_allclose(m.lens[-1], m.logits, rtol=1e-12)
    np.testing.assert_allclose(later.logits[:8], m.logits, rtol=1e-9)
    np.testing.assert_allclose(later.residual[:8], m.residual, rtol=1e-9, atol=1e-12)


def test_the_prefix_decides_and_not_how_far_it_was_asked_to_go():
    assert Sorter(steps=3, letters="ccbbaa".upper()).output == "AAB"
    session = Session.open(CONCEPT, {"letters": "ccbbaa"})
    for expected in ("A", "AA", "AAB", "AABB", "AABBC", "AABBCC", "AABBCC"):
        session = session.step(1)
        assert session.model.output == expected
    assert "end" in session.said


def test_the_least_sure_of_all_is_known():
    logits = gpt.forward(PLAN, network.weights(), sorting.every_input()).logits[:, -1]
    first = 1 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
    assert EVERY[int(np.argmin(first))] == "BCCCCC"
    assert np.sum(first < 0.9999) >= 2


# ── walking down ────────────────────────────────────────────────────────────────────────


def test_the_slopes_of_all_weights_below_a_logit_are_those_of_the_backward_pass():
    """All 85,584, of which the five places that are not read yet move nothing: 5·48 = 240."""
    m = Sorter()
    slopes = gradients(m.the("logits")[m.at, 0], deep=True)
    named = {term.name: slope for term, slope in slopes.items() if isinstance(term, Operand)}
    d_logits = np.zeros_like(m.logits)
    d_logits[m.at, 0] = 1
    reached = 0
    for name, expected in gpt.backward(PLAN, network.weights(), m.run, d_logits).items():
        places = [f"{name}[{', '.join(map(str, at))}]" for at in np.ndindex(expected.shape)]
        mine = np.array([named.get(place, 0.0) for place in places]).reshape(expected.shape)
        np.testing.assert_allclose(mine, expected, rtol=1e-9, atol=1e-12, err_msg=name)
        reached += sum(place in named for place in places)
    assert reached == 85_584 - 5 * 48 == 85_344


# ── the screen ─────────────────────────────────────────────────────────────────────────


def test_the_position_follows_the_last_place_until_it_is_chosen():
    assert [Sorter(steps=steps).at for steps in (0, 3, 5, 6)] == [5, 8, 10, 10]
    assert Sorter(position=9).at == 5
    assert Sorter(steps=4, position=9).at == 9
    session = Session.open(CONCEPT).pin_cell(Pin(1, 2, 1))
    assert session.model.position == 2


def test_the_links_are_typed_as_people_do(capsys):
    assert main(["sorter", "letters=bca cab".replace(" ", ""), "steps=6", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["controls"]["letters"] == "BCACAB"
    assert record["values"]["output"] == "AABBCC"
    assert main(["sorter", "letters=ABCD"]) != 0
    assert "each A, B or C; “D” is not one." in capsys.readouterr().err
