"""A vector for each word, from the company that it keeps.

Words that stand beside like words get like rows: count who stands near whom, weigh each count
against chance (positive pointwise mutual information, PPMI), and keep the few directions that say
most (truncated SVD). Levy, Goldberg, Dagan (2015), Improving distributional similarity with lessons
learned from word embeddings; Church, Hanks (1990) for the weighing.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tui_transformer.arrays import Array

TINY = 1e-9  # parts of a direction that are so close to its largest count as equals


def vocabulary(sentences: Sequence[Sequence[str]], most: int) -> tuple[str, ...]:
    """List the words that occur most often, the first seen first among equals: at most so many."""
    counts = Counter(word for sentence in sentences for word in sentence)
    return tuple(word for word, _ in counts.most_common(most))


def cooccurrence(sentences: Sequence[Sequence[str]], words: Sequence[str], window: int) -> Array:
    """Count how often two words stand at most `window` places apart in a sentence, [n, n].

    Counted from either of them, so it is symmetric; a sentence's end is never crossed.
    """
    numbers = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(words), len(words)))
    for sentence in sentences:
        ids = np.array([numbers.get(word, -1) for word in sentence], dtype=int)
        for apart in range(1, min(window, len(ids) - 1) + 1):
            left, right = ids[:-apart], ids[apart:]
            known = (left >= 0) & (right >= 0)
            np.add.at(counts, (left[known], right[known]), 1)
            np.add.at(counts, (right[known], left[known]), 1)
    return counts


def ppmi(counts: Array) -> Array:
    """Weigh counts against chance: max(0, ln(n_ab · N / (n_a · n_b))), [n, n] → [n, n].

    Where two words never stand together it is 0.
    """
    each = counts.sum(axis=1)
    chance = np.outer(each, each)
    ratio = np.where(counts > 0, counts * counts.sum() / np.where(chance > 0, chance, 1), 1.0)
    return np.maximum(np.log(ratio), 0)


def directions(symmetric: Array) -> tuple[Array, Array]:
    """Find the singular values and right singular vectors of a symmetric matrix, largest first.

    [n, n] → [n], [n, n], a vector in each column. They are its eigenvectors, with the size of the
    eigenvalue for singular value: so even ±λ, which are one singular value, have their own.
    """
    values, vectors = np.linalg.eigh(symmetric)
    order = np.lexsort((-values, -np.round(np.abs(values), 9)))
    return np.abs(values[order]), upright(vectors[:, order])


def upright(vectors: Array) -> Array:
    """Turn every column so that its largest part is positive: signs that do not hang on chance."""
    sizes = np.abs(vectors)
    largest = np.argmax(sizes >= sizes.max(axis=0, initial=0) - TINY, axis=0)
    signs = np.sign(vectors[largest, np.arange(vectors.shape[1])])
    return vectors * np.where(signs == 0, 1, signs)


def flattened(table: Array, axes: int = 2) -> tuple[Array, Array, float]:
    """Find the directions in which rows differ most, and the share of all variance along them.

    [n, d] → the mean row [d], directions [d, axes], 0..1 (principal components; 1 where all rows
    are the same). Directions that the table does not have are zero.
    """
    mean = table.mean(axis=0)
    _, sizes, vectors = np.linalg.svd(table - mean, full_matrices=False)
    found = np.zeros((table.shape[1], axes))
    found[:, : len(vectors[:axes])] = upright(vectors[:axes].T)
    squares = sizes**2
    whole = float(squares.sum())
    return mean, found, min(float(squares[:axes].sum()) / whole, 1.0) if whole > 0 else 1.0


def cosines(table: Array, vector: Array, known: Array | None = None) -> Array:
    """Compare a vector with every row, [n, d], [d] → [n]; what has no length is like nothing: 0.

    Many vectors are compared at once as columns, [d, q] → [n, q]. `known` are the lengths of the
    rows [n], for who asks one table again and again.
    """
    rows = np.linalg.norm(table, axis=1) if known is None else known
    own = np.linalg.norm(vector) if vector.ndim == 1 else np.linalg.norm(vector, axis=0)
    lengths = np.multiply.outer(rows, own)
    return np.where(lengths > 0, table @ vector / np.where(lengths > 0, lengths, 1), 0.0)
