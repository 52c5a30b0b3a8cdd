"""What `gated` computes: one word's vector, normed, through a feed-forward network with a gate."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Vector, choice, integer, seed
from tui_transformer.controls.arrays import frozen
from tui_transformer.controls.spread import Spread
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.decoder_block import DecoderBlock, feed, normed

MOST = 12  # numbers of a vector


class Kind(NamedTuple):
    """What a feed-forward network is called, what bends in it, and whether it has a gate."""

    name: str
    bend: str
    gated: bool


KINDS = {
    "relu": Kind("ReLU", "relu", False),
    "gelu": Kind("GELU", "gelu", False),
    "geglu": Kind("GEGLU", "gelu", True),
    "swiglu": Kind("SwiGLU", "silu", True),
}
NORMS: dict[str, Literal["layer", "rms"]] = {"layer": "layer", "rms": "rms"}

X = Spread(
    default=frozen([1.0, -0.5, 2.0]),
    low=-10,
    high=10,
    min_length=1,
    max_length=MOST,
    count=lambda m: m.d_model,
    help="One word's vector, before the norm; one number means all, what is missing is 1.",
)


def width(kind: str, d_model: int) -> int:
    """How many units there are at 8·d² weights: 4·d, or with a gate the whole number by 8/3·d."""
    return (8 * d_model + 1) // 3 if KINDS[kind].gated else 4 * d_model


@dataclass(frozen=True, eq=False)
class Gated(Model):
    """One word's vector, a norm, and a feed-forward network without biases."""

    kind: str = choice(
        "swiglu",
        *KINDS,
        help="Plain: ReLU, GELU. With a gate: GEGLU bends it by GELU, SwiGLU SiLU.",
    )
    d_model: int = integer(3, 2, MOST, help="How many numbers the vector has.")
    x: Vector = dataclasses.field(default_factory=lambda: X.default, metadata={"control": X})
    norm: str = choice("rms", *NORMS, help="What x goes through first; RMS norm leaves its mean.")
    unit: int = integer(0, 0, lambda m: m.d_ff - 1, help="The unit that is lit.")
    seed: int = seed()

    @value
    def normalized(self) -> Array:
        """What the norm makes of x, gain 1 and no bias, [d]."""
        return self.kept["norm_2"][0]

    @value
    def d_ff(self) -> int:
        """How many units: 4·d_model; with a gate 8/3·d_model, to the nearest whole number."""
        return width(self.kind, self.d_model)

    @value
    def gate(self) -> Array:
        """How far each gate is open, bent x·W_gate, [d_ff]; no number where there is no gate."""
        return ACTIVATIONS[self.bend].f(self.gate_sums)

    @value
    def passes(self) -> Array:
        """What there is to pass: x·W₁, x normed, [d_ff]."""
        return self.kept["before"][0]

    @value
    def hidden(self) -> Array:
        """What comes of each unit, [d_ff]: gate · passes, or, without a gate, passes bent."""
        return self.kept["hidden"][0]

    @value
    def output(self) -> Array:
        """What goes back to the stream, hidden·W₂, [d]."""
        return self.done[0]

    @value
    def parameter_count(self) -> int:
        """How many numbers the matrices are: three of d_model·d_ff with a gate, else two."""
        return self.matrices * self.d_model * self.d_ff

    # ── what stands behind them ────────────────────────────────────────────────────────

    @derived
    def gate_sums(self) -> Array:
        """The gate before it is bent, x·W_gate, x normed, [d_ff]; or nothing."""
        return self.kept["gate"][0] if self.gated else np.zeros(0)

    @property
    def bend(self) -> str:
        """The activation."""
        return KINDS[self.kind].bend

    @property
    def gated(self) -> bool:
        """Whether there is a gate."""
        return KINDS[self.kind].gated

    @property
    def matrices(self) -> int:
        """How many matrices there are."""
        return 3 if self.gated else 2

    @derived
    def plan(self) -> DecoderBlock:
        """The block of today's models whose second half this is."""
        return DecoderBlock(
            self.d_model,
            heads=1,
            kv_heads=1,
            d_head=self.d_model,
            d_ff=self.d_ff,
            norm=NORMS[self.norm],
            activation=self.bend,
            gated=self.gated,
        )

    @derived
    def weights(self) -> dict[str, Array]:
        """w_1 [d, d_ff], w_2 [d_ff, d] and, with a gate, w_gate [d, d_ff]; variance 1/inputs."""
        rng, d, wide = np.random.default_rng([self.seed, self.d_model]), self.d_model, self.d_ff
        w = {
            "w_1": rng.standard_normal((d, wide)) / np.sqrt(d),
            "w_2": rng.standard_normal((wide, d)) / np.sqrt(wide),
        }
        return w | ({"w_gate": rng.standard_normal((d, wide)) / np.sqrt(d)} if self.gated else {})

    @derived
    def passed(self) -> tuple[Array, dict[str, Array]]:
        """What the block's code gives, [1, d], and what lay between, by name."""
        d = self.d_model
        w = {f"feed_forward.{name}": each for name, each in self.weights.items()}
        w |= {"norm_2.gain": np.ones(d), "norm_2.bias": np.zeros(d)}
        row = np.broadcast_to(self.x, (1, d)).astype(float)
        kept = {"norm_2": normed(self.plan, w, "norm_2", row)}
        return feed(self.plan, w, kept), kept

    @property
    def done(self) -> Array:
        """The output, [1, d]."""
        return self.passed[0]

    @property
    def kept(self) -> dict[str, Array]:
        """What lay between, by name."""
        return self.passed[1]

    def sources(self) -> Mapping[str, Array]:
        """The matrices as they were drawn."""
        return self.weights
