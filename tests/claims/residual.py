"""What `residual` claims.

The stack is written out from its definition. Its gradients come from differences: the slope of
each bend and the Jacobian of each norm by moving what enters, and their product from the end back.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

residual = Claims("residual", random=10)
Array = np.ndarray

ACTS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": lambda h: np.where(h > 0, h, 0.0),
    "gelu": lambda h: h * (1 + np.vectorize(math.erf)(h / math.sqrt(2))) / 2,
    "sigmoid": lambda h: 1 / (1 + np.exp(-h)),
    "identity": lambda h: h,
}


def normal(x: Array) -> Array:
    """Layer norm of each row, ε = 1e-5."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)


def differences(f: Callable[[Array], Array], x: Array, step: Array | float) -> Array:
    """The derivative along a step, of every number by itself: central, two steps extrapolated."""

    def central(h: Array | float) -> Array:
        return (f(x + h) - f(x - h)) / (2 * np.max(h, axis=-1))[..., None]

    return (4 * central(np.divide(step, 2)) - central(step)) / 3


def bend_slopes(activation: str, z: Array) -> Array:
    """act′ at every z, by steps that are a small part of |z|: ReLU's kink is never crossed."""
    steps = 1e-3 * np.where((activation == "relu") | (abs(z) > 1), abs(z), 1.0)
    steps = np.maximum(steps, 1e-300)[:, None]
    slopes = differences(ACTS[activation], z[:, None], steps)[:, 0]
    return np.where((activation == "relu") & (z == 0), 0.0, slopes)  # at the kink by convention


def norm_jacobian(x: Array) -> Array:
    """∂out/∂in of layer norm, moving one number at a time by a small part of the spread."""
    step = 1e-3 * max(float(x.std()), 3e-3)
    return differences(normal, x[None], step * np.eye(len(x))).T


def journey(c: SimpleNamespace, way: bool) -> tuple[list[float], list[float]]:
    """Lengths of the signal and root mean square lengths of the gradients, at every layer."""
    rng, one = np.random.default_rng(c.seed), np.eye(c.width)
    x = rng.standard_normal(c.width)
    signals, jacobians = [math.hypot(*x)], []
    for w in rng.standard_normal((128, c.width, c.width))[: c.depth]:
        w = c.gain * w / math.sqrt(c.width)
        enters, inner = (normal(x), norm_jacobian(x)) if c.norm == "pre" else (x, one)
        z = enters @ w
        x, jacobian = ACTS[c.activation](z) + way * x, way * one
        jacobian = jacobian + bend_slopes(c.activation, z)[:, None] * w.T @ inner
        if c.norm == "post":
            x, jacobian = normal(x), norm_jacobian(x) @ jacobian
        signals.append(math.hypot(*x))
        jacobians.append(jacobian)
    return signals, products(jacobians)


def products(jacobians: list[Array]) -> list[float]:
    """‖J_last … J_l‖/√width for every l; the power of the product is carried apart."""
    width = len(jacobians[0])
    product, power, lengths = np.eye(width), 0.0, [1.0]
    for jacobian in reversed(jacobians):
        product = product @ jacobian
        size = float(np.abs(product).max())
        if size:
            product, power = product / size, power + math.log(size)
        lengths.append(math.exp(power) * float(np.linalg.norm(product)) / math.sqrt(width))
    return lengths[::-1]


def both(c: SimpleNamespace) -> Iterator[tuple[bool, list[float], list[float]]]:
    for way in (False, True):
        yield way, *journey(c, way)


# ── values ─────────────────────────────────────────────────────────────────────────────


@residual.oracle(
    "forward_norms",
    "forward_norms_with",
    "forward_norms_without",
    "gradient_norms",
    "gradient_norms_with",
    "gradient_norms_without",
)
def norms(s: State) -> None:
    table = list(s.table("What arrives").values())
    for way, signal, gradient in both(s.controls):
        mine = getattr(s.values, f"gradient_norms_{'with' if way else 'without'}")
        lengths = getattr(s.values, f"forward_norms_{'with' if way else 'without'}")
        alike(mine, gradient, 1e-5, gradient)
        alike(lengths, signal, 1e-9, gradient)
        if way == s.controls.residual:
            assert s.values.gradient_norms == mine
            assert s.values.forward_norms == lengths
        row = table[0 if way else 1]
        assert (row["∂ arrives"], row["‖x‖ ends"]) == (mine[0], lengths[-1])
        if mine[0]:
            close(row["× each"] ** s.controls.depth, mine[0], 1e-9)


def alike(mine: list[float], true: list[float], within: float, gradient: list[float]) -> None:
    """See that two courses agree, however small they are, where rounding has not grown.

    A stack that makes a gradient 10¹² times larger does so with its own rounding too; there
    only the size can be compared.
    """
    assert [x == 0 for x in mine] == [x == 0 for x in true]
    grown = max(gradient) / min([x for x in gradient if x], default=1.0)
    ratio = [a / b for a, b in zip(mine, true, strict=True) if b]
    most = within + 1e-13 * grown if grown < 1e10 else 9.0
    assert all(1 / (1 + most) < x < 1 + most for x in ratio), (ratio, most)


# ── sentences: the values are those above ──────────────────────────────────────────────


def here_and_there(s: State, here: str, there: str) -> None:
    """What arrives the way that counts, and what the other way."""
    ways = s.values.gradient_norms_without[0], s.values.gradient_norms_with[0]
    shown(here, ways[s.controls.residual])
    shown(there.rpartition(" ")[2], ways[not s.controls.residual])
    assert there.startswith("without the" if s.controls.residual else "with the")


@residual.says("{depth} back, a gradient of 1 is {here}.")
def arrives(s: State, depth: str, here: str) -> None:
    assert depth == f"{s.controls.depth} layer{'s' * (s.controls.depth > 1)}"
    left = s.values.gradient_norms[0]
    word, _, size = here.rpartition(" ")
    assert word == ("exactly" if left == 0 else "only" if left < 0.01 else "")
    shown(size, journey(s.controls, s.controls.residual)[1][0])


@residual.says("{left} of a gradient of 1 arrives; with x added at each layer it is {right}.")
def starved(s: State, left: str, right: str) -> None:
    without, with_it = (gradient[0] for _, _, gradient in both(s.controls))
    assert not s.controls.residual
    assert 0 < without < 1e-12
    shown(left, without)
    shown(right, with_it)


@residual.says(
    "No residual, and {here} of 1 arrives through {depth} layers: norm {norm}, gain {g}."
)
def without_a_residual(s: State, here: str, depth: str, norm: str, g: str) -> None:
    c = s.controls
    gradient = journey(c, way=False)[1]
    assert not c.residual
    assert 0.01 <= gradient[0] <= 100
    shown(here, gradient[0])
    assert (int(depth), norm) == (c.depth, c.norm)
    assert c.depth >= 100
    shown(g, c.gain)


@residual.says("{here} of 1 arrives through {depth} layers; without the norm it would be {wild}.")
def tamed(s: State, here: str, depth: str, wild: str) -> None:
    c = s.controls
    shown(here, journey(c, c.residual)[1][0])
    assert int(depth) == c.depth >= 100
    assert (c.gain, c.activation) == (3, "tanh")
    bare = SimpleNamespace(**vars(c) | {"norm": "none"})
    shown(wild, journey(bare, c.residual)[1][0])


# ── the explanation ────────────────────────────────────────────────────────────────────


@residual.tells(
    "starts at the end with length 1 and comes back layer by layer. Each layer multiplies it, "
    "here by about one half, the `gain`. Fifty halves make 9e-16, and tanh, nowhere steeper than "
    "1, takes some more."
)
def fifty_halves() -> None:
    shown("9e-16", 0.5**50)
    s = opened("tfx residual")
    assert (s.controls.depth, s.controls.gain) == (50, 0.5)
    gradient = s.values.gradient_norms_without
    assert gradient[-1] == 1
    assert gradient[0] < 0.5**50
    each = [a / b for a, b in pairwise(gradient)]
    assert all(0.35 < factor < 0.6 for factor in each)
    x = np.linspace(-5, 5, 2001)
    assert np.max(np.diff(np.tanh(x)) / np.diff(x)) <= 1


@residual.tells("The slope of x is 1, so on its way back the gradient is handed on whole")
def handed_on_whole() -> None:
    # Where f is shut, what arrives is exactly what was sent.
    v = opened("tfx residual activation=relu width=8 depth=128 seed=1").values
    last = next(i for i, norm in enumerate(v.forward_norms_without) if norm == 0)
    assert v.gradient_norms_without[last - 1] == 0
    close(differences(lambda x: x, np.array([3.0]), 1e-3), [1.0], 1e-10)


@residual.tells("the two curves are always both there, and only which of them counts changes")
def two_curves() -> None:
    on, off = (opened(f"tfx residual residual={way}") for way in ("on", "off"))
    for way in ("with", "without"):
        name = f"gradient_norms_{way}"
        assert getattr(on.values, name) == getattr(off.values, name)
        assert len(getattr(on.values, name)) == 51
    assert on.values.gradient_norms != off.values.gradient_norms


@residual.tells("At `gain` 3 both curves climb into the thousands and beyond.")
def both_climb() -> None:
    for seed in range(5):
        v = opened(f"tfx residual gain=3 seed={seed}").values
        assert min(v.gradient_norms_with[0], v.gradient_norms_without[0]) > 1000


@residual.tells("at gain 3 its gradient explodes")
def post_explodes() -> None:
    for seed in range(5):
        pre, post = (
            opened(f"tfx residual gain=3 norm={norm} seed={seed}").values.gradient_norms[0]
            for norm in ("pre", "post")
        )
        assert post > 1000 > 100 > pre


@residual.tells("In a transformer each [block](block) has two such residuals")
def two_residuals() -> None:
    stages = opened("tfx block").values.stages
    x, after, out = (np.array(stages[name]) for name in ("input", "after_attention", "output"))
    close(after, x + np.array(stages["attention"]), 1e-12)
    close(out, after + np.array(stages["feed_forward"]), 1e-12)


@residual.tells("at most 100 times too much counts")
def bounds() -> None:
    s = opened("tfx residual depth=100 residual=off norm=pre")
    assert 0.01 <= s.values.gradient_norms[0] <= 100
