"""`training`: what a run shows follows from its controls, and shows what CONCEPTS.md promises."""

import math

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.concepts import load
from tui_transformer.concepts.training import Training, ahead
from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import UNASKED
from tui_transformer.panels import Heatmap, Tokens
from tui_transformer.session import Session
from tui_transformer.terms import operands, plain
from tui_transformer.training import kept as kept_runs
from tui_transformer.training.kept import forget
from tui_transformer.why import find

CONCEPT = load("training")
QUICK = {"task": "copy", "context": 8, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def drop() -> Training:
    """The default run, over its drop."""
    return Training(steps=375)


def test_the_induction_drop_and_the_stripe_come_together(drop: Training) -> None:
    losses = {one.step: one.loss for one in drop.checks}
    plateau, after = losses[150], losses[375]
    assert drop.lesson.chance == pytest.approx(math.log(16))
    assert plateau > 0.8 * drop.lesson.chance
    assert after < 0.4 * drop.lesson.chance
    assert drop.accuracy > 0.7
    before = drop.replace(steps=150)
    assert float(np.max(before.stripe)) < 0.3 < 0.6 < float(np.max(drop.stripe))
    assert int(np.argmax(drop.stripe)) // drop.heads == 1  # the second layer searches


def test_the_same_seed_gives_the_same_curve_and_another_does_not() -> None:
    one = Training(steps=20)
    losses, attention = one.loss.tolist(), one.attention.tolist()
    forget()  # or the second run would be the first
    again = Training(steps=20)
    assert again.loss.tolist() == losses
    assert again.attention.tolist() == attention
    assert not np.array_equal(one.loss, Training(steps=20, seed=1).loss)
    assert np.array_equal(Training(steps=8).loss, one.loss[:8])
    looks = Training(steps=20, show_layer=1, show_head=1)
    assert looks.course == one.course


@pytest.mark.parametrize("preset", ["find the trick", "copy", "sums: list, then rule"])
def test_the_loss_on_the_unseen_is_walked_down_to_the_weights_of_the_run(preset: str) -> None:
    m = CONCEPT.preset(preset).replace(steps=40)
    rng, here, names = np.random.default_rng(0), m.one("validation_loss"), []
    for _ in range(30):
        working = here.working
        assert calculate(plain(working.term)) == pytest.approx(here.value, abs=working.tolerance)
        names.append(here.name.partition("[")[0])
        below = list(operands(working.term))
        here = below[rng.integers(len(below))]
        if here.is_leaf:
            break
    assert names[:3] == ["validation_loss", "unseen_costs", "unseen_logits"]
    assert here.kind in ("weight", "constant")
    if here.kind == "weight":
        name, place = here.name.rstrip("]").split("[")
        weights = m.kept.trainer.weights(m.kept.at(40))
        assert weights[name][tuple(map(int, place.split(",")))] == here.value


def test_what_the_run_noted_is_where_a_walk_ends() -> None:
    m = Training(**QUICK, steps=5)
    for name in ("loss[3]", "gradient_norm[4]"):
        (noted,) = operands(find(m, CONCEPT.view(m), name).why().term)
        assert (noted.name, noted.kind) == (f"noted at step {int(name[-2]) + 1}", "constant")


def test_the_guesses_on_screen_are_the_likeliest_tokens(drop: Training) -> None:
    panel = next(p for p in CONCEPT.view(drop).panels if isinstance(p, Tokens))
    targets = drop.lesson.probe[1][0]
    for at, token in enumerate(panel.tokens):
        if targets[at] == UNASKED:
            assert token.note == "·"
        else:
            guess = int(np.argmax(drop.run.logits[at]))
            assert token.text == drop.lesson.symbols[guess]
            assert (token.note == "✓") == (guess == targets[at])


def test_by_itself_the_head_with_the_stripe_is_shown(drop: Training) -> None:
    panel = next(p for p in CONCEPT.view(drop).panels if isinstance(p, Heatmap))
    layer, head = np.unravel_index(np.argmax(drop.stripe), drop.stripe.shape)
    assert np.array_equal(panel.values, drop.attention[layer, head])
    other = drop.replace(show_layer=1, show_head=1)
    panel = next(p for p in CONCEPT.view(other).panels if isinstance(p, Heatmap))
    assert np.array_equal(panel.values, drop.attention[0, 1])


@pytest.mark.parametrize(
    "text", ["", "a", "abc", "x" * 19, "\u202e\x1b[2J" * 9, "héllo wörld " * 30]
)
def test_any_text_can_be_learnt_from(text: str) -> None:
    m = Training(task="own-text", text=text, context=16, steps=2)
    assert math.isfinite(m.validation_loss)
    shown = CONCEPT.view(m)
    said = [line for p in shown.panels for line in getattr(p, "lines", ())]
    assert all("\x1b" not in line and "\u202e" not in line for line in said)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw"])
def test_a_rate_far_too_high_ends_in_words_not_in_nan(optimizer: str) -> None:
    m = Training(**QUICK | {"optimizer": optimizer, "learning_rate": 1.0, "warmup": 0, "steps": 40})
    assert m.taken < 40 or math.isfinite(m.validation_loss)
    assert "nan" not in CONCEPT.view(m).says.lower()


def test_a_session_plays_up_to_a_state_that_takes_long() -> None:
    wanted = Training(**QUICK, seed=123, steps=60)
    session = Session(CONCEPT, wanted).from_nearest()
    assert session.playing and session.until == 60
    assert session.model.steps < 60
    while session.playing:
        session = session.go_on()
    assert session.model.same(wanted)
    assert session.from_nearest() is session
    assert ahead(session.model) is session.model


def test_playing_without_a_goal_goes_on_and_can_be_paused() -> None:
    session = Session(CONCEPT, Training(**QUICK, seed=124)).play()
    assert session.playing and session.until is None
    while session.model.steps < 20:
        session = session.go_on()
    paused = session.play()
    assert not paused.playing
    assert paused.model.steps == session.model.steps
    assert paused.undo().said == "Nothing to undo."  # playing is no change to take back


def test_only_what_comes_again_is_learnt_by_heart() -> None:
    astray = {"learning_rate": 1.0, "warmup": 0, "steps": 5}
    for task in ("induction", "copy", "modular-addition"):
        says = CONCEPT.view(Training(task=task, optimizer="adam", **astray)).says
        assert "worse than guessing" in says


def test_what_does_not_count_says_so_once_training_has_begun() -> None:
    assert not Training(steps=1, show_layer=1).idle().keys() - {"text"}
    assert "weight_decay" in Training(steps=1, optimizer="adam").idle()
    sums = Training(task="modular-addition", steps=1)
    assert sums.replace(context=8).loss.tolist() == sums.loss.tolist()
    assert "context" in sums.idle()


def test_sums_have_no_place_where_the_answer_stands() -> None:
    sums = CONCEPT.preset("sums: list, then rule").replace(steps=50)
    assert float(np.max(sums.stripe)) > 0.5  # on the two terms
    assert "to the answers" not in CONCEPT.view(sums).says
    assert not CONCEPT.challenges[1].solved(sums)
    titles = [panel.title for panel in CONCEPT.view(sums).panels]
    assert "Look at the two terms" in titles and "Attention on the answer" not in titles


def test_a_loss_is_never_written_as_less_than_nothing() -> None:
    says = CONCEPT.view(Training(task="own-text", text="x" * 40, steps=3)).says
    assert "loss 0.00" in says and "-" not in says


def test_steps_back_count_from_where_it_is_going_not_from_where_it_is() -> None:
    session = Session(CONCEPT, Training(**QUICK, seed=125, steps=60)).from_nearest()
    for _ in range(5):
        session = session.step(-1).from_nearest()
    assert session.until == 55 or session.model.steps == 55
    typed = session.play().type("steps", "33").from_nearest()
    assert typed.until == 33 or typed.model.steps == 33
    while typed.playing:
        typed = typed.go_on()
    assert typed.model.steps == 33


def test_taking_back_and_presets_stand_still() -> None:
    session = Session(CONCEPT, Training(**QUICK, seed=126)).type("steps", "200").from_nearest()
    assert session.playing
    for other in (session.undo(), session.preset(2), session.reset(), session.undo().redo()):
        assert not other.playing and other.until is None
    assert session.turn(session.knobs[0], 1).playing  # another task, trained as far


def test_what_a_text_goes_on_with_is_drawn_one_by_one() -> None:
    m = Training(task="own-text", context=16, d_model=16, steps=30, seed=3)
    plan, ids = m.course.plan, m.lesson.probe[0][0].tolist()
    begun = len(ids)
    for u in np.random.default_rng(3).random(32):
        start = 8 * -(-max(len(ids) - plan.context, 0) // 8)  # half a context falls out at once
        logits = gpt.forward(plan, m.weights, np.array(ids[start:])).logits[-1]
        chances = np.exp(logits - np.max(logits))
        passed = np.cumsum(chances / np.sum(chances)) > u
        ids.append(int(np.argmax(passed)))
    text = "".join(m.lesson.symbols[i] for i in ids)
    (line,) = next(p for p in CONCEPT.view(m).panels if p.title.startswith("It goes on")).lines
    assert line == f"{text[:begun]}▸{text[begun:]}"


def test_a_cut_acts_on_what_is_shown_and_never_on_the_run(drop: Training) -> None:
    session = Session(CONCEPT, drop)
    kept_before = drop.kept.losses.copy()
    cut, mean = session.cut().model, session.cut().cut().model
    layer, head = drop.found
    assert (cut.cut, mean.cut) == (f"{layer + 1}.{head}", f"{layer + 1}.{head}:mean")
    assert session.cut().cut().cut().model.same(drop)
    assert cut.found == mean.found == drop.found
    assert cut.course == drop.course
    assert cut.kept.losses == kept_before
    assert cut.checks == drop.checks
    assert cut.validation_loss > 2 * drop.validation_loss


def test_a_mean_is_that_over_what_training_draws(drop: Training) -> None:
    """What the layer says in the probe then differs by the head's mean on those, everywhere."""
    cut, mean = drop.replace(cut="1.0"), drop.replace(cut="1.0:mean")
    tokens, d = drop.practice[0], drop.d_model // drop.heads
    met = gpt.forward(drop.course.plan, drop.weights, tokens).traces[0].kept["found"]
    left = met[:, :, :d].mean(axis=(0, 1)) @ drop.weights["block_0.attention.w_o"][:d]
    moved = [m.run.traces[0].stages["attention"] for m in (mean, cut)]
    assert np.allclose(moved[0] - moved[1], left, atol=1e-5)


def test_what_is_cut_goes_with_the_layer_and_head_that_it_names() -> None:
    m = Training(layers=4, heads=4, cut="1.3 4.0 2")
    assert m.replace(layers=2).cut == "1.3 2"
    assert m.replace(heads=2).cut == "2 4.0"


def test_a_state_seen_before_is_sent_through_the_model_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For its probe: what the unseen and the practice cost is known of each step of the run."""
    passes: list[int] = []
    forward = gpt.forward
    monkeypatch.setattr(gpt, "forward", lambda *given: passes.append(0) or forward(*given))

    def look(m: Training) -> tuple[int, float]:
        passes.clear()
        assert CONCEPT.view(m).says
        return len(passes), m.gap

    first = look(Training(**QUICK, steps=3, seed=7))
    assert first[0] <= 5  # training looks at the unseen at its end, a new model at it and at step 0
    for again in ({}, {"show_layer": 1}, {"show_layer": 2, "show_head": 1}):
        assert look(Training(**QUICK, steps=3, seed=7, **again)) == (1, first[1])
    cut = look(Training(**QUICK, steps=3, seed=7, cut="1.0"))
    assert cut[0] > 1
    assert cut[1] != first[1]


def test_a_key_on_a_control_waits_for_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it moves to is trained beside the screen; whose head is found there is not asked yet."""
    session = Session(CONCEPT, Training(layers=1, steps=12))
    assert session.figure and "show_head" in session.idle
    monkeypatch.setattr(kept_runs, "advance", lambda *_: pytest.fail("somebody waits for this"))
    for at, knob in enumerate(session.knobs):
        if knob.control.name not in ("steps", "cut"):
            moved = session.hold(at).nudge(1)
            assert moved.said, knob.label
