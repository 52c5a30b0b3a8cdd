"""What `real-model` claims: files read and sent forward again by `plain_published`.

Where the published weights are not installed the small random models remain, and the claims
about the published ones are skipped by name in `test_minilm`.
"""

import math

import numpy as np
from numpy.linalg import norm as length

import tests.claims.real_model_cut
import tests.claims.real_model_llama
import tests.claims.real_model_says  # noqa: F401  (the sentences)
from tests.claims import plain_published as plain
from tests.claims.book import State, close, opened
from tests.claims.real_model_states import CAT, at, here, link, published, row, within
from tests.claims.small_models import small

# ── values ─────────────────────────────────────────────────────────────────────────────


@published.oracle("tokens", "token_ids", "problem")
def tokens(s: State) -> None:
    if not s.values.tokens:
        assert s.values.token_ids == []
        assert s.values.problem.endswith(".")
        return
    assert s.values.problem is None
    assert s.values.token_ids == here(s).ids
    assert s.values.tokens == here(s).names


@published.oracle("attention")
def attention(s: State) -> None:
    if not s.values.tokens:
        assert s.values.attention == []
        return
    close(s.values.attention, here(s).shares[s.controls.layer - 1], within(s))
    close(np.sum(s.values.attention, axis=-1), np.ones(np.shape(s.values.attention)[:2]), 1e-9)
    shown_row = [r["weight"] for r in s.table("The row of ▸").values()]
    if len(set(here(s).ids)) == len(here(s).ids):  # equal tokens share a row's name
        close(shown_row, row(s)[: len(shown_row)], within(s))


@published.oracle("top_tokens", "lens")
def what_it_says(s: State) -> None:
    if not s.values.tokens:
        assert s.values.top_tokens == s.values.lens == []
        return
    r = here(s)
    said = s.values.top_tokens
    z, p = r.scores(-1, at(s)), r.chances(-1, at(s))
    assert abs(math.fsum(p) - 1) < 1e-9
    best = np.argsort(-z, kind="stable")[: len(said)]
    close([logit for _, logit, _ in said], z[best], within(s))
    close([chance for _, _, chance in said], p[best], 50 * within(s))
    for (name, logit, _), i in zip(said, best, strict=True):
        named(r, z, logit, name, int(i))
    assert [len(layer) for layer in s.values.lens] == [len(r.ids)] * len(r.streams)
    assert s.values.lens[-1][at(s)] == [said[0][0], said[0][2]]
    large = len(r.ids) * len(r.files.t) > 1000  # of which a few places will do
    for layer, places in enumerate(s.values.lens):
        for place in {0, at(s)} if large else range(len(places)):
            (name, chance), z, p = places[place], r.scores(layer, place), r.chances(layer, place)
            assert abs(chance - p.max()) <= 50 * within(s)
            named(r, z, float(z.max()), name, int(np.argmax(z)))


def named(r: plain.Reading, z: np.ndarray, logit: float, name: str, token: int) -> None:
    """See that a token has its name, where no other is as likely and it can be written."""
    clear = np.sum(np.abs(z - logit) < 1e-3) == 1
    assert not clear or not name.isascii() or "<0x" in name or name == r.name(token)


@published.oracle("text")
def text(s: State) -> None:
    if not s.values.tokens or not here(s).files.is_gpt2:
        assert s.values.text == (s.controls.text if s.values.tokens else "")
        return
    r = here(s)
    assert s.values.text == b"".join(map(r.bytes_of, r.ids)).decode(errors="replace")
    assert s.values.text.startswith(s.controls.text)


@published.oracle("contributions")
def contributions(s: State) -> None:
    """Each head's part is read with the last norm's scale held; all add up to the best logit."""
    parts = dict(s.values.contributions)
    if not s.values.tokens or not here(s).files.is_gpt2:
        assert not parts
        return
    r, t = here(s), here(s).files.t
    x, token = r.streams[-1][at(s)], int(np.argmax(r.scores(-1, at(s))))
    close(math.fsum(parts.values()), s.values.top_tokens[0][1], 1e-9)
    close(math.fsum(parts.values()), max(r.scores(-1, at(s))), within(s))
    away = x - x.mean()
    reads = t["ln_f.weight"] * t["wte.weight"][token] / math.sqrt((away**2).mean() + 1e-5)
    for layer, run in enumerate(r.runs):
        w_o = np.split(t[f"h.{layer}.attn.c_proj.weight"], r.files.heads)
        for head, rows in enumerate(w_o):
            part = run.found[head, at(s)] @ rows
            if not s.controls.cut:
                close(parts[f"{layer + 1}.{head}"], (part - part.mean()) @ reads, within(s))


@published.oracle("kv_cache_bytes")
def kv_cache_bytes(s: State) -> None:
    if not s.values.tokens or not here(s).files.is_gpt2:
        assert s.values.kv_cache_bytes is None
        return
    r = here(s)
    layers, places = len(r.shares), len(r.ids)
    for_each = r.files.t["wte.weight"].shape[1] * r.files.t["wte.weight"].itemsize
    assert s.values.kv_cache_bytes == 2 * layers * places * for_each


@published.oracle("similarity")
def similarity(s: State) -> None:
    if not s.values.tokens or here(s).files.is_gpt2:
        assert s.values.similarity is None
        return
    other = plain.reading(s.controls, s.controls.other)
    assert other is not None
    close(s.values.similarity, float(here(s).mean @ other.mean), within(s))
    rows = list(s.table("How alike: text and other").values())
    assert rows[-1]["cosine"] == s.values.similarity


@published.oracle("parameter_count")
def parameter_count(s: State) -> None:
    if not s.values.tokens:
        assert s.values.parameter_count is None
        return
    r = here(s)
    unused = ("pooler", "position_ids", ".attn.bias")
    sizes = [x.size for name, x in r.files.t.items() if not any(word in name for word in unused)]
    assert s.values.parameter_count == sum(sizes)
    if r.files.folder == plain.MINILM:
        # 22,713,216 trained numbers in the published file, of which the pooler is not used here
        assert sum(sizes) == 22_713_216 - (384 * 384 + 384)


# ── the explanation ────────────────────────────────────────────────────────────────────


def minilm(text: str) -> plain.Reading:
    assert plain.MINILM is not None
    return plain.read(plain.MINILM, text, "as-trained")


@published.tells("there are millions")
@published.tells("Millions of numbers that others trained")
@plain.published
def millions() -> None:
    t = minilm(CAT).files.t
    assert sum(x.size for name, x in t.items() if "position_ids" not in name) > 22_000_000


@published.tells(
    "Name a folder of GPT-2 or Llama: it says what comes [next](generation), and with `tokens` "
    "writes on."
)
def it_writes() -> None:
    s = opened(link("gpt2", "text='Hello world' query=-1"))
    assert s.says[0].startswith("After “Hello world” comes")
    assert not np.any(np.triu(s.values.attention, 1))
    after = opened(link("gpt2", "text='Hello world' tokens=4 query=-1")).values
    assert after.text.startswith("Hello world")
    assert len(after.token_ids) == len(s.values.token_ids) + 4
    assert after.token_ids[len(s.values.token_ids)] == int(np.argmax(here(s).scores(-1, -1)))


def linked(text: str) -> str:
    """The word that “it” looks at most, in layer 4, head 1."""
    r = minilm(text)
    return r.names[int(np.argmax(r.shares[3, 1, r.names.index("it")]))]


@published.tells("In layer 4, head 1 links *it* to the *cat*.")
@plain.published
def it_is_the_cat() -> None:
    assert linked(CAT) == "cat"
    assert linked(CAT.replace("thirsty", "sweet")) == "milk"
    assert linked(CAT.replace("thirsty", "greedy")) == "milk"


@published.tells("In layer 1, head 2 every token looks at the one before")
@plain.published
def every_token_looks_back() -> None:
    shares = minilm(CAT).shares[0, 2]
    assert all(int(np.argmax(row)) == i for i, row in enumerate(shares[1:]))


NEAR = (
    ("The cat drank the milk.", "drank", "cat"),
    ("The dog chased the cat.", "chased", "dog"),
    ("The woman gave the child an apple.", "gave", "woman"),
    ("The teacher wrote a letter.", "wrote", "teacher"),
    ("The children drank the milk.", "drank", "children"),
    ("The boy saw a bird.", "saw", "boy"),
)
FAR = (
    ("The cat of the neighbours drank the milk.", "drank", "cat"),
    ("The dog that chased the cats sleeps.", "sleeps", "dog"),
    ("The woman with the red hat gave the child an apple.", "gave", "woman"),
    ("The teacher of the two boys wrote a letter.", "wrote", "teacher"),
    ("The children in the garden drank the milk.", "drank", "children"),
    ("The boy near the old house saw a bird.", "saw", "boy"),
)
# The nouns in the order of the determiners, as somebody reads them.
NOUNS = {
    "The old man saw the dog in the garden.": "man dog garden",
    "The children in the park drank the milk.": "children park milk",
    "The cat drank the milk because it was thirsty.": "cat milk",
    "A woman gave the child a red apple.": "woman child apple",
    "The teacher wrote a letter to the president.": "teacher letter president",
    "The key to the cabinets is on the table.": "key cabinets table",
    "The big black dog chased the small cat.": "dog cat",
    "The boy saw a bird on the roof of the house.": "boy bird roof house",
}


def looked_at(text: str, layer: int, head: int, at: int) -> str:
    r = minilm(text)
    return r.names[int(np.argmax(r.shares[layer - 1, head, at]))]


def verbs_found(layer: int, head: int, sentences: tuple[tuple[str, str, str], ...]) -> int:
    return sum(
        looked_at(text, layer, head, minilm(text).names.index(verb)) == subject
        for text, verb, subject in sentences
    )


def nouns_found(layer: int, head: int) -> tuple[int, int]:
    hits = places = 0
    for text, nouns in NOUNS.items():
        at = [i for i, name in enumerate(minilm(text).names) if name in ("the", "a")]
        found = [looked_at(text, layer, head, i) for i in at]
        hits += sum(a == b for a, b in zip(found, nouns.split(), strict=True))
        places += len(at)
    return hits, places


@published.tells(
    "so 6 of 6 verbs find their subject, and 0 of 6 once words stand between. In layer 3, "
    "head 8 *the* finds its noun, in 22 of 23 places."
)
@plain.published
def counted() -> None:
    assert (verbs_found(1, 2, NEAR), verbs_found(1, 2, FAR)) == (6, 0)
    assert max(verbs_found(layer, head, FAR) for layer in range(1, 7) for head in range(12)) == 3
    assert nouns_found(3, 8) == (22, 23)
    assert max(nouns_found(layer, head) for layer in range(1, 7) for head in range(12)) == (22, 23)
    assert [looked_at("The old man saw the dog in the garden.", 3, 8, 1)] == ["man"]
    table = opened("tfx real-model layer=3 head=8").table("The finder: of 20 marked sentences")
    counts = {name: (row["best head"], row["found"], row["3.8"]) for name, row in table.items()}
    assert counts["the, a → its noun"] == ("3.8", "22 of 23", "22 of 23")
    assert counts["verb → subject, next to it"] == ("1.2", "6 of 6", "0 of 6")
    assert counts["verb → subject, apart"][:2] == ("6.2", "3 of 6")


@published.tells("`query` 0 is [CLS], which stands for nothing. Yet after the last layer, compared "
                 "with the embeddings that went in, it names the topic (preset 5).")  # fmt: skip
@plain.published
def names_italy() -> None:
    r = minilm("We ate pizza in Rome.")
    assert r.names[0] == "[CLS]"
    best = [r.name(int(i)) for i in np.argsort(-r.scores(-1, 0))[:3]]
    assert {"italy", "italian"} <= set(best)
    fifth = published.preset(5)
    assert (fifth.controls.text, fifth.controls.query) == ("We ate pizza in Rome.", 0)


@published.tells("`other` is a second sentence: the angle between the two mean vectors says how "
                 "alike they are.")  # fmt: skip
def two_means() -> None:
    s = opened(link("bert", "text='the cat' other='the milk, wanted'"))
    first, second = (
        plain.read(small()["bert"], text, "as-trained").streams[-1].mean(axis=0)
        for text in ("the cat", "the milk, wanted")
    )
    close(s.values.similarity, first @ second / (length(first) * length(second)), 1e-9)


@published.tells("Two upright stripes; layers 3 and 5 have some.")
@plain.published
def stripes() -> None:
    shares = minilm(CAT).shares[:, :, :, [0, -1]].sum(axis=-1).mean(axis=-1)
    assert max(shares[2]) > 0.8
    assert max(shares[4]) > 0.8
