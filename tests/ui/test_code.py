"""`m` shows mathematics for every number that can be pinned: code with its arithmetic in it."""

import ast
import inspect
from collections.abc import Iterator

import numpy as np
import pytest

from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.ui.code import behind

# Concepts with numbers on the screen that belong to no value yet: until their workings are terms.
LATER: set[str] = set()
CELLS = 30  # of a panel, in each of ten states
ARITHMETIC = (ast.BinOp, ast.AugAssign, ast.UnaryOp, ast.Compare)


def named(figure: Figure) -> Iterator[str]:
    """The values that the pinnable numbers of a figure belong to: some from all over a panel."""
    yield figure.formula.of
    for i, panel in enumerate(figure.panels):
        cells = list(pinnable(panel))
        for at in np.random.default_rng(i).permutation(len(cells))[:CELLS]:
            yield working_at(figure, Pin(i, *cells[at])).of


@pytest.mark.parametrize("name", [e.id for e in entries() if e.id not in LATER])
def test_the_code_behind_every_number_has_its_arithmetic(name: str) -> None:
    concept = load(name)
    models = (concept.model(), *map(concept.preset, concept.presets))
    # What stands behind a value is the same in every state: it is looked at once.
    for value in set().union(*(named(concept.view(model)) for model in models)):
        functions = behind(concept.model, value)
        assert functions, f"nothing stands behind {value!r} in {name}"
        assert any(map(computes, functions)), f"{value}: {functions}"


def computes(function) -> bool:
    """Say whether a function does arithmetic, or has NumPy do it."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    numpy = any(isinstance(n, ast.Name) and n.id == "np" for n in ast.walk(tree))
    return numpy or any(isinstance(node, ARITHMETIC) for node in ast.walk(tree))


def test_mathematics_comes_first() -> None:
    functions = behind(load("softmax").model, "probabilities")
    assert functions[0].__qualname__ == "softmax"
    assert functions[0].__module__ == "tui_transformer.nn.softmax"
    assert "Softmax.probabilities" in {f.__qualname__ for f in functions}
