"""The controls of `real-model`, and what they open: a model, a text, and what it made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_transformer.concepts._neurons import Neurons
from tui_transformer.concepts._real_model_places import AUTO
from tui_transformer.concepts.real_model import cutting, files, reading
from tui_transformer.concepts.real_model.controls import ModelName
from tui_transformer.concepts.real_model.files import Loaded
from tui_transformer.concepts.real_model.reading import MOST, Reading
from tui_transformer.concepts.real_model.sentences import (
    CAT,
    FRANCE,
    GREEDY,
    KITTEN,
    MILK,
    ROME,
    SWEET,
)
from tui_transformer.concepts.real_model.writing import Rule
from tui_transformer.controls import BadValue, choice, integer, real, seed, toggle, wires
from tui_transformer.controls import text as typed
from tui_transformer.model import derived
from tui_transformer.nn.cutting import Wire

LONGEST = 500  # characters; 64 tokens are rarely more than 300
FURTHEST = 200  # tokens that it writes
DRAWING = ("temperature", "top_k", "top_p", "seed")


@dataclass(frozen=True, eq=False)
class Opened(Neurons):
    """A model, a text, how it goes on, and where one looks inside."""

    model: str = field(
        default=AUTO,
        metadata={
            "control": ModelName(
                default=AUTO,
                max_length=4000,
                help="The model: auto, one that was found, or a folder or file of yours.",
            )
        },
    )
    text: str = typed(
        CAT,
        max_length=LONGEST,
        samples=(CAT, SWEET, GREEDY, ROME, FRANCE),
        help=f"What it reads, up to {MOST} tokens of it; type your own.",
    )
    tokens: int = integer(
        0, 0, lambda m: m.room, help="How many tokens it has written after the text."
    )
    temperature: float = real(0.0, 0, 5, help="Divides the logits; 0 always takes the largest.")
    top_k: int = integer(0, 0, 1000, help="Draw from so many tokens; 0 from all.")
    top_p: float = real(1.0, 0.01, 1, 0.01, help="Draw from this share of them; 1 is all.")
    seed: int = seed()
    layer: int = integer(4, 1, lambda m: m.layers, help="The layer that is looked into.")
    head: int = integer(1, 0, lambda m: m.heads - 1, help="The head of that layer, from 0.")
    cut: str = wires(lambda m: (m.layers, m.heads, m.d_ff))
    query: int = integer(
        7,
        -1,
        lambda m: m.places - 1,
        help="The token that is looked at, from 0; −1 is always the last.",
    )
    causal: str = choice(
        "as-trained",
        "as-trained",
        "causal",
        "full",
        on="causal",
        off="full",
        help="Whether the future is hidden: as it was in training, always, never.",
    )
    worth: bool = toggle(
        False,
        costly=True,
        help="Try it without each head, one at a time: a map of what that does.",
    )
    other: str = typed(
        MILK,
        max_length=LONGEST,
        samples=(MILK, KITTEN, "Share prices fell sharply today."),
        help="Another sentence; an encoder says how alike the two are.",
    )

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
        if not self.room:
            idle["tokens"] = "This writes nothing: it is an encoder, or full."
        if not self.tokens:
            idle |= dict.fromkeys(DRAWING, "Nothing is drawn until it writes.")
        elif not self.temperature:
            idle |= dict.fromkeys(DRAWING[1:], "At temperature 0 it is always the likeliest.")
        return idle

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
        trained, causal = self.source.network.causal, self.sees_back
        try:
            cut = cutting.without(self.source, self.cut, self.text, causal)
            first = reading.read(cut, self.text, causal, self.tokens, self.rule)
            return first, None if trained else reading.read(cut, self.other, causal)
        except BadValue as problem:
            return problem, None

    @property
    def sees_back(self) -> bool:
        """Whether each token sees only what comes before it."""
        trained = self.loaded is not None and self.loaded.network.causal
        return {"causal": True, "full": False}.get(self.causal, trained)

    @derived
    def loaded(self) -> Loaded | None:
        """The whole model, where there is one."""
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
    def d_ff(self) -> int:
        """How many neurons a layer has."""
        return self.loaded.network.block.d_ff if self.loaded else 1536

    @derived
    def places(self) -> int:
        """How many tokens are read, those that it wrote included."""
        return self.given + self.tokens if self.loaded else MOST

    @derived
    def given(self) -> int:
        """How many tokens the text has that are read."""
        return len(reading.tokenized(self.loaded, self.text)[0]) if self.loaded else MOST

    @property
    def room(self) -> int:
        """How many tokens it can write: none where it is no decoder, or sees the future."""
        if self.loaded is None or not self.loaded.network.causal or self.causal == "full":
            return 0
        return min(FURTHEST, self.loaded.network.context - self.given)

    @property
    def rule(self) -> Rule | None:
        """How tokens are drawn; what draws nothing makes no difference."""
        if not self.tokens:
            return None
        if self.temperature == 0:
            return Rule()
        return Rule(self.temperature, self.top_k, self.top_p, self.seed)

    @derived
    def at(self) -> int:
        """The token that is looked at."""
        return self.query if self.query >= 0 else self.places - 1

    def wire(self) -> Wire:
        """The head that is looked at."""
        return Wire(self.layer - 1, self.head)

    @property
    def reading(self) -> Reading:
        """The text as the model read it; raises BadValue where there is none."""
        if isinstance(self.opened[0], BadValue):
            raise self.opened[0]
        return self.opened[0]
