"""The screen `generation`: a text is one draw after another from what a small model offers."""

import json
import math
import re
import shutil
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer import weights
from tui_transformer.cli import main
from tui_transformer.concepts import load
from tui_transformer.concepts.generation import Generation, network
from tui_transformer.controls import BadValue
from tui_transformer.nn.made_up.prose import PLAN, unreadable
from tui_transformer.session import Session
from tui_transformer.terms import plain
from tui_transformer.training import prose as script

CONCEPT = load("generation")
FILE = weights.FOLDER / "prose.safetensors"
V = PLAN.vocabulary
PARAMETERS, LOSS, LOSS_A_CHARACTER = 235_372, 2.4317, 1.1024  # on held-out text, in nats


@pytest.fixture(scope="module")
def held():
    return network.stored().tensors["held_out"].astype(int)


# ── the weights, and how good they are ─────────────────────────────────────────────────


def price_by_the_cache(tokens):
    """Price a text as the screen reads it, one token after another; sums by math.fsum."""
    state, prices = network.opened(""), []
    assert state.ids == tuple(tokens[:1].tolist())
    for token in tokens[1:].tolist():
        z = state.logits.tolist()
        prices.append(math.log(math.fsum(math.exp(x) for x in z)) - z[token])
        state = network.followed(state, token)
        assert state.prices[-1] == pytest.approx(prices[-1], rel=1e-9)
    return prices


def smoothed_bigram(seen, held):
    """A model that counts pairs, by loops; it gets the best prior for the held-out text."""
    single, pairs, before = Counter(seen), Counter(pairwise(seen)), Counter(seen[:-1])
    whole = len(seen) + 0.1 * V
    best = math.inf
    for prior in (1, 2, 4, 8, 16):
        prices = [
            -math.log((pairs[a, b] + prior * (single[b] + 0.1) / whole) / (before[a] + prior))
            for a, b in pairwise(held)
        ]
        best = min(best, math.fsum(prices) / len(prices))
    return best


def text_now(held_text):
    """The prose as it is now, without what was held out: edited explanations change little."""
    hidden = {part.strip() for part in held_text.split("¶")}
    return [part for part in script.corpus() if part not in hidden]


def test_the_figures_that_training_prints(held):
    w = network.weights()
    assert sum(x.size for x in w.values()) == PLAN.parameter_count() == PARAMETERS
    loss = script.price(w, held)
    assert loss == pytest.approx(LOSS, abs=1e-4)
    characters = len("".join(network.tokenizer().spelled(held.tolist())))
    assert loss * len(held) / characters == pytest.approx(LOSS_A_CHARACTER, abs=1e-4)


def test_the_loss_is_what_the_screen_would_say(held):
    """The first 200 tokens that training never saw, read through the cache."""
    part = held[:200]
    assert np.mean(price_by_the_cache(part)) == pytest.approx(
        script.price(network.weights(), part), rel=1e-9
    )


def test_it_is_clearly_better_than_counting_pairs(held):
    """On held-out text 2.43 nats a token; pairs 3.08, single tokens 4.90, nothing 5.55."""
    tokens = network.tokenizer()
    seen = text_now("".join(tokens.spelled(held.tolist())))
    learned = tokens.encode(script.joined(seen))
    bigram = smoothed_bigram(learned.tolist(), held.tolist())
    assert bigram == pytest.approx(
        min(script.bigram_price(learned, held, k) for k in script.PRIORS), rel=1e-9
    )
    ours = script.price(network.weights(), held)
    assert ours < bigram - 0.5
    assert math.exp(ours) < 0.6 * math.exp(bigram)
    counts = np.bincount(learned, minlength=V) + 0.1
    unigram = -np.mean(np.log(counts[held[1:]] / counts.sum()))
    assert bigram < unigram - 1
    assert unigram < math.log(V)


def test_nothing_held_out_was_learned(held):
    parts = script.corpus()
    seen, unseen = script.divided(parts)
    assert len(unseen) == len(parts) // 10
    assert sorted(seen + unseen) == sorted(parts)
    assert not set(seen) & set(unseen)
    assert all(not unreadable(part) for part in parts)
    record = network.stored().metadata
    assert re.fullmatch("[0-9a-f]{64}", record["corpus_sha256"])
    assert int(record["corpus_characters"]) > 60_000
    assert len(held) > 2000


def test_a_text_in_markdown_becomes_plain():
    assert script.plain("A *key* and a **value**, `.` and [a link](softmax).") == (
        "A key and a value, . and a link."
    )
    assert script.paragraphs("one\ntwo\n\n\n three \n") == ["one two", "three"]


def test_the_file_is_small_enough():
    assert FILE.stat().st_size < 500_000


@pytest.mark.parametrize("damage", ["flip", "missing"])
def test_damaged_weights_are_one_sentence(damage, tmp_path, monkeypatch, capsys):
    target = tmp_path / FILE.name
    shutil.copy(FILE, target)
    if damage == "flip":
        content = bytearray(target.read_bytes())
        content[300_000] ^= 1
        target.write_bytes(content)
    else:
        target.unlink()
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    kept = (network.stored, network.weights)
    for cached in kept:
        cached.cache_clear()
    try:
        with pytest.raises(BadValue, match=r"^prose\.safetensors cannot be used: .*\.$"):
            Generation()
        assert main(["generation", "--json"]) != 0
        assert capsys.readouterr().err.count("\n") == 1
    finally:
        for cached in kept:
            cached.cache_clear()


# ── writing ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("changes", [{}, {"temperature": 2.0}, {"temperature": 0.0}, {"seed": 5}])
def test_fewer_tokens_are_the_beginning_of_more(changes):
    texts = [Generation(tokens=n, **changes).text for n in (0, 20, 40, 41, 90, 200, 39, 20)]
    for a, b in pairwise(sorted(texts, key=len)):
        assert b.startswith(a)
    assert texts[1] == texts[-1]


def test_what_is_announced_is_what_comes():
    for n in (0, 5, 58, 59, 60, 61, 100):
        now, then = Generation(tokens=n), Generation(tokens=n + 1)
        assert then.state_of_text.ids[-1] == now.coming
        assert then.log_probabilities[-1] == pytest.approx(math.log(now.p[now.coming]))


def test_the_same_prompt_and_seed_give_the_same_text_and_another_seed_another():
    one = Generation(tokens=60).text
    network._written.cache_clear()
    assert Generation(tokens=60).text == one
    assert Generation(tokens=60, seed=1).text != one


def test_greedy_needs_no_seed_and_no_heat():
    for prompt in ("A weight is", "The loss"):
        m = Generation(prompt=prompt, temperature=0.0, tokens=40)
        assert m.text == m.replace(seed=9).text == m.replace(temperature=3.0, top_k=1).text


def test_greedy_falls_into_a_loop_and_a_little_heat_does_not():
    greedy = Generation(temperature=0.0)
    looped = [n for n in range(201) if greedy.replace(tokens=n).loop]
    assert len(looped) > 20
    assert not any(greedy.replace(temperature=1.0, tokens=n).loop > 1 for n in looped)


def test_heat_makes_the_text_dearer():
    cold, warm, hot = (
        np.mean(Generation(temperature=t, tokens=150).log_probabilities[10:]) for t in (0.3, 1, 2)
    )
    assert cold > warm > hot


# ── the screen ─────────────────────────────────────────────────────────────────────────


def test_what_is_drawn_is_lit_in_the_table():
    for n in range(0, 60, 7):
        m = Generation(tokens=n, temperature=1.5)
        table = next(p for p in CONCEPT.view(m).panels if p.title == "What may come next")
        assert table.rows[table.row][0].content.endswith("◂")
        drawn = [row[2].content for row in table.rows]
        assert drawn[table.row] == m.drawn_with[m.coming] > 0


def test_the_last_token_looks_where_the_table_says():
    m = Generation(tokens=25)
    table = next(p for p in CONCEPT.view(m).panels if p.title == "The last token looks at")
    weights_shown = [row[2].content for row in table.rows]
    assert weights_shown == sorted(m.attention[0, -1], reverse=True)[:8]


@pytest.mark.parametrize("temperature", [0.0, 5e-324, 1e-300, 1e-3, 5.0])
def test_any_temperature_can_be_drawn_from(temperature):
    m = Generation(temperature=temperature, tokens=3)
    with np.errstate(all="raise", under="ignore"):
        figure = CONCEPT.view(m)
    for row in figure.panels[1].rows:
        for cell in row:
            if cell.working is not None:
                working = cell.working()
                assert calculate(plain(working.term)) == pytest.approx(working.value, abs=1e-12)


@pytest.mark.parametrize(("words", "tokens"), [(1, 0), (3, 70), (90, 40), (90, 0)])
def test_what_a_token_cost_is_worked_out_from_the_window_it_was_priced_in(words, tokens):
    m = Generation(prompt="weights " * words, tokens=tokens)
    assert (m.dropped_tokens > 0) == (words + tokens > 64)
    for at, price in enumerate(m.prices):
        if price is not None:
            working = m.the("prices").working(at)
            assert calculate(plain(working.term)) == pytest.approx(price, abs=1e-12)


def test_stepping_back_takes_a_token_back():
    session = Session.open(CONCEPT)
    texts = []
    for _ in range(8):
        texts.append(session.model.text)
        session = session.step(1)
    for text in reversed(texts):
        session = session.step(-1)
        assert session.model.text == text


def test_the_link_and_the_json(capsys):
    assert main(["generation", "prompt=The model", "tokens=5", "seed=2", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["values"]["text"].startswith("The model")
    assert len(record["values"]["log_probabilities"]) == len(record["values"]["token_strings"])
    assert record["controls"]["temperature"] == 0.5


def test_no_preset_solves_a_challenge_but_what_the_hint_says_does():
    for name in CONCEPT.presets:
        for challenge in CONCEPT.challenges:
            assert not challenge.solved(CONCEPT.preset(name)), (name, challenge.goal)
