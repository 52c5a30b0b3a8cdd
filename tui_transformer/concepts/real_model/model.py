"""What `real-model` computes: a text, read by a published model, and what one can see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.real_model import cutting, reading
from tui_transformer.concepts.real_model.opened import Opened
from tui_transformer.concepts.real_model.reading import Reading, Said, lens_of
from tui_transformer.controls import BadValue
from tui_transformer.model import derived, value
from tui_transformer.nn.cutting import Wire
from tui_transformer.nn.published.wordpiece import WordPiece
from tui_transformer.steps.pretrained import Pretrained
from tui_transformer.steps.published_written import PublishedWritten
from tui_transformer.terms.named import Named

BATCH = 200  # entries of the vocabulary that are added up at once


@dataclass(frozen=True, eq=False)
class RealModel(Opened):
    """A model and a text, and what one can see of both."""

    @value.named("tokens")
    def tokens_read(self) -> list[str]:
        """The text in the model's own tokens, [t]; then those that it wrote."""
        return list(self.read.names) if self.read else []

    @value
    def token_ids(self) -> list[int]:
        """Their numbers in the model's vocabulary, [t]."""
        return [int(i) for i in self.read.run.tokens] if self.read else []

    @value.named("text")
    def text_so_far(self) -> str:
        """What was given and what was written."""
        if self.read is None:
            return ""
        if isinstance(self.read.loaded.tokenizer, WordPiece):
            return self.text
        return self.read.loaded.tokenizer.text(self.token_ids)

    @value
    def attention(self) -> Array:
        """Who looks at whom in the chosen layer, [h, t, t]; rows add up to 1."""
        if self.read is None:
            return np.zeros((0, 0, 0))
        return reading.layer_attention(self.read, self.layer - 1)

    @value
    def top_tokens(self) -> list[tuple[str, float, float]]:
        """What the last layer says at the chosen token, best first: [token, logit, probability].

        Of a model with an output head, the next (or the masked) token; of one without, the
        entries of the vocabulary whose embedding has the largest dot product.
        """
        return self.entries(self.layers)

    @value
    def lens(self) -> list[list[tuple[str, float]]]:
        """What each place would say before the first layer and after each: [L+1, t] of
        [token, probability], the likeliest."""
        return lens_of(self.read) if self.read else []

    @value
    def contributions(self) -> list[tuple[str, float]]:
        """Who wrote the likeliest next token's logit at the chosen place: parts that add up to it.

        None of an encoder, whose stream is normed after every part.
        """
        return reading.wrote(self.read, self.at) if self.read and self.read.network.causal else []

    @value
    def kv_cache_bytes(self) -> int | None:
        """What the keys and values of its tokens take; null for an encoder, which keeps none."""
        writes = self.read is not None and self.read.network.causal
        return self.read.run.cache_bytes if self.read and writes else None

    @value
    def similarity(self) -> float | None:
        """The cosine between text and other, as the last layer has them; encoders only."""
        return float(self.similarities[-1]) if len(self.similarities) else None

    @value
    def parameter_count(self) -> int | None:
        """How many trained numbers it computes with."""
        return self.loaded.network.parameter_count() if self.loaded else None

    @value
    def problem(self) -> str | None:
        """Why no model is shown, in one sentence; null where one is."""
        return str(self.opened[0]) if isinstance(self.opened[0], BadValue) else None

    @derived
    def row(self) -> Array:
        """How the chosen token shares out its attention in the chosen head, [t]."""
        return self.attention[self.head, self.at]

    # ── inside ─────────────────────────────────────────────────────────────────────────

    @derived
    def every_score(self) -> Array:
        """How well each key fits each query, q·k/√d, in every layer, [L, h, t, t]."""
        return reading.scores(self.reading)

    @derived
    def every_head(self) -> Array:
        """Who looks at whom in every layer, [L, h, t, t]."""
        return reading.attention(self.reading)

    @derived
    def looks(self) -> Array:
        """Where the chosen token looks in every head, [L, h, t]."""
        return reading.looks(self.reading, self.at)

    @derived
    def favourite(self) -> int:
        """The token that the chosen one looks at most, in the chosen head."""
        return int(np.argmax(self.row))

    @derived
    def parked(self) -> Array:
        """How much the chosen token looks at places that mean nothing, in every head, [L, h]."""
        return np.sum(self.looks[..., list(self.reading.parked)], axis=-1)

    @derived
    def said(self) -> Said:
        """What the chosen token says after each layer."""
        return reading.said(self.reading, self.at)

    @derived
    def vectors(self) -> Array:
        """The chosen token after each layer, as it is multiplied with the table, [L+1, d]."""
        return self.said.vectors

    @derived
    def best_logits(self) -> Array:
        """How well the best entries of the vocabulary fit it, [L+1, 10]."""
        return self.said.logits

    @derived
    def every_logit(self) -> Array:
        """How well each entry of the vocabulary fits it, [L+1, V]; the best in float64."""
        return reading.all_scores(self.reading.network, self.said)

    @derived
    def batches(self) -> Array:
        """Σ e^(z − the best z) over every 200 entries of the vocabulary, [L+1, V/200]."""
        powers = np.exp(self.every_logit - self.best_logits[:, :1])
        return np.add.reduceat(powers, range(0, powers.shape[1], BATCH), axis=1)

    @derived
    def wholes(self) -> Array:
        """ln Σ e^z over the vocabulary, [L+1]."""
        return self.said.whole

    @derived
    def chances(self) -> Array:
        """The probability of the best entries, [L+1, 10]."""
        return self.said.chances

    @derived
    def means(self) -> Array:
        """The mean of all places of text and of other, in float64, [2, L+1, d]."""
        readings = (one for one in self.opened if isinstance(one, Reading))
        return np.array([[x.mean(0, np.float64) for x in r.run.streams] for r in readings])

    @derived
    def lengths(self) -> Array:
        """How long those means are, [2, L+1]."""
        return np.linalg.norm(self.means, axis=-1)

    @derived
    def similarities(self) -> Array:
        """The cosine between text and other after each layer, [L+1]; empty for a decoder."""
        if len(self.means) < 2:
            return np.zeros(0)
        units = self.means / np.where(self.lengths == 0, 1, self.lengths)[..., None]
        return np.sum(units[0] * units[1], axis=-1)

    @derived
    def minilm_bytes(self) -> int:
        """How large the model is that can be had: 22.7 million numbers of 4 bytes."""
        embedding = (30_522 + 512 + 2 + 2) * 384
        return 4 * (embedding + 6 * (12 * 384**2 + 13 * 384) + 384**2 + 384)

    @derived
    def inside(self) -> tuple[Pretrained, ...]:
        """The ways of text and other with names: how each of their numbers came about."""
        readings = (one for one in self.opened if isinstance(one, Reading))
        return tuple(
            Pretrained(one.network, one.run, one.causal, self.prefix + prefix)
            for one, prefix in zip(readings, ("", "other."), strict=False)
        )

    @derived
    def favoured(self) -> int:
        """The entry of the vocabulary that the chosen token says in the end."""
        return int(self.said.tokens[-1, 0])

    @derived
    def effects(self) -> Array:
        """What the loss of each head does, in percentage points, [L, h]: to the probability of
        what comes next; of an encoder, to how alike text and other are."""
        first, other = self.reading, self.opened[1]
        token = -1 if other else self.favoured
        now = reading.cosine(first, other) if other else reading.chance(first, self.at, token)
        every = cutting.worth(first, other, 0 if other else self.at, token).every()
        return 100 * (every - now)

    def without(self, wire: Wire) -> Self:
        """The same state without one more wire: what was read goes through again from there."""
        there = self.replace(cut=f"{self.cut} {wire}".strip())
        again = (one and cutting.again(one, wire) for one in (self.reading, self.opened[1]))
        vars(there)["opened"] = tuple(again)  # it may have been written: those tokens are read
        vars(there)["prefix"] = f"without_{wire}."
        return there

    @derived
    def prefix(self) -> str:
        """What stands before the names of its numbers, where it is seen beside another state."""
        return ""

    def _name(self, name: str) -> Named:
        named = super()._name(name)
        named.name = self.prefix + named.name
        return named

    @derived
    def written(self) -> PublishedWritten:
        """The components of a logit, with names: the same text, read in float64."""
        network, run = reading.exact(self.reading)
        inside = Pretrained(network, run, self.reading.causal, "exact.")
        return PublishedWritten(inside, self.at, self.favoured)

    def sources(self) -> Mapping[str, Array]:
        """The tensors of the file, by their names in it; with what is cut as 0."""
        return self.read.network.tensors if self.read else {}

    def entries(self, layer: int) -> list[tuple[str, float, float]]:
        """What the chosen token says after a layer, in the best entries of the vocabulary."""
        if self.read is None:
            return []
        said = (self.said.tokens[layer], self.best_logits[layer], self.chances[layer])
        return [(self.read.name(int(i)), float(z), float(p)) for i, z, p in zip(*said, strict=True)]
