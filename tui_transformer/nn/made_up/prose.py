"""The writing task: a text in tokens, and what comes next.

Tokens are merged from characters as on the screen `tokenizer`, and no merge crosses a space. But
here a mark stands where a word begins, not where it ends (the text is read backwards for that), so
that a prompt may stop in the middle of a word: the mark is the space before it. A full stop or
comma after a word is a word of its own, without a space. Every text begins with the mark of a new
paragraph, ¶, which is a word like any other.
"""

import re
import string
from collections.abc import Sequence

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.bpe import Alphabet, Learned, Merge, encode
from tui_transformer.nn.bpe.alphabet import Vocabulary
from tui_transformer.nn.gpt import Gpt

STOPS = ".,;:?!"
PARAGRAPH = "¶"
ALPHABET = Alphabet(
    "characters",
    split_words=True,
    characters="".join(sorted(string.ascii_letters + string.digits + STOPS + "'()-" + PARAGRAPH)),
)
MERGES = 256 - len(ALPHABET)
PLAN = Gpt(vocabulary=len(ALPHABET) + MERGES, context=64, layers=3, heads=4, d_model=76)
_STOP = re.compile(rf"(?<=\S)([{STOPS}])(?=\s|$)")


def _backwards(text: str) -> str:
    """Make a word of every stop that ends one, and turn the text round."""
    return _STOP.sub(r" \1", text)[::-1]


def unreadable(text: str) -> str:
    """List the characters of a text that are not in the alphabet, each once."""
    return "".join(dict.fromkeys(c for c in text if not _readable(c)))


def _readable(character: str) -> bool:
    return character in ALPHABET.characters or character.isspace()


class Tokenizer:
    """Texts to tokens and back, with merges as pairs of token numbers [m, 2]."""

    def __init__(self, pairs: Array) -> None:
        self.merges = [Merge(int(left), int(right), 0) for left, right in pairs]
        self._vocabulary = Vocabulary(ALPHABET)
        for merge in self.merges:
            self._vocabulary.join(merge.left, merge.right)

    def encode(self, text: str) -> Array:
        """Number the tokens of a text, after the mark of its paragraph: → integers [n].

        What separates words counts as one space, and what is not in the alphabet is left out.
        """
        readable = "".join(filter(_readable, text))
        symbols = ALPHABET.symbols(_backwards(f"{PARAGRAPH} {readable}"))
        nodes = encode(symbols, self.merges, len(ALPHABET))
        return np.array([node.symbol for node in reversed(nodes)])

    def spell(self, token: int, before: int | None = None) -> str:
        """Write one token as it stands after another: with a space if it begins a word.

        A mark by itself shows nothing; what comes after it begins the word.
        """
        piece = self._vocabulary.pieces[token].decode()[::-1]
        begins = self._vocabulary.closed[token] or before == ALPHABET.end
        return " " * (begins and piece not in ("", *STOPS)) + piece

    def spelled(self, tokens: Sequence[int]) -> list[str]:
        """Write every token of a text; put together, they are the text."""
        befores = [None, *tokens[:-1]]
        return [self.spell(token, before) for token, before in zip(tokens, befores, strict=True)]


def learn(text: str) -> Array:
    """Learn the merges of a text: → pairs [MERGES, 2].

    Raises ValueError where the text has too few, or characters that are not in the alphabet.
    """
    if strange := unreadable(text):
        raise ValueError(f"not in the alphabet: {strange}")
    learned = Learned(_backwards(text), ALPHABET.base, ALPHABET.split_words)
    merges = learned.merges(MERGES)
    if len(merges) < MERGES:
        raise ValueError(f"the text allows only {len(merges)} merges")
    # The text need not have every character, and then numbers them otherwise.
    had = [ALPHABET.characters.index(c) for c in learned.alphabet.characters]
    number = [*had, ALPHABET.end, *range(len(ALPHABET), len(ALPHABET) + MERGES)]
    return np.array([(number[merge.left], number[merge.right]) for merge in merges], np.int16)
