"""What is known of training runs: many small ones, few large ones, the last asked for longest."""

import pytest

from tui_transformer.concepts import load
from tui_transformer.training import kept as runs
from tui_transformer.training.course import Course
from tui_transformer.training.kept import Kept, forget, kept


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    forget()


def course(seed: int) -> Course:
    return load("training").model(seed=seed, d_model=8, layers=1, context=8, batch=4).course


def test_of_small_runs_many_stay_and_then_those_asked_for_last() -> None:
    every = [kept(course(seed)) for seed in range(runs.MOST)]
    assert [kept(course(seed)) for seed in range(runs.MOST)] == every
    kept(course(0))
    kept(course(runs.MOST))
    assert kept(course(0)) is every[0]
    assert kept(course(1)) is not every[1]


def test_together_they_take_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Kept(course(0)).size
    monkeypatch.setattr(runs, "ALL", 5 * one)
    short, other = kept(course(0)), kept(course(1))
    assert kept(course(0)) is short
    other.at(3 * runs.STRETCH)  # and keeps three more states
    assert other.size == 4 * one
    assert kept(course(1)) is other and kept(course(0)) is short
    third = kept(course(2))
    assert kept(course(2)) is third and kept(course(0)) is short
    assert kept(course(1)) is not other


def test_one_run_stays_however_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ALL", 0)
    assert kept(course(0)) is kept(course(0))
    assert list(runs._runs) == [course(0)]
