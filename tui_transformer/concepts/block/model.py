"""What `block` computes: a sentence on its way through a stack of transformer blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_transformer.arrays import Array
from tui_transformer.concepts import _sorter_weights as sorter
from tui_transformer.concepts.block import run
from tui_transformer.controls import choice, integer, seed, text, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.made_up.sorting import PLAN as SORTER
from tui_transformer.nn.made_up.words import Sentence, split
from tui_transformer.nn.transformer import Block
from tui_transformer.steps import block as steps

LAYERS = SORTER.layers


@dataclass(frozen=True, eq=False)
class TransformerBlock(Model):
    """A sentence, a stack of equal blocks with random weights, and where the clock is."""

    attention: bool = toggle(True, help="Off: it adds nothing; its weights stay as they are.")
    feed_forward: bool = toggle(True, help="Off: it adds nothing; its weights stay as they are.")
    norm: str = choice("pre", "pre", "post", help="Norm before each part, or after each addition.")
    residual: bool = toggle(True, help="Off: what a part says replaces the stream.")
    normalize: bool = toggle(True, help="Off: both norms pass on what they get.")
    causal: bool = toggle(False, help="Let no word see the words after it.")
    activation: str = choice("gelu", "gelu", "relu", help="Bends the hidden units; exact GELU.")
    weights: str = choice(
        "random", "random", "sorter", help="Drawn by the seed, or those that the sorter learned."
    )
    blocks: int = integer(
        1,
        1,
        lambda m: LAYERS if m.weights == "sorter" else 96,
        log=True,
        help="How many blocks; each has its own weights.",
    )
    stage: int = integer(
        0,
        0,
        lambda m: run.STEPS * m.blocks,
        help="The step that is lit: 8 a block, through all blocks.",
    )
    sentence: str = text(
        "the cat sat on the mat",
        max_length=20_000,
        samples=("the cat sat on the mat", "dog bites man", "man bites dog"),
        help="What goes in: any words, up to 256.",
    )
    token: int = integer(
        1, 0, lambda m: len(m.words) - 1, help="The word that is lit in every panel."
    )
    d_model: int = integer(16, 2, 128, step=2, help="Channels: how many numbers a word has.")
    heads: int = integer(
        2,
        1,
        lambda m: min(m.d_model, 32),
        divides="d_model",
        help="How many heads share the channels.",
    )
    seed: int = seed()

    @value
    def stages(self) -> dict[str, Array]:
        """What came about in the last block, by name and in its order, each [n, d_model].

        Row i is word i. pre: norm_1 = norm(input), attention = attention(norm_1),
        after_attention = input + attention, norm_2 = norm(after_attention),
        feed_forward = feed_forward(norm_2), output = after_attention + feed_forward.
        post: attention = attention(input), after_attention = input + attention,
        norm_1 = norm(after_attention), feed_forward = feed_forward(norm_1),
        norm_2 = norm(norm_1 + feed_forward), output = norm_2. Without the residual the first
        summand of each sum is left out; a part that is off is all 0.
        """
        return self.last.trace.stages

    @value.named("attention")
    def attention_shares(self) -> Array:
        """Who looks at whom in the last block, [h, n, n]: head, query, key; rows add up to 1.

        softmax(q·kᵀ/√d_head), d_head = d_model/heads; causal gives later words exactly 0.
        All 0 where attention is off.
        """
        return self.last.trace.weights

    @value
    def output(self) -> Array:
        """What the last block hands on, [n, d_model]."""
        return self.last.trace.output

    @value
    def parameter_count(self) -> int:
        """How many weights one block has, 12·d_model² + 13·d_model, whatever is switched off."""
        return self.settings.plan.parameter_count()

    @value.named("weights")
    def weights_of_last(self) -> dict[str, Array]:
        """All weights of the last block. Row vectors times matrices: y = x·W + b, W [in, out].

        norm_1.* and norm_2.*: gain and bias [d_model], norm(x) = gain·(x − mean)/√(variance +
        ε) + bias over a row, population variance, ε = 1e-5. attention.w_q, w_k, w_v, w_o
        [d_model, d_model] and their b_* [d_model]; heads are consecutive groups of d_head
        columns of q, k and v, head 0 first, and what they found is joined in the same order
        before w_o. feed_forward.w_1 [d_model, 4·d_model], b_1, then the activation (gelu is
        the exact x·Φ(x) with erf), then w_2 [4·d_model, d_model], b_2.
        """
        return self.last.weights

    @value
    def tokens(self) -> tuple[str, ...]:
        """The words of the sentence, n of them.

        Each is a standard normal vector from its own hash and the seed, plus the sinusoidal
        encoding of its place: stages.input of the first block.
        """
        return self.words

    @value
    def stream_norms(self) -> tuple[float, ...]:
        """The stream's length a word, √(mean squared row length): 2·blocks + 1 of them.

        Of the first block's input, then after each half of each block (in post-LN after that
        half's norm).
        """
        return self.after.sizes

    @value
    def stream_edits(self) -> tuple[float, ...]:
        """How far each half of each block moved the stream, measured the same way: 2·blocks."""
        return self.after.moves

    def idle(self) -> Mapping[str, str]:
        """Nobody looks where attention is off or there is one word."""
        idle = {} if not self.trained else self.set_by_training()
        if not self.attention:
            idle["causal"] = "Attention is off: nobody looks at all."
        if len(self.words) == 1:
            idle |= {
                "token": "There is one word, and it is lit.",
                "causal": "One word has no later word to see.",
            }
        return idle

    def set_by_training(self) -> dict[str, str]:
        """What the trained weights leave no choice of."""
        idle = {
            "d_model": f"The sorter's vectors have {sorter.D_MODEL} numbers.",
            "heads": f"The sorter has {SORTER.heads} heads.",
            "activation": "The sorter was trained with GELU.",
        }
        if all(sorter.letter(word) is not None for word in self.words):
            idle["seed"] = "Nothing here is drawn."
        return idle

    @derived
    def trained(self) -> bool:
        """Whether the weights are the sorter's."""
        return self.weights == "sorter"

    @derived
    def width(self) -> int:
        """How many numbers a word has."""
        return self.settings.plan.d_model

    @derived
    def typed(self) -> Sentence:
        """The sentence in its words."""
        return split(self.sentence)

    @derived
    def words(self) -> tuple[str, ...]:
        """The words themselves."""
        return self.typed.words

    @derived
    def settings(self) -> run.Settings:
        """All that the numbers depend on, without the clock and the lit word."""
        d, heads = self.d_model, self.heads
        if self.trained:
            d, heads = sorter.D_MODEL, SORTER.heads
        plan = Block(
            d,
            heads,
            4 * d,
            "pre" if self.norm == "pre" else "post",
            sorter.BEND if self.trained else self.activation,
            attention=self.attention,
            feed_forward=self.feed_forward,
            residual=self.residual,
            normalize=self.normalize,
        )
        return run.Settings(self.words, plan, self.causal, self.seed, self.trained)

    @derived
    def after(self) -> run.Stream:
        """The stream after all blocks."""
        return run.stream_after(self.settings, self.blocks)

    @derived
    def last(self) -> run.Passage:
        """The last block."""
        return run.passage(self.settings, self.blocks - 1)

    @derived
    def here(self) -> run.Passage:
        """The block that the clock is in; the end of one is shown as its output."""
        return run.passage(self.settings, max(self.stage - 1, 0) // run.STEPS)

    @derived
    def step(self) -> int:
        """How many steps the clock has gone in this block, 0..8."""
        return self.stage - run.STEPS * self.here.index

    @derived
    def stage_name(self) -> str:
        """The stage that is lit."""
        return self.settings.order[self.step]

    # What the screen shows of the block that the clock is in, for whoever asks.

    @derived
    def shown(self) -> dict[str, Array]:
        """What came about in this block, by name: [n, d]; shares [h, n, n]; hidden [n, d_ff].

        And by how much each stage moved the stream, and the whole block.
        """
        p = self.here
        stages = {name: p.at(name) for name in self.settings.order}
        edits = {f"{name} edit": p.at(name) - p.before(name) for name in self.settings.stream[1:]}
        return {**stages, **edits, "whole edit": p.at("output") - p.at("input")}

    @derived
    def lengths(self) -> dict[str, Array]:
        """How long each word's row of them is, [n]."""
        return {name: run.lengths(x) for name, x in self.shown.items() if name != "shares"}

    @derived
    def sizes(self) -> dict[str, float]:
        """How long a typical word's row of them is."""
        return {name: run.typical(each) for name, each in self.lengths.items()}

    @derived
    def handed_on(self) -> Array:
        """What this block hands on, [n, d]."""
        return self.here.at("output")

    @derived
    def positions(self) -> Array:
        """The part of the input that says where a word stands, [n, d]."""
        return run.embedded(self.words, self.width, self.seed, self.trained)[1]

    @derived
    def parts(self) -> dict[str, int]:
        """How many weights each part of a block has."""
        d = self.width
        return {"norms": 4 * d, "attention": 4 * d * d + 4 * d, "feed_forward": 8 * d * d + 5 * d}

    @derived
    def opened(self) -> dict[int, steps.Block]:
        """The blocks, by number, that somebody has asked about."""
        return {}

    def sources(self) -> Mapping[str, Array]:
        """The words' vectors, and the weights of every block, looked up when asked for."""
        return Leaves(self.settings)


class Leaves(dict[str, Array]):
    """Every drawn array by its name, as block_3.attention.w_q; nothing is drawn before."""

    def __init__(self, settings: run.Settings) -> None:
        self.settings = settings

    def __missing__(self, name: str) -> Array:
        settings = self.settings
        if name == "vectors":
            d, seed, trained = settings.plan.d_model, settings.seed, settings.trained
            return run.embedded(settings.words, d, seed, trained)[0]
        if name in sorter.TABLES:
            return sorter.trained()[name]
        block, _, weight = name.partition(".")
        return run.passage(settings, int(block.removeprefix("block_")) - 1).weights[weight]
