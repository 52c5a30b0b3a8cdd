"""
A network calculates with numbers, so text must first become a list of them. One number per
word fails at the first word it has not met; one per letter makes long, dull lists.
**Byte-pair encoding** finds a middle by counting. Begin with single characters. Find the
pair of neighbours that occurs most often, make it one new token, and count again.

Press `.` a few times. In *newest* and *widest* e and s become one, then es and t, and soon
the whole ending `est</w>`, where `</w>` marks the end of a word. With `split_words` on, a
merge never crosses a space: spaces, tabs and line ends only separate. Off, they are
characters like any other, and the tokens spell your text exactly.

Then look at the sample. *lowest* is nowhere in the text, yet after five merges it is `low`
and `est</w>`. To write new text you do not count again: you *replay* the merges in the
order in which they were learned. So one text decides how every other one splits.

*Often misread:* that subwords can spell anything. A letter the text never had becomes
`<unk>`, and what it was is lost. **Only a byte base can never meet an unknown token**: all
256 bytes are there from the start. Try the sample *löwe* with either base.

Each token's number then picks a vector, which still has to learn
[where it stands](positions); what a model says [next](generation) is a choice among tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_transformer.concept import Concept
from tui_transformer.concepts import _tokenizer_figure as panels
from tui_transformer.concepts._tokenizer_figure import many, readable
from tui_transformer.concepts._tokenizer_tasks import TASKS
from tui_transformer.controls import Index, Integer, choice, toggle
from tui_transformer.controls import text as typed
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.bpe import UNKNOWN, UNKNOWN_ID, Learned, Merge, Node, encode, learned
from tui_transformer.text import shorten

TOP = 10  # pairs in `top_pairs`
LINE = 76

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
SAMPLES = (FOUR_WORDS, PROSE, NO_SPACES, RUNS, PLANTS)


@dataclass(frozen=True, kw_only=True)
class MergeCount(Integer):
    """How many merges to make: any number may be asked for, but stepping and playing stop at
    the last one that the text allows."""

    def nudge(self, value: Any, amount: int, scope: Any, index: Index = None) -> int:
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


def view(m: Tokenizer) -> Figure:
    """The text in tokens; what is merged next; how the sample splits; what was learned."""
    formula = (
        panels.pair_working(m, m.merges, *m.leading[0], "top_pairs")
        if m.leading
        else panels.sizes(m)[0][2]
    )
    return Figure(
        rows=(
            (panels.text_panel(m),),
            (panels.pair_table(m), panels.sample_panel(m)),
            (panels.rule_panel(m),),
            (panels.merge_table(m), panels.size_table(m)),
        ),
        says=says(m),
        formula=formula,
        data="designed" if m.text in SAMPLES else "yours",
    )


def says(m: Tokenizer) -> str:
    """Say what was merged last, and what the merges so far make of the sample."""
    if not m.token_count:
        nothing = "Only spaces, no words" if m.text else "No text, no pairs"
        return f"{nothing}: type some and watch tokens grow."
    if letter := unknown_letter(m):
        return f"{letter} is not in the text: {UNKNOWN}. A byte base would know it: base = bytes."
    if not m.leading:
        last = (
            f"after {many(len(m.made), 'merge')} no pair is left"
            if m.made
            else "a single symbol has no neighbour to merge with"
        )
    elif m.made:
        merge = m.made[-1]
        last = (
            f"merge {len(m.made)} was {m.pair(merge.left, merge.right, 8)}, "
            f"{many(merge.count, 'time')}"
        )
    else:
        left, right, times = m.leading[0]
        last = f"next comes {m.pair(left, right, 8)}, {many(times, 'time')}"
    if not m.sample_nodes:
        return f"{last[0].upper()}{last[1:]}."
    return f"{sample_splits(m, LINE - len(last) - 3)}; {last}."


def sample_splits(m: Tokenizer, room: int) -> str:
    """Say how the sample splits, in so many characters where that can be."""
    one_word = not m.split_words or len(m.sample.split()) == 1
    unseen = "Unseen " if one_word and not m.learned.holds(m.sample) else ""
    sample = f"{unseen}{shorten(readable(m.sample), 12)}"
    if len(m.sample_nodes) == 1:
        return f"{sample} is one token"
    pieces = "│".join(map(panels.namer(m), (node.symbol for node in m.sample_nodes[:room])))
    for said in (f"{sample} splits as {pieces}", f"{sample} is {pieces}"):
        if m.made and len(said) <= room:
            return said
    return f"{sample} is {many(len(m.sample_nodes), 'token')}"


def unknown_letter(m: Tokenizer) -> str:
    """Find the first character of the sample that no symbol stands for; nothing if all do."""
    if UNKNOWN_ID not in (node.symbol for node in m.sample_nodes):
        return ""
    known = m.learned.alphabet.characters
    return readable(
        next(c for c in m.sample if c not in known and not (m.split_words and c.isspace()))
    )


CONCEPT = Concept(
    Tokenizer,
    view,
    clock="merges",
    presets={
        "four words": {},
        "lowest in two tokens": {"merges": 5},
        "every word one token": {"merges": 15},
        "a letter never seen": {"merges": 5, "sample": "löwe"},
        "the same in bytes": {"merges": 5, "sample": "löwe", "base": "bytes"},
        "English prose": {"text": PROSE, "merges": 40, "sample": "walking and breathing"},
        "no spaces": {"text": NO_SPACES, "split_words": False, "merges": 6, "sample": "hatrat"},
        "overlaps": {"text": RUNS, "split_words": False, "sample": "aaaaaaa"},
        "plants in bytes": {
            "text": PLANTS,
            "base": "bytes",
            "split_words": False,
            "merges": 3,
            "sample": "🌵",
        },
    },
    challenges=TASKS,
)
