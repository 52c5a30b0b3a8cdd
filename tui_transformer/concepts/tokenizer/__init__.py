"""
A network calculates with numbers, so text must first become a list of them. One number per
word fails at the first word it has not met; one per letter makes long, dull lists.
**Byte-pair encoding** finds a middle by counting. Begin with single characters. Find the
pair of neighbours that occurs most often, make it one new token, and count again: the
**vocabulary** grows by one.

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

Each token's number then picks a [vector](embeddings), which still has to learn
[where it stands](positions); what a model says [next](generation) is a choice among tokens.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.tokenizer.model import (
    NO_SPACES,
    PLANTS,
    PROSE,
    RUNS,
    TOKENS,
    Tokenizer,
    readable,
)
from tui_transformer.concepts.tokenizer.view import view
from tui_transformer.numbers import many


def makes_two_of_lowest(m: Tokenizer) -> bool:
    """Say whether lowest, where it is new, is two tokens."""
    return (
        m.base == "bytes"
        and m.sample == "lowest"
        and len(m.sample_nodes) == 2
        and not m.learned.holds("lowest")
    )


def seen_lowest(m: Tokenizer) -> str:
    """Say what lowest was put together from."""
    one, two = (m.shown(node.symbol) for node in m.sample_nodes)
    return f"lowest is {one} and {two} after {many(len(m.made), 'merge')}; the text never had it."


def new_letters(m: Tokenizer) -> list[str]:
    """List the letters of the sample that the text never had, in order."""
    return [letter for letter in "".join(m.sample.split()) if letter not in m.text]


def seen_bytes(m: Tokenizer) -> str:
    """Say what became of a letter that the text never had."""
    letter = new_letters(m)[0]
    codes = " ".join(f"{byte:02X}" for byte in letter.encode())
    return f"{readable(letter)} is written in UTF-8, {codes}, and each of 256 bytes is a symbol."


def longest_run(m: Tokenizer) -> int:
    """How long the longest run of one symbol is, where the most frequent pair is twice that."""
    left, right, _ = m.leading[0] if m.leading else (0, 1, 0)
    runs = m.learned.in_runs(m.merges, left) if left == right else []
    return max((length for length, _ in runs), default=0)


def seen_overlap(m: Tokenizer) -> str:
    """Say how often a pair counts that overlaps itself."""
    run, symbol = longest_run(m), m.leading[0][0]
    pair, times = m.pair(symbol, symbol), many(run // 2, "time")
    return f"In {run} in a row {pair} counts {times}, not {run - 1}: no symbol is merged twice."


CONCEPT = Concept(
    Tokenizer,
    view,
    clock="merges",
    presets={
        "four words": {},
        "5 merges": {"merges": 5},
        "token and izer": {"text": TOKENS, "merges": 9, "sample": "tokenizer"},
        "a letter never seen": {"merges": 5, "sample": "löwe"},
        "bytes": {"merges": 3, "base": "bytes"},
        "English prose": {"text": PROSE, "merges": 40, "sample": "walking and breathing"},
        "no spaces": {"text": NO_SPACES, "split_words": False, "merges": 6, "sample": "hatrat"},
        "runs of a": {"text": RUNS, "sample": "aaaaaaa"},
        "plants in bytes": {
            "text": PLANTS,
            "base": "bytes",
            "split_words": False,
            "merges": 3,
            "sample": "🌱",
        },
    },
    challenges=(
        Challenge(
            "from bytes, make two tokens of lowest, a word that is not in the text",
            makes_two_of_lowest,
            {"base": "bytes", "merges": 5},
            hint="Step with . until both low and est</w> are learned.",
            seen=seen_lowest,
        ),
        Challenge(
            "write a sample with a letter that the text never had, without getting <unk>",
            lambda m: m.base == "bytes" and bool(new_letters(m)),
            {"base": "bytes", "sample": "löwe"},
            hint="Which base knows everything?",
            seen=seen_bytes,
        ),
        Challenge(
            "let merges cross spaces, in a text whose most frequent pair overlaps itself",
            lambda m: not m.split_words and longest_run(m) > 2,
            {"text": "aaaaa", "split_words": False},
            hint="One letter, often enough.",
            seen=seen_overlap,
        ),
    ),
)
