"""A change that takes other controls along says so: nothing moves without a word."""

import pytest

from tui_transformer.concepts import entries, load
from tui_transformer.session import Session
from tui_transformer.session.changing import FEW


def moved(before: Session, after: Session) -> set[str]:
    """The controls at which two sessions differ, by what a link would have of them."""
    model, other = before.model, after.model
    return {
        name
        for name, control in model.controls().items()
        if control.format(getattr(model, name)) != control.format(getattr(other, name))
    }


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
def test_what_goes_along_is_said(concept: str) -> None:
    start = Session.open(load(concept))
    for at, knob in enumerate(start.knobs):
        for amount in (1, -1):
            after = start.hold(at).nudge(amount)
            others = moved(start, after) - {knob.control.name}
            if len(others) > FEW:
                assert f"; with it {len(others)} others" in after.said
                continue
            told = after.said.partition("; with it ")[2]
            assert others == {each.partition(" ")[0] for each in told.split(", ") if each}, (
                f"{knob.label} {amount:+}: {after.said}"
            )


@pytest.mark.parametrize(
    ("link", "typed", "said"),
    [
        ("hyperparameters", {"d_model": "752"}, "d_model = 752; with it heads = 8, kv_heads = 8"),
        ("receptive-field", {"length": "9"}, "length = 9; with it position = 8"),
        ("hyperparameters", {"preset": "gpt3"}, "preset = gpt3; with it 8 others"),
        ("softmax", {"temperature": "2"}, "temperature = 2"),
    ],
)
def test_it_is_said_of_what_is_typed(link: str, typed: dict[str, str], said: str) -> None:
    assert Session.open(load(link)).assign(typed).said == said
