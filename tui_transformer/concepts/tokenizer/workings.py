"""How each number of `tokenizer` comes about: what is counted in the text, and what follows."""

from tui_transformer.concepts.tokenizer.model import Tokenizer, readable
from tui_transformer.steps.activations import downwards
from tui_transformer.terms import Term, operand, total
from tui_transformer.text import shorten

SHOWN_TERMS = 100  # of a count; what is left is one more term


# ── how often a pair can be merged, after k merges ─────────────────────────────────────


def pair_formula(m: Tokenizer, k: int, left: int, right: int) -> str:
    if m.split_words:
        words = m.learned.in_words(k, left, right)[:3]
        names = ", ".join(readable(word) for word, _, _ in words)
        return f"times the word is there · places in it: {shorten(names, 40)}"
    if left == right:
        return "runs · ⌊length/2⌋, because overlaps count once"
    return f"times that {m.pair(left, right)} stand so"


def pair_count(m: Tokenizer, k: int, left: int, right: int, times: int) -> Term:
    """Word by word, run by run, or all at once."""
    if m.split_words:
        counted = [in_word(*word) for word in m.learned.in_words(k, left, right)]
    elif left == right:
        counted = [in_runs(*runs) for runs in m.learned.in_runs(k, left)]
    else:
        counted = [operand(m.pair(left, right), times)]
    rest = sum(int(term.value) for term in counted[SHOWN_TERMS:])
    return total(counted[:SHOWN_TERMS] + ([operand("all the others", rest)] if rest else []))


def in_word(word: str, times: int, places: int) -> Term:
    word = shorten(readable(word), 20)
    return operand(f"times {word} is there", times) * operand(f"places in {word}", places)


def in_runs(length: int, times: int) -> Term:
    run = operand(f"symbols in such a run, {length}", length)
    return operand(f"runs of {length}", times) * downwards(run / 2)


@Tokenizer.top_pairs.because(lambda m, i, _: pair_formula(m, m.merges, *m.leading[i][:2]))
def pair(m: Tokenizer, i: int, _: int) -> Term:
    return pair_count(m, m.merges, *m.leading[i])


@Tokenizer.merge_counts.because(lambda m, k: pair_formula(m, k, m.made[k].left, m.made[k].right))
def merged(m: Tokenizer, k: int) -> Term:
    merge = m.made[k]
    return pair_count(m, k, merge.left, merge.right, merge.count)


# ── sizes ──────────────────────────────────────────────────────────────────────────────


@Tokenizer.first_count.because(
    lambda m: "what words are made of + one </w> a word" if m.split_words else "the whole text"
)
def first_count(m: Tokenizer) -> Term:
    if not m.split_words:
        return operand("symbols of the text", m.first_count)
    words = m.learned.word_count
    return operand("what words are made of", m.first_count - words) + operand("words", words)


@Tokenizer.token_count.because("symbols at first − what each merge took away")
def token_count(m: Tokenizer) -> Term:
    first, taken = m.one("first_count"), m.the("merge_counts").row()
    return first - total(taken) if taken else first


@Tokenizer.characters_per_token.because("characters of the text / tokens")
def characters_per_token(m: Tokenizer) -> Term:
    return operand("characters of the text", len(m.text)) / m.one("token_count")


def kinds(m: Tokenizer) -> dict[str, int]:
    """What the vocabulary is made of before anything is merged."""
    base = "bytes" if m.base == "bytes" else "different characters"
    return {base: m.learned.alphabet.end} | ({"</w>": 1} if m.split_words else {})


@Tokenizer.vocabulary_size.because(lambda m: " + ".join([*kinds(m), "merges"]))
def vocabulary_size(m: Tokenizer) -> Term:
    made = len(m.made)
    merges = m.one("merges") if made == m.merges else operand("merges that are possible", made)
    return total([*(operand(name, size) for name, size in kinds(m).items()), merges])


@Tokenizer.token_ids.because(
    lambda m, i: (
        "its place among the base symbols"
        if m.token_ids[i] < len(m.learned.alphabet)
        else "base symbols + merges before the one that made it"
    )
)
def token_id(m: Tokenizer, i: int) -> Term:
    token, first = m.token_ids[i], len(m.learned.alphabet)
    if token < first:
        return operand(f"place of {m.shown(token)}", token)
    return operand("base symbols", first) + (token - first)
