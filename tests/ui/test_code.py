"""`m` shows mathematics for every number that can be pinned: code with its arithmetic in it."""

import ast
import inspect
from collections.abc import Iterator
from itertools import islice

import pytest

from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.ui.code import behind

# Concepts with numbers on the screen that belong to no value yet: until their workings are terms.
LATER = {"name", "real-model", "training"}


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
