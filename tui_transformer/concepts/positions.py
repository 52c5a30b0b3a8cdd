"""
[Attention](attention) sees a set: nothing in a score says which word came first. So every
place p gets an **encoding**, d numbers from d/2 waves of different length, and it is added
to the word that stands there. The fast waves tell neighbours apart; the slow ones tell the
beginning from the end.

Why waves? Sine and cosine of the same angle make a pair, and the
[dot product](dot-product) of two places is Σ cos(k·θ), where k is how far apart they are.
Move `position`: the dots slide along the curve, the curve stays. *Only the distance counts.*
**Rotary** gets the same without adding anything: it turns q and k by these angles, so their
score sees the distance.

Beside it, one layer with random weights reads the same words in two orders. Set `scheme` to
none: each word gets the same output in both.

*Often misread:* that without positions the two sentences come out identical. They come out
*permuted*: each output moves along with its word, so the layer knows a bag of words and no
order. And that positions are needed for order at all: switch `causal` on, and the mask alone
breaks the tie, because a later word now sees more of the sentence than an earlier one.

With `shuffled` left empty, your sentence is compared with itself read backwards. Next:
whole sentences in [self-attention](self-attention).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts import _positions_figure as panels
from tui_transformer.concepts._positions_orders import attention_map, orders
from tui_transformer.concepts._positions_reading import Reading, read
from tui_transformer.concepts._positions_tasks import SAME, TASKS
from tui_transformer.controls import Array, choice, integer, real, seed, text, toggle
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.positions import sinusoidal, wavelengths
from tui_transformer.nn.words import Sentence, folded, matched, split
from tui_transformer.numbers import number


@dataclass(frozen=True, eq=False)
class Positions(Model):
    """Encodings of places, and one layer of attention that reads two orders of some words."""

    length: int = integer(32, 2, 256, help="How many places are drawn.")
    position: int = integer(5, 0, lambda m: m.length - 1, help="The place that is looked at.")
    scheme: str = choice(
        "sinusoidal",
        "sinusoidal",
        "rotary",
        "none",
        help="Add waves to the words, turn q and k by them, or neither.",
    )
    causal: bool = toggle(False, help="Let no word see the words after it.")
    d_model: int = integer(
        32, 2, 128, step=2, help="How many numbers a vector has; even, for they come in pairs."
    )
    base: float = real(
        10_000.0,
        10,
        100_000,
        log=True,
        help="Sets the waves: the longest has 2π·base^(1 − 2/d) places.",
    )
    sentence: str = text(
        "the cat sat on the mat",
        max_length=20_000,
        help="What the layer reads: any words, up to 256.",
    )
    shuffled: str = text(
        "the mat sat on the cat",
        max_length=20_000,
        samples=("the mat sat on the cat", "mat the on sat cat the", "the cat sat on the mat"),
        help="The same words in another order; empty is backwards.",
    )
    seed: int = seed()

    def __post_init__(self) -> None:
        """Round an odd d_model down: dimensions come in pairs."""
        super().__post_init__()
        object.__setattr__(self, "d_model", self.d_model - self.d_model % 2)

    def idle(self) -> Mapping[str, str]:
        """A single wave has no other to be longer than."""
        return (
            {"base": "One wave is 2π long whatever base is: raise d_model."}
            if self.d_model == 2
            else {}
        )

    @value
    def encoding(self) -> Array:
        """Sine and cosine of each place's angles, interleaved, [length, d_model]; 0 for none."""
        if self.scheme == "none":
            return np.zeros((self.length, self.d_model))
        return sinusoidal(self.length, self.d_model, self.base)

    @value
    def similarity(self) -> Array:
        """The dot product of the chosen place's encoding with every place's, [length]."""
        scores: Array = self.encoding @ self.encoding[self.position]
        return scores

    @value
    def wavelengths(self) -> Array:
        """After how many places each wave repeats, [d_model/2]."""
        return wavelengths(self.d_model, self.base)

    @value
    def order_difference(self) -> float | None:
        """The most by which a word's output differs between the orders; null without a pair."""
        return float(self.differences.max()) if len(self.pairs) else None

    @derived
    def first(self) -> Sentence:
        """The sentence in its words."""
        return split(self.sentence)

    @derived
    def second(self) -> Sentence:
        """The other order in its words."""
        other = split(self.shuffled)
        return Sentence(self.first.words[::-1], self.first.cut) if other.empty else other

    @derived
    def same_words(self) -> bool:
        """Whether the second sentence is a reordering of the first."""
        return Counter(map(folded, self.first.words)) == Counter(map(folded, self.second.words))

    @derived
    def reordered(self) -> bool:
        """Whether the two are the same words in orders that differ."""
        first, second = (tuple(map(folded, one.words)) for one in (self.first, self.second))
        return self.same_words and first != second

    @derived
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The places of each word in both orders; a repeated word's k-th with its k-th."""
        return matched(self.first.words, self.second.words)

    @derived
    def readings(self) -> tuple[Reading, Reading]:
        """What the layer makes of both orders."""
        state = self.scheme, self.causal, self.d_model, self.base, self.seed
        return read(self.first.words, *state), read(self.second.words, *state)

    @derived
    def gaps(self) -> Array:
        """How each paired word's output differs between the orders, [pairs, d_model]."""
        here, there = (list(places) for places in zip(*self.pairs, strict=True))
        one, other = self.readings
        gaps: Array = np.abs(one.output[here] - other.output[there])
        return gaps

    @derived
    def differences(self) -> Array:
        """The largest difference of each paired word, [pairs]."""
        largest: Array = self.gaps.max(axis=1)
        return largest


def view(m: Positions) -> Figure:
    """The waves, what two places score, and what order does to a layer that reads words."""
    return Figure(
        rows=(
            (panels.encodings(m),),
            (orders(m),),
            (panels.similarities(m), panels.waves(m)),
            (panels.distances(m), panels.wave_table(m)),
            (attention_map(m, 0), attention_map(m, 1)),
        ),
        says=says(m),
        formula=panels.formula(m),
        data=f"yours, random (seed {m.seed})",
    )


def says(m: Positions) -> str:
    """Say what order does in this state, and what two neighbouring places score."""
    note = m.first.note or m.second.note
    short, whole = about_order(m)
    return f"{note} {short}" if note else whole


def about_order(m: Positions) -> tuple[str, str]:
    """Say what order does: in few words, where a note stands before them, and in more."""
    backwards = "; empty `shuffled` to read yours backwards."
    if m.order_difference is None:
        return "No word in common.", f"No word in common, so no gap{backwards}"
    gap = number(m.order_difference, 2)
    if not m.same_words:
        said = f"Not the same words (gap {gap})"
        return f"{said}.", f"{said}{backwards}"
    if not m.reordered:
        said = "Both sentences are in the same order"
        return f"{said}.", f"{said}: their outputs cannot differ."
    if m.scheme == "none" and m.causal:
        return (
            f"The mask alone tells order (gap {gap}).",
            f"The causal mask alone tells order: outputs move by up to {gap}.",
        )
    if m.order_difference <= SAME:
        return (
            "No order seen: the same outputs.",
            f"No order seen: each word gets the same output in both, within {gap}.",
        )
    moved = f"order moves outputs by up to {gap}."
    return f"O{moved[1:]}", f"{panels.neighbours(m)}; {moved}"


CONCEPT = Concept(
    Positions,
    view,
    presets={
        "sinusoidal": {},
        "no positions": {"scheme": "none"},
        "the causal mask alone": {"scheme": "none", "causal": True},
        "rotary": {"scheme": "rotary"},
        "one wave repeats": {"d_model": 2, "length": 64, "position": 44},
        "four numbers a place": {"d_model": 4, "length": 8, "position": 1},
        "short waves (base 10)": {"base": 10.0, "length": 64},
        "256 places, 128 numbers": {"length": 256, "d_model": 128, "position": 128},
        "dog bites man, no order": {
            "scheme": "none",
            "sentence": "dog bites man",
            "shuffled": "man bites dog",
        },
    },
    challenges=TASKS,
)
