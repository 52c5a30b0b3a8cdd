"""A run gives the same wherever and in whatever pieces it is computed."""

import io
import subprocess
import sys
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from tests.waiting import still, until
from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import UNASKED
from tui_transformer.timeline import Checkpoints
from tui_transformer.training import beside
from tui_transformer.training.beside import Beside
from tui_transformer.training.course import EVERY, Course, advance, check, trainer
from tui_transformer.training.kept import Kept
from tui_transformer.training.live import Live

SMALL = Course("copy", "", 1, 2, 8, 8, 4, 0.01, 0.1, 0.1, "adamw", 10, 7)


def same(a: object, b: object) -> bool:
    return all(
        np.array_equal(getattr(a.state, part), getattr(b.state, part)) for part in beside.PARTS
    )


def test_pieces_give_the_same_run_as_the_whole() -> None:
    start = trainer(SMALL).start()
    whole = advance(SMALL, start, 30)
    first = advance(SMALL, start, 11)
    second = advance(SMALL, first.run, 19)
    assert whole.run.step == second.run.step == 30
    assert same(whole.run, second.run)
    assert np.array_equal(whole.losses, np.concatenate([first.losses, second.losses]))
    assert [c.step for c in whole.checks] == [EVERY, 30]


def test_another_process_gives_the_same_run() -> None:
    there = Beside()
    try:
        start = trainer(SMALL).start()
        done = there.advance(SMALL, start, 12, 60.0)
        again = there.advance(SMALL, done.run, 5, 60.0)
    finally:
        there.stop()
    here = advance(SMALL, start, 17)
    assert not there._alone  # it really was another process
    assert same(again.run, here.run)
    assert np.array_equal([*done.losses, *again.losses], here.losses)
    assert np.array_equal([*done.norms, *again.norms], here.norms)


def test_the_process_ends_with_its_input() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "tui_transformer.training.beside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(30) == 0
    child.stdout.close()  # type: ignore[union-attr]


def test_where_no_process_can_be_had_it_is_computed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(beside.subprocess, "Popen", refuse)
    start = trainer(SMALL).start()
    assert same(Beside().advance(SMALL, start, 3, 60.0).run, advance(SMALL, start, 3).run)


def test_a_process_that_dies_loses_nothing() -> None:
    there = Beside()
    start = trainer(SMALL).start()
    first = there.advance(SMALL, start, 3, 60.0)
    assert there._process is not None
    there._process.kill()
    there._process.wait()
    second = there.advance(SMALL, first.run, 3, 60.0)
    assert same(second.run, advance(SMALL, start, 6).run)


def test_what_is_sent_is_plain_numbers() -> None:
    start = trainer(SMALL).start()
    out = io.BytesIO()
    beside._send(out, {"asked": 1}, start)
    line, _, rest = out.getvalue().partition(b"\n")
    assert line.startswith(b"{") and len(rest) == 3 * 4 * start.state.weights.size


def test_going_back_gives_the_same_numbers() -> None:
    run = Kept(SMALL)
    there, losses = run.at(40), list(run.losses)
    back = run.at(13)
    assert same(back, advance(SMALL, trainer(SMALL).start(), 13).run)
    assert same(run.at(40), there)
    assert run.losses == losses
    assert len(run.seconds) == 40


def test_a_check_counts_what_it_says() -> None:
    weights = trainer(SMALL).weights(trainer(SMALL).start())
    found = check(SMALL, weights, 0)
    tokens, targets = SMALL.lesson.check
    losses, right, asked = 0.0, 0, 0
    for row, wanted in zip(tokens, targets, strict=True):
        logits = gpt.forward(SMALL.plan, weights, row).logits.astype(float)
        for z, target in zip(logits, wanted, strict=True):
            if target != UNASKED:
                losses += float(np.log(np.sum(np.exp(z)))) - float(z[target])
                right += int(np.argmax(z)) == target
                asked += 1
    assert found.loss == pytest.approx(losses / asked, rel=1e-5)
    assert found.accuracy == pytest.approx(right / asked)


def test_a_run_that_breaks_off_says_where() -> None:
    course = Course("copy", "", 1, 1, 8, 8, 4, 1.0, 0.0, 0.0, "sgd", 0, 0)
    start = trainer(course).start()
    broken = trainer(course).start().state.weights.copy()
    broken[:] = 1e38
    state = type(start.state)(broken, start.state.velocity, start.state.square, 5)
    stretch = advance(course, type(start)(state), 4)
    assert stretch.ended and stretch.run.step == 5 and len(stretch.losses) == 0
    run = Kept(course)
    assert run.note(9) == ""
    run.add(5, stretch)
    assert run.last(9) == 5
    assert run.note(9) == "After step 5 a number grew beyond float32: the run ends."
    assert run.note(5) == run.note(0) == ""


def test_live_reaches_what_is_wanted_and_stands_still_when_nobody_asks() -> None:
    live, run = Live(), Kept(SMALL)
    try:
        assert until(lambda: live.reach(run, 50) >= 50)
        assert same(run.at(50), advance(SMALL, trainer(SMALL).start(), 50).run)
        live.reach(run, 10**6)
        assert still(lambda: run.nearest(10**6)[0])
    finally:
        live._beside.stop()


def test_a_thread_that_died_is_followed_by_another() -> None:
    live, run = Live(), Kept(SMALL)
    live._beside._alone = True
    live._thread = Thread(target=lambda: None)
    live._thread.start()
    live._thread.join()
    assert until(lambda: live.reach(run, 20) >= 20)


def test_checkpoints_thin_out_and_keep_the_ends() -> None:
    kept = Checkpoints("0", keep=10)
    for step in range(1, 500):
        kept.put(step, str(step))
        at, state = kept.nearest(step)
        assert at == step and state == str(step)
    assert kept.nearest(0) == (0, "0")
    assert len(kept._steps) <= 11
    for step in range(500):
        at, state = kept.nearest(step)
        assert at <= step and state == str(at)


def test_nothing_is_imported_that_the_screen_needs(tmp_path: Path) -> None:
    code = (
        "import sys, tui_transformer.training.beside;"
        "assert not {'textual', 'rich', 'plotext'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
