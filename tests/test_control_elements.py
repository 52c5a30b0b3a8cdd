"""What one number of a list or a matrix is, is worked out once for each control."""

import pytest

from tui_transformer.concepts import entries, load
from tui_transformer.controls.arrays import Several
from tui_transformer.controls.scalars import Real


@pytest.mark.parametrize("name", [entry.id for entry in entries()])
def test_a_new_state_makes_no_control(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(name).model()
    lists = {n: c for n, c in model.controls().items() if isinstance(c, Several)}
    assert all(control.element is control.element for control in lists.values())
    made: list[str] = []
    plain = Real.__init__

    def noted(self: Real, *given: object, **named: object) -> None:
        made.append(str(named.get("name")))
        plain(self, *given, **named)

    monkeypatch.setattr(Real, "__init__", noted)
    assert model.replace(**{n: getattr(model, n) for n in lists}).same(model)
    assert not lists.keys() & {*made}
