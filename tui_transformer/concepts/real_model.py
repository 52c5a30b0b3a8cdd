"""
No toy any more: weights that others trained on a good part of the internet, and published. The
arithmetic is the one you know, the same [blocks](block) in the same code. Only the numbers
are not ours, and there are millions.

What is found opens by itself: *all-MiniLM-L6-v2*, an encoder that makes a sentence into one
vector. Name a folder of GPT-2 as `model`, and it says what comes [next](generation). Type a
`text` of your own: nothing here is prepared.

In layer 4, head 1 links *it* to the *cat*. Nobody designed that, as we did for
[self-attention](self-attention). Now let the milk be the reason: write *sweet* for *thirsty*,
and the link moves. In layer 1, head 2 every token looks at the one before. And many heads
**park**: with nothing to find they put their shares on [CLS], [SEP] or the first token, where
they do no harm.

`query` 0 is [CLS], which stands for nothing. Yet after the last layer, compared with the
embeddings that went in, it names the topic (preset 5). This file has no head for words; that
reading is ours.

`other` is a second sentence: the angle between the two mean vectors says how alike they are.

*Often misread:* that such a link is understanding. Write *greedy*, and *it* becomes the milk. And
*the milk drank the cat* is 0.99 alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concept import Concept
from tui_transformer.concepts import _real_model_figure as panels
from tui_transformer.concepts import _real_model_files as files
from tui_transformer.concepts import _real_model_reading as reading
from tui_transformer.concepts._real_model_challenges import (
    CAT,
    CHALLENGES,
    FRANCE,
    GREEDY,
    KITTEN,
    MILK,
    ROME,
    SWEET,
)
from tui_transformer.concepts._real_model_controls import CausalChoice, ModelName
from tui_transformer.concepts._real_model_files import Loaded
from tui_transformer.concepts._real_model_places import AUTO
from tui_transformer.concepts._real_model_reading import MOST, Reading
from tui_transformer.controls import BadValue, integer
from tui_transformer.controls import text as typed
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value

LONGEST = 500  # characters; 64 tokens are rarely more than 300


@dataclass(frozen=True, eq=False)
class RealModel(Model):
    """A model, a text, and where one looks inside."""

    model: str = field(
        default=AUTO,
        metadata={"control": ModelName(
            default=AUTO, max_length=4000,
            help="The model: auto, one that was found, or a folder or file of yours.")},
    )  # fmt: skip
    text: str = typed(
        CAT, max_length=LONGEST, samples=(CAT, SWEET, GREEDY, ROME, FRANCE),
        help=f"What it reads, up to {MOST} tokens of it; type your own.",
    )  # fmt: skip
    layer: int = integer(4, 1, lambda m: m.layers, help="The layer that is looked into.")
    head: int = integer(1, 0, lambda m: m.heads - 1, help="The head of that layer, from 0.")
    query: int = integer(
        7,
        -1,
        lambda m: m.places - 1,
        help="The token that is looked at, from 0; −1 is always the last.",
    )
    causal: str = field(
        default="as-trained",
        metadata={"control": CausalChoice(
            default="as-trained", choices=("as-trained", "causal", "full"),
            help="Whether the future is hidden: as it was in training, always, never.")},
    )  # fmt: skip
    other: str = typed(
        MILK, max_length=LONGEST, samples=(MILK, KITTEN, "Share prices fell sharply today."),
        help="Another sentence; an encoder says how alike the two are.",
    )  # fmt: skip

    def idle(self) -> Mapping[str, str]:
        """Without a model nothing counts but which one; a decoder makes no mean of a sentence."""
        if self.loaded is None:
            why = "No model is here that this could be about."
            return {name: why for name in self.controls() if name != "model"}
        idle = {}
        if self.loaded.network.causal:
            idle["other"] = "Only an encoder compares two sentences."
        if self.places == 1:
            idle["query"] = "There is one token, and it is looked at."
        return idle

    @value
    def tokens(self) -> list[str]:
        """The text in the model's own tokens, [t]."""
        return list(self.read.names) if self.read else []

    @value
    def token_ids(self) -> list[int]:
        """Their numbers in the model's vocabulary, [t]."""
        return [int(i) for i in self.read.run.tokens] if self.read else []

    @value
    def attention(self) -> Array:
        """Who looks at whom in the chosen layer, [h, t, t]; rows add up to 1."""
        return self.read.every_head[self.layer - 1] if self.read else np.zeros((0, 0, 0))

    @value
    def top_tokens(self) -> list[tuple[str, float, float]]:
        """What the last layer says at the chosen token, best first: [token, logit, probability].

        Of a model with an output head, the next (or the masked) token; of one without, the
        entries of the vocabulary whose embedding has the largest dot product.
        """
        return self.said(-1, reading.SHOWN)

    @value
    def lens(self) -> list[list[tuple[str, float, float]]]:
        """The same read off before the first layer and after each, the best three of each."""
        return [self.said(layer, 3) for layer in range(self.layers + 1)] if self.read else []

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
    def source(self) -> Loaded | BadValue:
        """The model, or why there is none."""
        try:
            return files.load(self.model)
        except BadValue as problem:
            return problem

    @derived
    def opened(self) -> tuple[Reading | BadValue, Reading | None]:
        """The text as the model read it, or why it did not; and the other sentence."""
        if isinstance(self.source, BadValue):
            return self.source, None
        trained = self.source.network.causal
        causal = {"causal": True, "full": False}.get(self.causal, trained)
        try:
            first = reading.read(self.source, self.text, causal)
            return first, None if trained else reading.read(self.source, self.other, causal)
        except BadValue as problem:
            return problem, None

    @derived
    def refused(self) -> str:
        """What is wrong, as the line at the top says it."""
        if isinstance(self.opened[0], files.NoModel) and self.model == AUTO:
            return "No published model is here yet; below is what to do, in one line."
        said = self.problem or ""
        if isinstance(self.opened[0], files.Unusable):
            said = f"{self.opened[0].cause}."  # the path stands among the controls
        return f"{said[:1].upper()}{said[1:]}"

    @derived
    def loaded(self) -> Loaded | None:
        """The model, where there is one."""
        return None if isinstance(self.source, BadValue) else self.source

    @derived
    def read(self) -> Reading | None:
        """The text as the model read it, where there is one."""
        return None if isinstance(self.opened[0], BadValue) else self.opened[0]

    @derived
    def layers(self) -> int:
        """How many layers there are; where no model is, as many as the smallest would have."""
        return self.loaded.network.layers if self.loaded else 6

    @derived
    def heads(self) -> int:
        """How many heads a layer has."""
        return self.loaded.network.block.heads if self.loaded else 12

    @derived
    def places(self) -> int:
        """How many tokens are read."""
        return len(reading.tokenized(self.loaded, self.text)[0]) if self.loaded else MOST

    @derived
    def at(self) -> int:
        """The token that is looked at."""
        return self.query if self.query >= 0 else self.places - 1

    @derived
    def row(self) -> Array:
        """How the chosen token shares out its attention in the chosen head, [t]."""
        row: Array = self.attention[self.head, self.at]
        return row

    @derived
    def similarities(self) -> Array:
        """The cosine between text and other after each layer, [L+1]; empty for a decoder."""
        first, second = self.opened
        if isinstance(first, BadValue) or second is None:
            return np.zeros(0)
        cosines: Array = np.sum(first.pooled * second.pooled, axis=-1)
        return cosines

    def said(self, layer: int, count: int) -> list[tuple[str, float, float]]:
        """What the chosen token says after a layer, in so many entries."""
        if self.read is None:
            return []
        said = self.read.said(self.at)
        every = zip(said.tokens[layer], said.logits[layer], said.chances[layer], strict=True)
        return [(self.read.name(int(i)), float(z), float(p)) for i, z, p in every][:count]


def view(m: RealModel) -> Figure:
    """The text, where a head looks, what the layers say; or what to do where no model is."""
    return panels.figure(m, m.read) if m.read else panels.nothing(m)


CONCEPT = Concept(
    RealModel,
    view,
    presets={
        "it was thirsty": {},
        "it was sweet": {"text": SWEET},
        "always the one before": {"layer": 1, "head": 2},
        "parked: nothing to find": {"layer": 3, "head": 7},
        "[CLS] names the topic": {"text": ROME, "query": 0, "layer": 6, "head": 0},
        "the same in other words": {"other": KITTEN},
        "blind to what follows": {"causal": "causal"},
        "greedy, and wrong": {"text": GREEDY},
        "a beginning, for GPT-2": {"model": "gpt2", "text": FRANCE, "query": -1},
    },
    challenges=CHALLENGES,
)
