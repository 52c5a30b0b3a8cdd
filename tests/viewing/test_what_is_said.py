"""What is odd about the numbers of a file is said, and what is found in them is counted."""

import numpy as np
import pytest

from tests.viewing.files import TOKENS, attention, safetensors
from tui_transformer.concepts.view import finder
from tui_transformer.concepts.view.model import View
from tui_transformer.concepts.view.view import view


def opened(path, x, **controls):
    np.save(path / "a.npy", x)
    return View(file=str(path / "a.npy"), **controls)


def with_one(number):
    x = attention(9, 9)
    x[2, 3] = number
    return x


def masked():
    x = np.log(attention(5, 5))
    x[np.triu_indices(5, 1)] = -np.inf
    return x


ODD = {
    "NaN": (
        with_one(np.nan),
        "1 of the numbers of queries 0–8 is NaN, the first",
    ),
    "∞": (with_one(np.inf), "1 of the numbers of queries 0–8 is ∞."),
    "−∞": (masked(), "10 of the numbers of queries 0–4 are −∞: scores before softmax, not shares."),
    "negative": (-attention(4, 4), "no shares."),
    "sums": (with_one(2.0), "1 of 9 rows of queries 0–8 does not add up to 1: query 2 adds up to "),
    "columns": (attention(9, 9).T, "its columns add up to 1, not its rows; order=kq turns it"),
    "whole numbers": (np.arange(9).reshape(3, 3), "do not add up to 1: query 2 adds up to 21."),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_said(tmp_path, name):
    x, said = ODD[name]
    assert said in view(opened(tmp_path, x)).says
    assert opened(tmp_path, x).problem is None


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_rounded_shares_are_shares(tmp_path, kind):
    m = opened(tmp_path, attention(2, 60, 60, kind=kind), head=1, query=7)
    key = int(np.argmax(np.load(m.file)[1, 7]))
    said = view(m).says
    assert said.startswith(f"Layer 1, head 1: query 7 looks most at key {key}, 0.")


def test_of_equals_none_is_said_to_be_looked_at_most(tmp_path):
    x = np.full((4, 4), 0.25)
    x[1] = (0.1, 0.4, 0.1, 0.4)
    said = view(opened(tmp_path, x)).says
    assert said.endswith("query 0 looks most at no key: all 4 get the same, 0.25 each.")
    said = view(opened(tmp_path, x, query=1)).says
    assert said.endswith("query 1 looks most at 2 keys alike, the first key 1, 0.40 each.")


def test_turned_round_nothing_is_odd(tmp_path):
    m = opened(tmp_path, attention(9, 9).T, order="kq")
    assert "looks most at" in view(m).says


def test_the_sum_is_worked_out_from_the_numbers_of_the_row(tmp_path):
    m = opened(tmp_path, attention(2, 3, 8, 8), layer=2, head=1, query=5)
    working = view(m).formula
    assert float(working.value) == pytest.approx(np.load(m.file)[1, 1, 5].astype(float).sum())
    assert working.holds
    cell = m.the("attention").working(5, 2)
    assert cell.symbols == "array[1, 1, 5, 2], as it stands in the file" and cell.holds


# ── the finder ─────────────────────────────────────────────────────────────────────────


def looking(targets, layers=2, heads=2, n=12):
    """Attention in which layer 2, head 1 looks where it is told, and the others at themselves."""
    x = np.zeros((layers, heads, n, n), np.float32)
    x[..., range(n), range(n)] = 1
    for query, key in targets.items():
        x[1, 1, query] = 0
        x[1, 1, query, key] = 1
    return x


def best(m):
    return {
        name: (tuple(map(int, np.unravel_index(one.hits.argmax(), one.hits.shape))),
               int(one.hits.max()), one.chances)
        for name, one in finder.found(m).items()
    }  # fmt: skip


def test_each_pattern_is_found_where_it_was_put(tmp_path):
    file = tmp_path / "a.npz"

    def found(targets, tokens, **controls):
        np.savez(file, attention=looking(targets, n=len(tokens)), tokens=tokens)
        return best(View(file=str(file), **controls))

    before = {at: at - 1 for at in range(1, 12)}
    assert found(before, TOKENS)["the token before"] == ((1, 1), 11, 11)
    first = dict.fromkeys(range(1, 12), 0)
    assert found(first, TOKENS)["the first token"] == ((1, 1), 11, 11)
    assert found({1: 4, 4: 1}, TOKENS)["the same token"] == ((1, 1), 2, 2)
    # "the" at 1 and at 4: from the second, the induction head looks at what came after the first.
    assert found({4: 2}, TOKENS)["what came after the same"] == ((1, 1), 1, 1)
    nouns = {1: 2, 4: 5}
    assert found(nouns, TOKENS)["the, a → its noun"] == ((1, 1), 2, 2)
    assert found({2: 6}, TOKENS, pairs="2-6, 99-1")["the, a → its noun"] == ((1, 1), 1, 1)
    assert "the, a → its noun" not in found(nouns, ["x", *TOKENS])


def test_who_looks_at_all_alike_finds_nothing(tmp_path):
    """A row that is padding (all 0) or spread evenly is not parked on the first token."""
    even = np.full((1, 1, 12, 12), 1 / 12)
    assert {hits for _, hits, _ in best(opened(tmp_path, even)).values()} == {0}
    padded = looking(dict.fromkeys(range(1, 12), 0), layers=2)
    padded[..., 8:, :] = 0
    assert best(opened(tmp_path, padded))["the first token"] == ((1, 1), 7, 11)
    twins = looking({})
    twins[1, 1, [3, 3], [1, 6]], twins[1, 1, 3, 3] = 0.5, 0  # at two of its own alike
    np.savez(tmp_path / "a.npz", attention=twins, tokens=[*"xtaataatazzz"])
    assert best(View(file=str(tmp_path / "a.npz")))["the same token"][1] == 0
    np.savez(tmp_path / "a.npz", attention=twins, tokens=[*"xtatxxtzzzyy"])
    assert best(View(file=str(tmp_path / "a.npz")))["the same token"][:2] == ((1, 1), 1)


def test_a_stripe_is_found_without_tokens(tmp_path):
    m = opened(tmp_path, looking({at: at - 5 for at in range(5, 12)}))
    assert best(m)[finder.STRIPE] == ((1, 1), 7, 10)
    assert finder.found(m)[finder.STRIPE].note == "5"
    assert set(best(m)) == {"the token before", "the first token", finder.STRIPE}
    table = finder.table(m)[0][0]
    assert len(table.rows) == 3


def test_of_very_many_heads_fewer_rows_are_searched(tmp_path, monkeypatch):
    m = opened(tmp_path, attention(3, 4, 20, 20))
    monkeypatch.setattr(finder, "MOST", 3 * 4 * 20 * 7)
    assert finder.searched(m) == range(7)
    monkeypatch.setattr(finder, "MOST", 10)
    assert finder.table(m) == ()


# ── two files ──────────────────────────────────────────────────────────────────────────


def test_two_files_are_compared_at_the_same_place(tmp_path):
    from tui_transformer.link import open_words
    from tui_transformer.session import Session

    one, two = attention(2, 2, 12, 12), attention(2, 2, 12, 12, seed=5)
    np.save(tmp_path / "one.npy", one)
    texts = {"tokens": '["' + '", "'.join(TOKENS) + '"]'}
    safetensors(tmp_path / "two.safetensors", {"x": ("F32", two)}, **texts)
    files = [str(tmp_path / "one.npy"), str(tmp_path / "two.safetensors")]
    session = Session.begin(*open_words(["view", *files, "head=1"]))
    for layer, head in ((1, 1), (2, 0)):
        session = session.become(session.model.replace(layer=layer, head=head))
        square = next(p for p in session.figure.panels if p.key == "attention")
        difference = one[layer - 1, head].astype(float) - two[layer - 1, head]
        assert np.allclose(square.values, difference, atol=1e-7)
        assert square.rows[1] == "the"
    assert session.compare().pinned is None


def test_a_link_opens_the_same_again(tmp_path):
    from tui_transformer.link import link_to, open_command

    m = opened(tmp_path, attention(3, 4, 40, 40), layer=3, head=2, query=35, rows=8)
    again = open_command(link_to("view", m))[1]
    assert again.same(m)
    assert np.array_equal(again.attention, m.attention)
