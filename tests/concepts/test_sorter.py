"""The screen `sorter`: a trained transformer that must be right 729 times out of 729."""

import json
import math
import mmap
import re
import shutil
from itertools import product

import numpy as np
import pytest

from tui_transformer import weights
from tui_transformer.cli import main
from tui_transformer.concepts import _sorter_network as network
from tui_transformer.concepts import load
from tui_transformer.concepts.sorter import Sorter
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin, pinnable, working_at
from tui_transformer.nn import gpt, sorting
from tui_transformer.nn.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.session import Session
from tui_transformer.training import sorter as script
from tui_transformer.working import evaluate

CONCEPT = load("sorter")
FILE = weights.FOLDER / "sorter.safetensors"
EVERY = ["".join(word) for word in product(LETTERS, repeat=LENGTH)]
FULL = [Sorter(letters=word, steps=6) for word in EVERY]


# ── the task and the weights ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", EVERY)
def test_every_input_is_sorted_right(word):
    assert network.answer(word) == "".join(sorted(word))


def test_there_are_729_inputs_and_half_of_them_were_never_trained_on():
    assert len(EVERY) == len(set(EVERY)) == sorting.INPUTS == 3**6
    assert [sorting.decode(row) for row in sorting.every_input()] == EVERY
    assert [sorting.place(word) for word in EVERY] == list(range(729))
    assert sum(m.seen_in_training for m in FULL) == 365
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
    assert script.right(w).all()


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


@pytest.mark.parametrize("steps", range(7))
def test_shapes_as_the_contract_says(steps):
    m = Sorter(steps=steps)
    t = min(6 + steps, 11)
    assert m.output == "ABBBCC"[:steps]
    assert m.attention.shape == (3, t, t)
    assert m.logits.shape == (t, 3)
    assert m.lens.shape == (4, t, 3)
    assert m.residual.shape == (t, 48)


def test_attention_is_causal_and_adds_up_to_one():
    for layer in (1, 2, 3):
        a = Sorter(steps=6, layer=layer).attention
        assert not np.triu(a, 1).any()
        np.testing.assert_allclose(a.sum(-1), 1, rtol=1e-12)


def test_the_lens_ends_at_the_logits_and_a_step_changes_nothing_before_it():
    m, later = Sorter(steps=2), Sorter(steps=5)
    np.testing.assert_allclose(m.lens[-1], m.logits, rtol=1e-12)
    np.testing.assert_allclose(later.logits[:8], m.logits, rtol=1e-9)
    np.testing.assert_allclose(later.residual[:8], m.residual, rtol=1e-9, atol=1e-12)


def test_rebuilt_from_the_weights_by_loops():
    """An independent forward pass, one vector at a time, with math.fsum."""
    w = {k: v.astype(float) for k, v in network.stored().tensors.items()}
    m = Sorter(letters="BCA" * 2, steps=1, layer=1)
    xs = [w["embedding"][i] + w["position"][at] for at, i in enumerate(sorting.encode("BCABCAA"))]
    for layer in range(3):
        b = {
            k.removeprefix(f"block_{layer}."): v
            for k, v in w.items()
            if k.startswith(f"block_{layer}.")
        }
        h = [norm(x, b["norm_1.gain"], b["norm_1.bias"]) for x in xs]
        q, k, v = ([x @ b[f"attention.w_{p}"] + b[f"attention.b_{p}"] for x in h] for p in "qkv")
        for at in range(len(xs)):
            found = []
            for head in range(3):
                part = slice(16 * head, 16 * head + 16)
                e = [math.exp(math.fsum(q[at][part] * k[j][part]) / 4) for j in range(at + 1)]
                found.append(sum(x / math.fsum(e) * v[j][part] for j, x in enumerate(e)))
                if layer == 0:
                    assert m.attention[head, at, : at + 1] == pytest.approx(
                        [x / math.fsum(e) for x in e], rel=1e-9
                    )
            xs[at] = xs[at] + np.concatenate(found) @ b["attention.w_o"] + b["attention.b_o"]
        for at, x in enumerate(xs):
            u = norm(x, b["norm_2.gain"], b["norm_2.bias"])
            u = u @ b["feed_forward.w_1"] + b["feed_forward.b_1"]
            u = 0.5 * u * (1 + np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))
            xs[at] = x + u @ b["feed_forward.w_2"] + b["feed_forward.b_2"]
        if layer == 0:
            np.testing.assert_allclose(m.residual, xs, rtol=1e-9, atol=1e-10)
    logits = [w["embedding"] @ norm(x, w["norm.gain"], w["norm.bias"]) for x in xs]
    np.testing.assert_allclose(m.logits, logits, rtol=1e-8, atol=1e-9)


def norm(x, gain, bias):
    mean = math.fsum(x) / len(x)
    variance = math.fsum((x - mean) ** 2) / len(x)
    return gain * (x - mean) / math.sqrt(variance + 1e-5) + bias


def test_the_prefix_decides_and_not_how_far_it_was_asked_to_go():
    assert Sorter(steps=3, letters="ccbbaa".upper()).output == "AAB"
    session = Session.open(CONCEPT, {"letters": "ccbbaa"})
    for expected in ("A", "AA", "AAB", "AABB", "AABBC", "AABBCC", "AABBCC"):
        session = session.step(1)
        assert session.model.output == expected
    assert "end" in session.said


# ── what the prose says ────────────────────────────────────────────────────────────────


def asked():
    """For every place that is asked of all lines: what is read, what is right, lens guesses."""
    tokens, targets = sorting.lesson(sorting.every_input())
    run = gpt.forward(PLAN, network.weights(), tokens)
    guesses = gpt.lens(PLAN, network.weights(), run).argmax(-1)[:, :, 5:]
    return run, tokens[:, 5:], targets[:, 5:], guesses


def test_when_it_knows():
    _, own, right, guesses = asked()
    assert (guesses[0] == own).all()  # unread, a place says its own letter
    other = own != right
    share = [float((guess == right)[other].mean()) for guess in guesses]
    assert share[0] == 0
    assert [round(100 * x) for x in share[1:]] == [8, 97, 100]
    assert share[3] == 1


def test_in_layer_1_equal_letters_get_equal_shares():
    run, *_ = asked()
    tokens = run.tokens
    for head in range(3):
        a = run.attention[0][:, head]
        off = []
        for place, letter in product(range(5, 11), range(3)):
            found = tokens[:, : place + 1] == letter
            count = found.sum(1)
            shares = a[:, place, : place + 1]
            mean = (shares * found).sum(1) / np.maximum(count, 1)
            far = np.abs(shares - mean[:, None]) * found / np.maximum(mean, 1e-9)[:, None]
            off.extend(far.sum(1)[count > 1] / count[count > 1])
        assert np.mean(off) < 0.02


def test_head_2_looks_for_the_letters_still_due():
    m = CONCEPT.preset("looking for what is left")
    assert (m.layer, m.head, m.guesses[-1]) == (2, 2, "C")
    due = [at for at, letter in enumerate(m.read) if letter == "C"]
    assert len(due) == 2
    assert m.row[due].sum() > 0.6


def test_the_preset_is_the_least_sure_of_all():
    first = [Sorter(letters=word).chance for word in EVERY]
    assert EVERY[int(np.argmin(first))] == "BCCCCC"
    assert sum(p < 0.9999 for p in first) >= 2


def test_the_prose_keeps_its_numbers():
    prose = " ".join(CONCEPT.prose.split())
    assert "85,584" in prose
    assert "after layer 1 in 8 %, after layer 2 in 97 %, after layer 3 always" in prose
    assert "Often misread" in prose


# ── the screen ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("m", [Sorter(), *map(CONCEPT.preset, CONCEPT.presets)])
def test_every_working_gives_its_number(m):
    figure = CONCEPT.view(m)
    assert 10 < len(figure.says) <= 76
    assert figure.data.startswith("trained")
    pinned = 0
    for at, panel in enumerate(figure.panels):
        for row, column in list(pinnable(panel))[::3]:
            working = working_at(figure, Pin(at, row, column))
            assert evaluate(working.expression) == pytest.approx(working.value, rel=1e-9, abs=1e-12)
            assert working.of in ("", *Sorter.computed())
            pinned += 1
    assert pinned > 100


@pytest.mark.parametrize("word", EVERY[::23])
@pytest.mark.parametrize("steps", [0, 3, 6])
def test_what_it_says_is_true_and_fits(word, steps):
    m = Sorter(letters=word, steps=steps)
    said = CONCEPT.view(m).says
    assert len(said) <= 76
    if steps == 6:
        assert said.startswith(f"{word} → {''.join(sorted(word))}: sorted")
        assert ("never showed" in said) is not m.seen_in_training
    else:
        assert f" comes {sorted(word)[steps]} " in said
        layer = re.search(r"until layer (\d)", said)
        if layer:
            at = int(layer[1])
            seen = [LETTERS[i] for i in m.lens[:, -1].argmax(-1)]
            assert seen[at:] == [sorted(word)[steps]] * (4 - at)
            assert seen[at - 1] != sorted(word)[steps]


def test_a_place_that_was_never_asked_is_said_to_mean_nothing():
    assert "means nothing" in CONCEPT.view(Sorter(position=2)).says


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
