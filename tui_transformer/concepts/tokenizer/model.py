"""What `tokenizer` computes: the merges that a text teaches, and what they make of a sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_transformer.controls import Index, Integer, choice, toggle
from tui_transformer.controls import text as typed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.bpe import Learned, Merge, Node, encode, learned
from tui_transformer.text import shorten, visible

TOP = 10  # pairs in `top_pairs`

FOUR_WORDS = (
    "low low low low low lower lower newest newest newest newest newest newest widest widest widest"
)
PROSE = (
    "The baker wakes before the birds. She warms the oven, weighs the flour, wets the "
    "dough and works it, folding and turning, folding and turning, until it is smooth. "
    "While the loaves are rising she is resting; while the loaves are baking she is "
    "sweeping. The first walkers of the morning smell the bread long before they see the "
    "bakery, and walking past it without stopping is harder than getting up early. By "
    "the time the town is waking she is selling the last of the warm loaves, thinking of "
    "tomorrow's bread, and wishing for nothing but sleeping."
)
NO_SPACES = "thecatsatonthematthecatatethatrattherathatesthecat"
RUNS = "aaaaa baaab aaaa"
PLANTS = "🌱🌿🌳🌱🌿🌳🌱🌿🌱🌳🌳🌿"
# So often that token is one piece, and izer another.
TOKENS = "token token token token token tokens tokens organizer organizer energizer sizer sizer"
SAMPLES = (FOUR_WORDS, PROSE, NO_SPACES, RUNS, PLANTS)


def readable(name: str) -> str:
    """Give every space and control character a visible cell; nobody reads past 200."""
    return visible(name[:200].replace(" ", "␣"))


@dataclass(frozen=True, kw_only=True)
class MergeCount(Integer):
    """How many merges to make: any number may be asked for, but stepping and playing stop at
    the last one that the text allows."""

    def nudge(self, value: Any, amount: float, scope: Any, index: Index = None) -> int:
        """Move by so many merges from those that were really made."""
        made = scope.learned.reach(value)
        return int(scope.learned.reach(super().nudge(made, amount, scope)))


@dataclass(frozen=True, eq=False)
class Tokenizer(Model):
    """A text, how many merges are learned on it, and a sample to write with them."""

    text: str = typed(
        FOUR_WORDS,
        samples=SAMPLES,
        help="What the merges are learned from; type or paste your own.",
    )
    base: str = choice(
        "characters",
        "characters",
        "bytes",
        help="What tokens are made of: the text's characters, or all 256 bytes.",
    )
    split_words: bool = toggle(True, help="Keep merges inside words; each then ends in </w>.")
    merges: int = field(
        default=0,
        metadata={
            "control": MergeCount(
                default=0,
                low=0,
                high=1000,
                help="How many pairs to merge, one after the other; it ends where none is left.",
            )
        },
    )
    sample: str = typed(
        "lowest",
        max_length=2000,
        samples=("lowest", "newer", "widening", "slow", "löwe"),
        help="New text, to be written with the merges learned so far.",
    )

    @property
    def learned(self) -> Learned:
        """What was learned from this text; shared by all models that have it."""
        return learned(self.text, self.base, self.split_words)

    @value
    def tokens(self) -> list[str]:
        """The whole text in its tokens, [tokens]; bytes that are no character are <0x…>."""
        return list(map(self.learned.name, self.learned.token_ids(self.merges).tolist()))

    @value
    def token_ids(self) -> list[int]:
        """The number of each token, [tokens]: base symbols first, then the merges in order."""
        return list(self.learned.token_ids(self.merges).tolist())

    @value
    def merge_list(self) -> list[tuple[str, str]]:
        """The merged pairs, in order; fewer than asked for where no pair is left."""
        return [(self.name(merge.left), self.name(merge.right)) for merge in self.made]

    @value
    def top_pairs(self) -> list[tuple[str, str, int]]:
        """The ten most frequent pairs now as (left, right, count), the next to merge first."""
        return [(self.name(left), self.name(right), times) for left, right, times in self.leading]

    @value
    def vocabulary_size(self) -> int:
        """Count all symbols: the base, </w> where words are split, one for each merge."""
        return self.learned.symbol_count(self.merges)

    @value
    def characters_per_token(self) -> float | None:
        """Characters of the text, spaces included, for each token; none where there is none."""
        return len(self.text) / self.token_count if self.token_count else None

    @value
    def sample_tokens(self) -> list[str]:
        """The sample in tokens; a character that the base does not have is <unk>."""
        return [self.name(node.symbol) for node in self.sample_nodes]

    @property
    def made(self) -> list[Merge]:
        """The merges made, in order."""
        return self.learned.merges(self.merges)

    @derived
    def leading(self) -> list[tuple[int, int, int]]:
        """The most frequent pairs as (left, right, count), in symbols' numbers."""
        return self.learned.top_pairs(self.merges, TOP)

    @derived
    def merge_counts(self) -> list[int]:
        """At how many places each merge was made, [merges]."""
        return [merge.count for merge in self.made]

    @derived
    def first_count(self) -> int:
        """How many symbols the text has before anything is merged."""
        return self.learned.token_count(0)

    @derived
    def token_count(self) -> int:
        """How many tokens the text has now."""
        return self.learned.token_count(self.merges)

    @derived
    def sample_nodes(self) -> list[Node]:
        """The sample's tokens with what each was merged from."""
        alphabet = self.learned.alphabet
        return encode(alphabet.symbols(self.sample), self.made, len(alphabet))

    def idle(self) -> Mapping[str, str]:
        """Where there is no pair there is nothing to merge."""
        few = "There is no pair to merge: type a longer text."
        return {} if self.learned.reach(1) else {"merges": few}

    def name(self, symbol: int) -> str:
        """Write a symbol as it is."""
        return self.learned.name(symbol)

    def shown(self, symbol: int) -> str:
        """Write a symbol so that spaces can be seen too."""
        return readable(self.learned.name(symbol))

    def pair(self, left: int, right: int, length: int = 16) -> str:
        """Write a pair as a sum."""
        return f"{shorten(self.shown(left), length)} + {shorten(self.shown(right), length)}"
