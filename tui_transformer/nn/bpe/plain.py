"""Byte-pair encoding as one would write it first; `learner` makes the same merges, fast.

A text is a list of words, and a word a list of symbols, which are numbers: its bytes, and a mark
at its end where no merge should cross a space. A text that is not cut is one long word. Every
merge makes one new symbol. Sennrich, Haddow & Birch (2016), algorithm 1.
"""

from collections import Counter
from itertools import groupby, pairwise

Pair = tuple[int, int]
Word = list[int]


def learn(words: list[Word], first: int, count: int) -> list[Pair]:
    """Learn `count` merges, fewer where no pair is left; merge i makes the symbol first + i.

    Always the most frequent pair; among equals, the one seen first.
    """
    merges: list[Pair] = []
    while len(merges) < count and (counts := pair_counts(words)):
        best = max(counts, key=counts.__getitem__)  # of equals, max takes the first
        words = [merged(word, best, first + len(merges)) for word in words]
        merges.append(best)
    return merges


def encode(word: Word, merges: list[Pair], first: int) -> Word:
    """Write new text with what was learned: every merge once more, in the order of learning."""
    for i, pair in enumerate(merges):
        word = merged(word, pair, first + i)
    return word


def pair_counts(words: list[Word]) -> Counter[Pair]:
    """Count how often two symbols stand side by side, in the order in which pairs are seen."""
    counts: Counter[Pair] = Counter()
    for word in words:
        for pair, run in groupby(pairwise(word)):
            counts[pair] += (len(list(run)) + 1) // 2  # they overlap: aaa holds one aa, aaaa two
    return counts


def merged(word: Word, pair: Pair, new: int) -> Word:
    """Make one symbol of a pair wherever it stands, from the left."""
    done: Word = []
    for symbol in word:
        if done and (done[-1], symbol) == pair:
            done[-1] = new
        else:
            done.append(symbol)
    return done
