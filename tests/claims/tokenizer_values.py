"""What `tokenizer` claims: its values."""

from tests.claims.book import Claims, State, close, read
from tests.claims.merging import (
    alphabet,
    joined,
    learned,
    replayed,
    spelled,
    symbols,
)

tokenizer = Claims(
    "tokenizer",
    examples=(
        "tfx tokenizer text=",
        "tfx tokenizer 'text=   '",
        "tfx tokenizer text=x split_words=off sample=x",
        "tfx tokenizer text=x split_words=off sample=xyx",
        "tfx tokenizer text=abababab split_words=off merges=9 sample=",
        "tfx tokenizer 'text=so so so' merges=1 sample=",
        "tfx tokenizer 'text=so so so' sample=",
        "tfx tokenizer sample=newest merges=9",
        "tfx tokenizer sample=newest merges=4",
        "tfx tokenizer 'sample=low lower lowest slow lows' merges=9",
        "tfx tokenizer 'text=a lot of a lot' split_words=off 'sample=lot of' merges=2",
        "tfx tokenizer 'text=aaaaaaa aaa' split_words=off merges=1 sample=aaaaa",
        "tfx tokenizer base=bytes 'sample=zürich' merges=30",
    ),
)


def names(s: State, row: list) -> list[str]:
    return [spelled(symbol, s.controls) for symbol in row]


def visible(text: str) -> str:
    return text.replace(" ", "␣")


def short(text: str, length: int) -> str:
    """As the screen shortens: the beginning and …"""
    text = visible(text)
    return text if len(text) <= length else text[: length - 1] + "…"


# ── values ─────────────────────────────────────────────────────────────────────────────


@tokenizer.oracle("tokens", "token_ids")
def tokens(s: State) -> None:
    told = learned(s.controls)
    assert s.values.tokens == names(s, told.symbols)
    known = alphabet(s.controls) + [joined(a, b) for a, b, _ in told.merges]
    number = {symbol: i for i, symbol in enumerate(known)}
    assert s.values.token_ids == [number[symbol] for symbol in told.symbols]
    title = s.figure.panels[0].title
    assert read(title.split()[3]) == len(told.symbols)
    shown = [token.text for token in s.figure.panels[0].tokens]
    assert shown == [short(name, 60) for name in names(s, told.symbols)[: len(shown)]]


@tokenizer.oracle("merge_list", "top_pairs")
def merges(s: State) -> None:
    told = learned(s.controls)
    assert s.values.merge_list == [names(s, pair[:2]) for pair in told.merges]
    assert s.values.top_pairs == [[*names(s, pair[:2]), pair[2]] for pair in told.pairs[:10]]
    table = s.table("Merges, newest first")
    for i, (left, right, count) in enumerate(told.merges, start=1):
        if (row := table.get(f"{i:,}")) is not None:
            pair = (
                f"{short(spelled(left, s.controls), 24)} + {short(spelled(right, s.controls), 24)}"
            )
            made = short(spelled(joined(left, right), s.controls), 24)
            assert (row["merge"], row["count"], row["makes"]) == (pair, count, made)
    assert len(table) == max(min(len(told.merges), 12), 1)
    rows = s.table("Pairs: the first is next")
    for (left, right, count), (pair, row) in zip(told.pairs, rows.items(), strict=False):
        assert row["count"] == count
        assert pair.split(" + ") == [short(x, 24) for x in names(s, [left, right])]


@tokenizer.oracle("vocabulary_size", "characters_per_token")
def sizes(s: State) -> None:
    told = learned(s.controls)
    sizes = {name: row[""] for name, row in s.table("What it buys").items()}
    size = len(alphabet(s.controls)) + len(told.merges)
    assert size == s.values.vocabulary_size == sizes["vocabulary"]
    assert sizes["tokens"] == len(told.symbols)
    assert sizes["symbols at first"] == len(told.base)
    if not told.symbols:
        assert s.values.characters_per_token is None
        return
    for found in (s.values.characters_per_token, sizes["characters/token"]):
        close(found, len(s.controls.text) / len(told.symbols))


@tokenizer.oracle("sample_tokens")
def sample_tokens(s: State) -> None:
    row = replayed(s.controls)
    assert s.values.sample_tokens == names(s, row)
    if row and len(row) < 12:
        lines = next(p for p in s.figure.panels if p.title == "The sample, merged").lines
        assert lines[-1].split() == [visible(name) for name in names(s, row)]
        assert lines[0].split() == [
            visible(name) for name in names(s, symbols(s.controls.sample, s.controls))
        ]
