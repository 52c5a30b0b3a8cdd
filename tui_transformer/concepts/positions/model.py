"""What `positions` computes: encodings of places, and a layer that reads two orders of words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.positions import network
from tui_transformer.controls import choice, integer, real, seed, text, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.made_up.words import Sentence, folded, matched, split, word_vectors
from tui_transformer.nn.positions import rotate, sinusoidal, wavelengths
from tui_transformer.terms import Named

SAME = 1e-12  # below this, two outputs differ by rounding only


@dataclass(frozen=True, eq=False)
class Positions(Model):
    """Encodings of places, and one layer of attention that reads two orders of some words."""

    length: int = integer(32, 2, 256, help="How many places are drawn.")
    position: int = integer(5, 0, lambda m: m.length - 1, help="The place that is looked at.")
    scheme: str = choice(
        "sinusoidal",
        "sinusoidal",
        "rotary",
        "learned",
        "none",
        help="Add waves to the words, turn q and k by them, add a trained table, or nothing.",
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
        """Sine and cosine of each place's angles, interleaved, [length, d_model]; 0 for none.

        Learned: the first d_model numbers of each place in the table of the model that writes.
        """
        if self.scheme == "none":
            return np.zeros((self.length, self.d_model))
        if self.scheme == "learned":
            return network.learned(self.length, self.d_model)
        return sinusoidal(self.length, self.d_model, self.base)

    @value
    def similarity(self) -> Array:
        """The dot product of the chosen place's encoding with every place's, [length]."""
        return self.encoding @ self.encoding[self.position]

    @value
    def wavelengths(self) -> Array:
        """After how many places each wave repeats, [d_model/2]."""
        return wavelengths(self.d_model, self.base)

    @value
    def order_difference(self) -> float | None:
        """The most by which a word's output differs between the orders; null without a pair."""
        return float(self.differences.max()) if len(self.pairs) else None

    @derived
    def ends(self) -> Array:
        """The least and the most that each number is at any place, [d_model, 2]."""
        return np.stack([self.encoding.min(axis=0), self.encoding.max(axis=0)], axis=1)

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
    def readings(self) -> tuple[network.Reading, network.Reading]:
        """What the layer makes of both orders."""
        state = self.scheme, self.causal, self.d_model, self.base, self.seed
        return network.read(self.first.words, *state), network.read(self.second.words, *state)

    @derived
    def reading(self) -> dict[str, tuple[Array, Array]]:
        """Every step of the layer by name, in both orders, [2][n, …]."""
        one, other = self.readings
        return {name: (getattr(one, name), getattr(other, name)) for name in network.STEPS}

    @derived
    def gaps(self) -> Array:
        """How each paired word's output differs between the orders, [pairs, d_model]."""
        here, there = (list(places) for places in zip(*self.pairs, strict=True))
        one, other = self.readings
        return np.abs(one.output[here] - other.output[there])

    @derived
    def differences(self) -> Array:
        """The largest difference of each paired word, [pairs]."""
        return self.gaps.max(axis=1)

    @derived
    def turned(self) -> tuple[Array, Array]:
        """Query and key of the first word, turned to every place, [2][length, d_model]."""
        words, places = self.readings[0], np.arange(self.length)
        q, k = (np.tile(x[:1], (self.length, 1)) for x in (words.q, words.k))
        return rotate(q, places, self.base), rotate(k, places, self.base)

    @derived
    def products(self) -> Array:
        """What meets at two places: their encodings, or a query and a key, [length, length]."""
        here, there = self.turned if self.scheme == "rotary" else (self.encoding, self.encoding)
        return here @ there.T

    @derived
    def drawn(self) -> dict[str, Named]:
        """The words' own vectors in both orders, [n, d_model], the layer's matrices, and the
        table of places where it is used."""
        here, there = (
            word_vectors(order.words, self.d_model, self.seed)
            for order in (self.first, self.second)
        )
        w_q, w_k, w_v = network.projections(self.d_model, self.seed)
        arrays = {"words_here": here, "words_there": there, "W_q": w_q, "W_k": w_k, "W_v": w_v}
        named = {name: Named(name, array, "draw") for name, array in arrays.items()}
        if self.scheme == "learned":
            named["learned"] = Named("learned", network.table(), "weight")
        return named

    def sources(self) -> Mapping[str, Array]:
        """What the seed drew, and what was learned."""
        return {name: named.values for name, named in self.drawn.items()}
