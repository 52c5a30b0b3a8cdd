"""How often a network is asked for one picture, counted: once for each thing that is seen."""

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

import tui_transformer.concepts.quantization.rounding as rounding
import tui_transformer.nn.gpt as gpt
from tui_transformer.concepts import load
from tui_transformer.session import Session
from tui_transformer.training.kept import forget


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], Counter[str]]:
    """Count how often a function is called."""
    found: Counter[str] = Counter()

    def counted(owner: Any, name: str) -> Counter[str]:
        plain = getattr(owner, name)

        def counting(*given: Any, **named: Any) -> Any:
            found[name] += 1
            return plain(*given, **named)

        monkeypatch.setattr(owner, name, counting)
        return found

    return counted


def looked_at(session: Session) -> Session:
    """Draw what a screen draws of a state: its tasks and the first panels."""
    session = session.noticed()
    for panel in session.figure.panels:
        if panel.main:
            panel.complete()
    assert session.working.shown
    return session


def test_training_asks_its_probe_what_is_drawn_and_what_is_unseen_once_each(count: Any) -> None:
    forget()
    session = looked_at(Session.open(load("training")).set(seed=11))
    found = count(gpt, "forward")
    session = looked_at(session.set(seed=12))
    assert found["forward"] == 3
    found.clear()
    looked_at(session.set(seed=11))  # what is unseen and what is drawn was asked in that run before
    assert found["forward"] == 1


def test_xor_asks_its_corners_the_square_and_the_plane_once_each(count: Any) -> None:
    session = looked_at(Session.open(load("xor")))
    for module in ("model", "planes"):
        found = count(import_module(f"tui_transformer.concepts.xor.{module}"), "forward")
    looked_at(session.set(hidden=3))
    assert found["forward"] == 3


def test_quantization_counts_sorted_lines_of_a_state_once(count: Any) -> None:
    rounding.sorted_right.cache_clear()
    session = looked_at(Session.open(load("quantization")))
    found = count(rounding, "margins")
    session = looked_at(session.set(per="column"))
    found.clear()
    looked_at(session.set(per="tensor"))
    assert found["margins"] == 0  # the state was seen, and those of its curves are known
