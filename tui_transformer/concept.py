"""The contract of a concept: a model, a view of it, and what there is to do with it."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived
from tui_transformer.records import dataclass


@dataclass(frozen=True)
class Challenge:
    """Something to achieve by changing controls.

    `solved` looks at a model; `solution` is a change of controls that solves it. `keys` may
    name the key presses that solve it from the opening state ("down right right"). `seen` says,
    once it is solved, what was to be seen in that state, with its numbers.
    """

    goal: str
    solved: Callable[[Any], bool]
    solution: Mapping[str, Any]
    hint: str = ""
    keys: str = ""
    seen: Callable[[Any], str] | None = None

    def praise(self, model: Any) -> str:
        """Say what was to be seen in the state that solved it."""
        return self.seen(model) if self.seen else f"{self.goal}."


@dataclass(frozen=True)
class Concept:
    """One screen. Its id, title and place in the syllabus are added when it is loaded.

    `ahead` is for a clock whose steps take long: asked for a state, it has the steps to it
    computed beside the screen for a while, and gives at once the furthest state on the way
    there that can be looked at without waiting. `groups` are controls that share a row, and what
    they are called in it: `{"hinge 1": {"w1": "w", "b1": "b"}}`. `follows` says for a control what
    else moves once it was set by hand; `elsewhere` gives the same as a state of another
    concept, named by its id.
    """

    model: type[Model]
    view: Callable[[Any], Figure]
    presets: Mapping[str, Mapping[str, Any]]
    challenges: tuple[Challenge, ...]
    clock: str = ""
    ahead: Callable[[Any], Any] | None = None
    groups: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    follows: Mapping[str, Callable[[Any], Any]] = dataclasses.field(default_factory=dict)
    elsewhere: Callable[[Any], tuple[str, Model]] | None = None
    id: str = ""
    title: str = ""
    prose: str = ""

    def look(self, model: Model) -> Figure:
        """View a model; numbers that nobody has touched are an example, not yours."""
        figure = self.view(model)
        if "yours" in figure.data and self._data_of(model) in self.untouched:
            return dataclasses.replace(figure, data=figure.data.replace("yours", "example"))
        return figure

    @derived
    def untouched(self) -> frozenset[Any]:
        """The opening state and the presets, without the clock and the seed."""
        models = [self.model(), *map(self.preset, self.presets)]
        return frozenset(map(self._data_of, models))

    def _data_of(self, model: Model) -> tuple[Any, ...]:
        names = [name for name in model.controls() if name not in (self.clock, "seed")]
        return model.state(*names) if names else ()

    def preset(self, name: str) -> Model:
        """Open a named state."""
        return self.model(**self.presets[name])
