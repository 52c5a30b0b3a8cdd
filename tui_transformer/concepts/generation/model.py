"""What `generation` computes: a text, what may come next, and what is kept for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts._neurons import Neurons
from tui_transformer.concepts.generation import network
from tui_transformer.controls import choice, integer, real, seed, text, wires
from tui_transformer.model import derived, value
from tui_transformer.nn import attention as att
from tui_transformer.nn import kv_cache, sampling
from tui_transformer.nn.cutting import Wire, contributions
from tui_transformer.nn.made_up.prose import PARAGRAPH, PLAN, unreadable
from tui_transformer.nn.softmax import entropy, softmax
from tui_transformer.steps.gpt import Gpt
from tui_transformer.steps.written import Written

LONGEST = 2000  # characters of a prompt; only the last 64 tokens are ever read
V, CONTEXT, D_HEAD = PLAN.vocabulary, PLAN.context, PLAN.d_model // PLAN.heads
TOP = 10  # tokens in `top_tokens`
PROMPTS = ("A weight is", "Attention lets", "What does a key do?", "The loss", "On the screen of")


@dataclass(frozen=True, eq=False)
class Generation(Neurons):
    """A prompt, how tokens are drawn after it, and where one looks inside."""

    prompt: str = text(
        PROMPTS[0],
        max_length=LONGEST,
        samples=PROMPTS,
        help="How the text begins; it may stop in the middle of a word.",
    )
    temperature: float = real(0.5, 0, 5, help="Divides the logits; 0 always takes the largest.")
    top_k: int = integer(0, 0, V, help="Keep so many tokens; 0 keeps all.")
    top_p: float = real(1.0, 0.01, 1, step=0.01, help="Keep tokens up to this share; 1 keeps all.")
    seed: int = seed()
    tokens: int = integer(0, 0, 200, help="How many tokens it has written after the prompt.")
    layer: int = integer(PLAN.layers, 1, PLAN.layers, help="The layer that is looked into.")
    head: int = integer(0, 0, PLAN.heads - 1, help="The head of that layer, from 0.")
    cut: str = wires((PLAN.layers, PLAN.heads, PLAN.block.d_ff))
    shade: str = choice(
        "probability",
        "probability",
        "attention",
        help="What shades the text: how likely each token was, or how much it is looked at.",
    )

    def __post_init__(self) -> None:
        """Make sure that the weights are there and whole before anything else."""
        network.weights()
        super().__post_init__()

    @value
    def text(self) -> str:
        """The prompt as it is read, and what was written after it; ¶ begins a paragraph."""
        return "".join(self.token_strings).removeprefix(f" {PARAGRAPH}").removeprefix(" ")

    @value
    def token_strings(self) -> list[str]:
        """Every token of the text, spaces before words; the first is the mark of its paragraph."""
        return network.tokenizer().spelled(self.state_of_text.ids)

    @value
    def top_tokens(self) -> list[list[float | str]]:
        """The likeliest next tokens as [token, logit, probability at temperature 1], [10, 3]."""
        return [
            [self.spelled(i), float(self.logits[i]), float(self.p[i])]
            for i in self.ranked[:TOP].tolist()
        ]

    @value
    def entropy(self) -> float:
        """How undecided the model is about the next token, at temperature 1, in nats."""
        return float(entropy(self.p))

    @value
    def attention(self) -> Array:
        """Who looks at whom in the chosen layer, [h, t, t]; rows add up to 1."""
        return network.square(self.state_of_text, self.layer)

    @value
    def next_token(self) -> str:
        """The token that will be drawn next."""
        return self.spelled(self.coming)

    @value
    def kept(self) -> int:
        """How many tokens may be drawn, after temperature, top-k and top-p."""
        return int(np.count_nonzero(self.drawn_with))

    @value
    def log_probabilities(self) -> list[float | None]:
        """ln p of each token of the text when it was next; null where nothing was asked."""
        return [None if x is None else -x for x in self.prices]

    @value
    def dropped_tokens(self) -> int:
        """How many tokens have fallen out of the context."""
        return self.state_of_text.start

    @value
    def kv_cache_bytes(self) -> int:
        """How large the cache is: 2·L·d·t numbers of 8 bytes."""
        return self.state_of_text.step.cache.bytes

    @value
    def multiply_adds(self) -> list[int]:
        """The work of reading the newest token: with the cache, and without it, [2]."""
        return [kv_cache.multiply_adds(PLAN, n, self.places) for n in (self.read, self.places)]

    @value
    def contributions(self) -> list[tuple[str, float]]:
        """Who wrote the highest logit of what comes next: parts that add up to it."""
        run, top = network.whole(self.window, self.cut, self.prompt), int(self.ranked[0])
        return list(contributions(PLAN, self.weights, run, self.places - 1, top).items())

    @derived
    def weights(self) -> Mapping[str, Array]:
        """The trained weights, with the rows of what is cut as 0."""
        return network.weights_without(self.cut, self.prompt)

    @derived
    def written(self) -> Written:
        """The components of that logit, with names."""
        return Written(self.readings[self.dropped_tokens], self.places - 1, int(self.ranked[0]))

    def wire(self) -> Wire:
        """The head that is looked at."""
        return Wire(self.layer - 1, self.head)

    def idle(self) -> Mapping[str, str]:
        """What did not matter to any draw: there was never more than one token to take."""
        alone = network.without_choice(self.logits, self.rule, self.state_of_text.idle)
        why = "At every draw one token was left, whatever this is."
        return {name: why for name in self.controls() if name in alone}

    @derived
    def rule(self) -> network.Rule:
        """How the next token is taken."""
        return network.Rule(self.temperature, self.top_k, self.top_p, self.seed)

    @derived
    def state_of_text(self) -> network.State:
        """The text as far as it is written, and the cache that belongs to it."""
        return network.written(self.prompt, self.rule, self.tokens, self.cut)

    @derived
    def window(self) -> tuple[int, ...]:
        """The tokens that the model still reads, [t]."""
        return self.state_of_text.ids[self.state_of_text.start :]

    @derived
    def places(self) -> int:
        """How many tokens the model reads."""
        return len(self.window)

    @derived
    def logits(self) -> Array:
        """The score of every token to come next, [V]."""
        return self.state_of_text.logits

    @derived
    def p(self) -> Array:
        """The probability of every token, as the model has it, [V]."""
        return softmax(self.logits)

    @derived
    def warmed(self) -> Array:
        """The probability of every token at the temperature, [V]."""
        return network.chances(self.logits, self.rule)[0]

    @derived
    def drawn_with(self) -> Array:
        """The probability with which every token is drawn, [V]."""
        return network.chances(self.logits, self.rule)[2]

    @derived
    def ranked(self) -> Array:
        """All tokens, the likeliest first, [V]."""
        return sampling.ranking(self.logits)

    @derived
    def coming(self) -> int:
        """The number of the token that will be drawn next."""
        return network.drawn(self.logits, self.rule, self.tokens)

    @derived
    def uniform(self) -> float:
        """The number between 0 and 1 that the next draw is decided by."""
        return float(sampling.uniform(self.seed, self.tokens + 1)[-1])

    @derived
    def loop(self) -> int:
        """How many tokens long the end is that came three times in a row; 0 where none did."""
        ids = self.state_of_text.ids
        return network.loop(ids[len(ids) - self.tokens :])

    @derived
    def once_more(self) -> float:
        """The probability of the token that began what came three times."""
        return float(self.p[self.state_of_text.ids[-self.loop]])

    @derived
    def unread(self) -> str:
        """The characters of the prompt that are not in the alphabet, each once."""
        return unreadable(self.prompt)

    # ── how open it is, and what it has cost ───────────────────────────────────────────

    @derived
    def as_among(self) -> float:
        """Among how many equally likely tokens it would be as undecided: e^entropy."""
        return float(np.exp(self.entropy))

    @derived
    def drawn_entropy(self) -> float:
        """How undecided the draw is, in nats."""
        return float(entropy(self.drawn_with))

    @derived
    def prices(self) -> tuple[float | None, ...]:
        """−ln p of each token of the text when it was next, in nats; None where none was asked."""
        return self.state_of_text.prices

    @derived
    def mean_price(self) -> float | None:
        """What a token of the text cost on average, in nats; None where none was asked."""
        asked = [x for x in self.prices if x is not None]
        return float(np.mean(asked)) if asked else None

    # ── inside ─────────────────────────────────────────────────────────────────────────

    @derived
    def typed(self) -> int:
        """How many tokens the prompt has."""
        return len(self.state_of_text.ids) - self.tokens

    @derived
    def read(self) -> int:
        """How many tokens were read in the last step."""
        return self.state_of_text.read

    @derived
    def keys_seen(self) -> list[int]:
        """How many keys the tokens read see in all: with the cache, and without it, [2]."""
        return [sum(range(self.places - n + 1, self.places + 1)) for n in (self.read, self.places)]

    @derived
    def places_left(self) -> int:
        """How many places of the cache are empty."""
        return CONTEXT - self.places

    @derived
    def readings(self) -> dict[int, Gpt]:
        """Every pass behind the text so far, by the first token of its window; without a cache."""
        ids = self.state_of_text.ids
        lengths = range(self.typed, len(ids) + 1)
        starts = dict.fromkeys(kv_cache.window(length, CONTEXT) for length in lengths)
        return {
            start: Gpt(
                PLAN,
                self.weights,
                network.whole(ids[start : start + CONTEXT], self.cut, self.prompt),
                prefix="" if start == self.dropped_tokens else f"from_token_{start}.",
            )
            for start in starts
        }

    @derived
    def scores(self) -> Array:
        """How well each query fits each key, q·k/√19, in the chosen layer, [h, t, t].

        The cache holds no queries: they are made again, to be shown.
        """
        kept = network.whole(self.window, self.cut, self.prompt).traces[self.layer - 1].kept
        return att.scores(kept["q"], kept["k"])

    @derived
    def lengths(self) -> Array:
        """The length of each key and value in the cache, in the chosen head, [2·L, places].

        Rows are k and v of layer 1, of layer 2, …; what is not filled yet is 0.
        """
        cache, lengths = self.state_of_text.step.cache, np.zeros((2 * PLAN.layers, CONTEXT))
        for row in range(len(lengths)):
            vectors = (cache.keys, cache.values)[row % 2][row // 2][self.head]
            lengths[row, : self.places] = np.sqrt(np.sum(vectors**2, axis=-1))
        return lengths

    def spelled(self, token: int) -> str:
        """Write a token as it would stand after the text, a space before it where one is due."""
        return network.tokenizer().spell(token, self.window[-1])

    def sources(self) -> Mapping[str, Array]:
        """List the weights, and the numbers that decide the draws."""
        return {**self.weights, "uniforms": sampling.uniform(self.seed, self.tokens + 1)}
