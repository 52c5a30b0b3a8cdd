"""
Nobody in here writes a sentence. The model reads the text so far and gives every one of its 256
[tokens](tokenizer) a probability for coming next. That is all it does. Then chance draws
one, it goes to the end of the text, and the model is asked again.

Press `.` for one token, `space` for more, `,` to take one back. *Drawn* shows what is left of
p after temperature, top-k and top-p, as in [sampling](sampling). The same prompt and seed always
give the same text. Set `temperature` to 0, and after a hundred tokens it repeats itself: a text
that has begun to do so makes more of it the likeliest. Set it to 2 and the words fall apart.

Type a prompt. The model was trained on the explanations of this program and nothing else: it
knows how they sound, not whether they are true.

The keys and values of tokens already read stay as they are, so they are kept: the **cache**. A
new token costs one place instead of all. But 64 places are all there are. When they are full,
the oldest 32 tokens fall out, and the rest must be read again: [positions](positions) are
learned here, so a token that moves has another key.

*Often misread:* that the model plans its sentence first. What comes later does not exist yet:
take a token back, change the seed, and another end follows. Nor does it learn while it writes.
Its blocks are those of the [sorter](sorter).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _generation_cache as cache
from tui_transformer.concepts import _generation_figure as panels
from tui_transformer.concepts import _generation_looks as looks
from tui_transformer.concepts import _generation_network as network
from tui_transformer.concepts import _generation_says as saying
from tui_transformer.controls import Array, choice, integer, real, seed, text
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import sampling
from tui_transformer.nn.kv_cache import multiply_adds
from tui_transformer.nn.prose import PARAGRAPH, PLAN, unreadable
from tui_transformer.nn.softmax import entropy, softmax
from tui_transformer.numbers import number, probability

LONGEST = 2000  # characters of a prompt; only the last 64 tokens are ever read
V = PLAN.vocabulary
TOP = 10  # tokens in `top_tokens`
PROMPTS = ("A weight is", "Attention lets", "What does a key do?", "The loss", "On the screen of")


@dataclass(frozen=True, eq=False)
class Generation(Model):
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
        return [None if x is None else -x for x in self.state_of_text.prices]

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
        read = self.state_of_text.read
        return [multiply_adds(PLAN, n, self.places) for n in (read, self.places)]

    def idle(self) -> Mapping[str, str]:
        """What did not matter to any draw: there was never more than one token to take."""
        alone = self.state_of_text.idle & network.without_choice(self.logits, self.rule)
        why = "At every draw one token was left, whatever this is."
        return {name: why for name in self.controls() if name in alone}

    @derived
    def rule(self) -> network.Rule:
        """How the next token is taken."""
        return network.Rule(self.temperature, self.top_k, self.top_p, self.seed)

    @derived
    def state_of_text(self) -> network.State:
        """The text as far as it is written, and the cache that belongs to it."""
        return network.written(self.prompt, self.rule, self.tokens)

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

    def spelled(self, token: int) -> str:
        """Write a token as it would stand after the text, a space before it where one is due."""
        return network.tokenizer().spell(token, self.window[-1])


def view(m: Generation) -> Figure:
    """The text, what may come next, where the model looks, and what it keeps."""
    return Figure(
        rows=(
            (panels.story(m),),
            (panels.next_token(m),),
            (looks.square(m), looks.row_table(m)),
            (panels.whole(m),),
            (cache.places(m),),
            (cache.costs(m), panels.measures(m)),
            (cache.rules(m),),
        ),
        says=saying.says(m),
        formula=panels.drawn_working(m, m.coming),
        data=f"trained, on your prompt; draws random (seed {m.seed})",
    )


CONCEPT = Concept(
    Generation,
    view,
    clock="tokens",
    presets={
        "one token at a time": {},
        "a paragraph": {"tokens": 60},
        "greedy, before it loops": {"temperature": 0.0, "tokens": 60},
        "hot nonsense": {"temperature": 2.0, "tokens": 60},
        "top-k 1: heat is idle": {"temperature": 2.0, "top_k": 1, "tokens": 30},
        "top-p 0.9": {"top_p": 0.9, "temperature": 1.0, "tokens": 60},
        "another seed": {"seed": 1, "tokens": 60},
        "the oldest fell out": {"tokens": 61},
        "letters it cannot read": {"prompt": "Ωmega 注意"},
    },
    challenges=(
        Challenge(
            "let it say the same thing three times in a row, with a temperature above 0",
            saying.loops_at_some_heat,
            {"top_k": 1, "tokens": 111},
            hint="What else leaves only the likeliest token? Then let it write on.",
            seen=lambda m: (
                f"The last {3 * m.loop} tokens are {m.loop}, three times over; they begin again "
                f"with p = {probability(m.once_more, 3)}."
            ),
        ),
        Challenge(
            "find a place where less than 0.05 nats are open, at temperature 0.8 or more",
            saying.sure_with_all_kept,
            {"temperature": 1.0, "tokens": 6},
            hint="In the middle of a long word little is open. Nothing may be dropped.",
            seen=lambda m: (
                f"{number(m.entropy, 2)} nats are open: {panels.quoted(m, int(m.ranked[0]))} is "
                f"{probability(float(m.p.max()), 4)} likely, though all {V} may be drawn."
            ),
        ),
        Challenge(
            "at a temperature up to 1, catch it before it draws a token of p below 0.002",
            saying.far_from_the_favourite,
            {"temperature": 1.0, "seed": 5, "tokens": 4},
            hint="The lit row of the table is what comes. Rare things do come, in a long text.",
            seen=lambda m: (
                f"{panels.quoted(m, m.coming)} comes, although the model gave it "
                f"{probability(float(m.p[m.coming]))} only: rare is not never."
            ),
        ),
        Challenge(
            "let tokens fall out of the cache, and stop just before they do so again",
            lambda m: m.dropped_tokens > 0 and m.places == PLAN.context,
            {"tokens": 92},
            hint="There are 64 places.",
            seen=lambda m: (
                f"{m.dropped_tokens} tokens are forgotten, all {m.places} places full: the next "
                f"token makes {PLAN.context // 2} more fall out."
            ),
        ),
    ),
)
