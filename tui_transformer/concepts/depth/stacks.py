"""The stacks of the concept `depth`: drawn by a seed, or designed to fold or to bend once."""

import numpy as np

from tui_transformer.nn.geometry.piecewise import Layer

MOST_LAYERS, MOST_UNITS = 8, 16
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def stack(weights: str, layers: int, width: int, seed: int) -> list[Layer]:
    """Make the weights; fewer layers are the first of more, with the same read-out.

    Without a layer there is nothing to read out: x stays x.
    """
    if not layers:
        return [(np.ones((1, 1)), np.zeros(1))]
    make = {"random": lambda: drawn(width, seed), "tent": tent, "hinge": hinge}[weights]
    first, inner, last = make()
    return [first, *inner[: layers - 1], last]


def layer_names(layers: int, index: int) -> tuple[str, str]:
    """Name a layer's matrix and bias; the layer that reads out has v and c."""
    return ("v", "c") if index == layers else (f"W{index + 1}", f"b{index + 1}")


def shown_name(layers: int, index: int) -> str:
    """Write the name of a layer's matrix with a small number."""
    return layer_names(layers, index)[0].translate(SUBSCRIPTS)


Parts = tuple[Layer, list[Layer], Layer]


def drawn(width: int, seed: int) -> Parts:
    """Draw weights with variance 1/inputs and biases with variance ¼."""
    rng = np.random.default_rng(seed)
    matrices = rng.standard_normal((MOST_LAYERS, MOST_UNITS, MOST_UNITS))[:, :width, :width]
    biases = 0.5 * rng.standard_normal((MOST_LAYERS, MOST_UNITS))[:, :width]
    out = rng.standard_normal((1, MOST_UNITS))[:, :width] / np.sqrt(width)
    inner = [(m / np.sqrt(width), b) for m, b in zip(matrices[1:], biases[1:], strict=True)]
    return (matrices[0, :, :1], biases[0]), inner, (out, np.zeros(1))


def tent() -> Parts:
    """Fold −2..2 in the middle and stretch it to its old length: 2 − 2·|x|.

    As two ReLUs, 2·relu(x + 2) − 4·relu(x) − 2. Telgarsky (2015) counts the teeth.
    """
    out, back = np.array([[2.0, -4.0]]), np.array([-2.0])
    into, ahead = np.array([[1.0], [1.0]]), np.array([2.0, 0.0])
    return (into, ahead), [(into @ out, into @ back + ahead)] * (MOST_LAYERS - 1), (out, back)


def hinge() -> Parts:
    """Stay flat until x = 0.5, then rise with slope 1; without ReLU the line 0.8·x.

    The second unit is shut on all of −2..2. It is there so that the line goes through 0
    and rises at another rate than the hinge. Further layers hand both units on.
    """
    first = np.array([[1.0], [0.2]]), np.array([-0.5, -0.5])
    return (
        first,
        [(np.eye(2), np.zeros(2))] * (MOST_LAYERS - 1),
        (np.array([[1.0, -1.0]]), np.zeros(1)),
    )
