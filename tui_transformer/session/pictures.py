"""The figures that were looked at last, kept so that looking again costs nothing; and the rows of
the knobs, which hardly a key changes."""

from tui_transformer.concept import Concept
from tui_transformer.controls import Control
from tui_transformer.figure import Figure
from tui_transformer.model import Model
from tui_transformer.session.folds import Fold, Groups, Knob, folded


class Pictures:
    """The figures that were looked at last: of a model, and of one that it is compared with."""

    def __init__(self) -> None:
        self._seen: tuple[tuple[Model, Figure], ...] = ()
        self._rows: tuple[tuple[Knob, ...], Groups, tuple[Fold, ...]] = ((), {}, ())
        self._knobs: dict[str, tuple[object, tuple[Knob, ...]]] = {}

    def look(self, concept: Concept, model: Model) -> Figure:
        """Look at a model, at the same figure each time."""
        for seen, figure in self._seen:
            if seen is model:
                return figure
        figure = concept.look(model)
        self._seen = ((model, figure), *self._seen)[:2]
        return figure

    def knobs(self, model: Model, control: Control) -> tuple[Knob, ...]:
        """Take a control's knobs: the same for as long as they are called the same."""
        name, value = control.name, getattr(model, control.name)
        indices = control.knobs(value)
        alone = type(control).called is Control.called
        called = [] if alone else [control.called(value, index) for index in indices]
        wanted = control, indices, called, model.places_of(name)
        before, knobs = self._knobs.get(name, (None, ()))
        if before != wanted:
            knobs = tuple(
                Knob(control, index, "" if alone else called[i], model.place_of(name, index))
                for i, index in enumerate(indices)
            )
            self._knobs[name] = wanted, knobs
        return knobs

    def folded(self, knobs: tuple[Knob, ...], groups: Groups) -> tuple[Fold, ...]:
        """Part knobs into rows, once for as long as there are the same."""
        before, grouped, rows = self._rows
        if grouped is not groups or before != knobs:
            rows = folded(knobs, groups)
            self._rows = knobs, groups, rows
        return rows

    def has(self, model: Model) -> bool:
        """Say whether a model was looked at."""
        return any(seen is model for seen, _ in self._seen)

    def forget(self, model: Model) -> None:
        """Let go of a figure, and of the values it was drawn from."""
        self._seen = tuple(pair for pair in self._seen if pair[0] is not model)
        model.forget()
