"""One number of a deep stack, on the signal's way forward or a gradient's way back."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import residual_stack as nn
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.steps import linear
from tui_transformer.steps.activations import bent, slope
from tui_transformer.terms import Named, Operand, Term, dot, operand, sqrt, total

WAYS = ("without", "with")  # the residual

THROUGH_F = "gain·Σ ∂·act′·W, over the layer's row of W"
THROUGH_NORM = "(∂ − mean ∂ − x̂·mean(∂·x̂)) / √(variance + ε)"
FORMULAS = {
    "sum": "gain·Σ x·W, the layer's column",
    "slope": "act′(x·W)",
    "mean": "Σ x / n, over what the norm is given",
    "variance": "Σ (x − mean)² / n, over what the norm is given",
    "normed": "(x − mean) / √(variance + ε)",
}


class Traces:
    """What the passes through both stacks left behind, gone through again when asked."""

    def __init__(self, stack: nn.Stack) -> None:
        self.stack = stack

    @cached_property
    def forward(self) -> nn.Trace:
        """The way forward."""
        return nn.way_forward(self.stack)

    @cached_property
    def jacobians(self) -> Array:
        """∂x(depth)/∂x(l), [2, depth + 1, width (the outputs), width]."""
        with np.errstate(under="ignore"):
            every = [j * size[..., None] for j, size in nn.jacobians(self.stack, self.forward)]
        return np.stack(every[::-1], axis=1)


class Way:
    """The numbers of one of the two stacks, under their names behind "with." or "without.".

    signal and sum [layer, place], jacobian [layer, output, place], and what stands between them.
    """

    def __init__(self, traces: Traces, way: bool, gain: Operand) -> None:
        self.traces, self.stack, self.way, self.gain = traces, traces.stack, int(way), gain
        x, weights = nn.drawn(self.stack.width, self.stack.seed)
        self.input, self.weights = Named("input", x, "draw"), Named("weights", weights, "draw")
        self._named: dict[str, Named] = {}

    def __getitem__(self, name: str) -> Named:
        """Some of the numbers, by name."""
        if name not in self._named:
            how: Callable[..., Term] = getattr(self, f"_{name}")
            called = f"{WAYS[self.way]}.{name}"
            self._named[name] = Named(called, self._values(name), how, partial(self._formula, name))
        return self._named[name]

    def _values(self, name: str) -> Array:
        trace, act = self.traces.forward, ACTIVATIONS[self.stack.activation]
        signal, sums = trace.signals[self.way], trace.sums[:, self.way, 0]
        match name:
            case "signal":
                return signal
            case "sum":
                return sums
            case "slope":
                return act.derivative(sums)
            case "added":
                return act.f(sums) + (signal[:-1] if self.way else 0.0)
            case "normed":
                return np.array([done.x_hat[self.way, 0] for done in trace.norms])
            case "mean":
                return np.mean(self.given.values, axis=-1)
            case "variance":
                return np.var(self.given.values, axis=-1)
            case "jacobian":
                return self.traces.jacobians[self.way]
            case _:
                return self._between_values()

    def _formula(self, name: str, layer: int, *at: int) -> str:
        """Write how the numbers of a name come about."""
        norm, f = self.stack.norm, "x + act(x·W)" if self.way else "act(x·W)"
        match name:
            case "signal" if not layer:
                return "the input, drawn by the seed"
            case "signal" if norm == "post":
                return FORMULAS["normed"]
            case "signal" | "added":
                return f
            case "jacobian" if layer == self.stack.depth:
                return "∂x/∂x at the end: 1 for the output itself, else 0"
            case "jacobian" if norm == "pre":
                return THROUGH_NORM + (" + ∂ behind it" if self.way else "")
            case "jacobian":
                return THROUGH_F + (" + ∂ behind it" if self.way else "")
            case "between":
                return THROUGH_NORM if norm == "post" else THROUGH_F
        return FORMULAS[name]

    @property
    def given(self) -> Named:
        """What the norm is given."""
        return self["added" if self.stack.norm == "post" else "signal"]

    # ── the signal ─────────────────────────────────────────────────────────────────────

    def _signal(self, layer: int, j: int) -> Term:
        if not layer:
            return self.input[j]
        if self.stack.norm == "post":
            return self._normed(layer - 1, j)
        return self._added(layer - 1, j)

    def _added(self, layer: int, j: int) -> Term:
        """act(x·W), and x where there is a residual."""
        f = bent(self.stack.activation, self["sum"][layer, j])
        return self["signal"][layer, j] + f if self.way else f

    def _sum(self, layer: int, j: int) -> Term:
        """gain·(x·W)."""
        entering = self["normed" if self.stack.norm == "pre" else "signal"].row(layer)
        return self.gain * dot(entering, (self.weights[layer, k, j] for k in range(len(entering))))

    def _slope(self, layer: int, j: int) -> Term:
        return slope(self.stack.activation, self["sum"][layer, j])

    def _normed(self, layer: int, j: int) -> Term:
        return (self.given[layer, j] - self["mean"][layer]) / self._spread(layer)

    def _spread(self, layer: int) -> Term:
        return sqrt(self["variance"][layer] + operand("ε", nn.EPSILON))

    def _mean(self, layer: int) -> Term:
        return linear.mean(self.given.row(layer))

    def _variance(self, layer: int) -> Term:
        return linear.variance(self.given.row(layer), self["mean"][layer])

    # ── the gradient of an output ──────────────────────────────────────────────────────

    def _jacobian(self, layer: int, output: int, j: int) -> Term:
        """What comes back through f and, with a residual, what is handed on as it is."""
        if layer == self.stack.depth:
            return operand("1 for the output itself, else 0", int(output == j))
        after = self["jacobian"].row(layer + 1, output)
        if self.stack.norm == "pre":
            through = self._through_norm(self["between"].row(layer, output), layer, j)
        else:
            after = self["between"].row(layer, output) if self.stack.norm == "post" else after
            through = self._through_f(after, layer, j)
        return through + after[j] if self.way else through

    def _between(self, layer: int, output: int, j: int) -> Term:
        """What has come back through one of f and the norm."""
        back = self._through_norm if self.stack.norm == "post" else self._through_f
        return back(self["jacobian"].row(layer + 1, output), layer, j)

    def _through_f(self, d: Sequence[Term], layer: int, j: int) -> Term:
        """gain·Σ d·act′·W."""
        slopes = self["slope"].row(layer)
        return self.gain * total(
            each * slopes[k] * self.weights[layer, j, k] for k, each in enumerate(d)
        )

    def _through_norm(self, d: Sequence[Term], layer: int, j: int) -> Term:
        """(d − mean d − x̂·mean(d·x̂)) / √(variance + ε)."""
        hats = self["normed"].row(layer)
        along = dot(d, hats) / len(d)
        return (d[j] - linear.mean(d) - hats[j] * along) / self._spread(layer)

    def _between_values(self) -> Array:
        after, stack = self["jacobian"].values[1:], self.stack
        if stack.norm == "pre":
            weights = self.weights.values[: stack.depth] * stack.gain
            return (after * self["slope"].values[:, None]) @ np.swapaxes(weights, 1, 2)
        norms = self.traces.forward.norms
        whole = self.traces.jacobians[:, 1:]
        return np.stack([nn.norm_back(whole[:, i], norms[i])[self.way] for i in range(stack.depth)])
