"""How each number of `view` comes about: it stands in the file, or is a sum of such."""

from tui_transformer.concepts.view.model import View
from tui_transformer.terms import Term, operand, total
from tui_transformer.text import visible


def _place(m: View, layer: int, head: int, query: int, key: int) -> str:
    """Write where a number stands in the file."""
    last = (key, query) if m.order == "kq" else (query, key)
    place = (layer, head, *last)[4 - len(m.attention_array.shape) :]
    return f"{visible(m.attention_array.name)}[{', '.join(map(str, place))}]"


def _written(m: View, *place: int) -> str:
    """The formula of a number that is read."""
    return f"{_place(m, *place)}, as it stands in the file"


def _cell(m: View, query: int, key: int) -> tuple[int, int, int, int]:
    return m.layer - 1, m.head, m.queries[query], m.keys[key]


@View.attention.because(lambda m, *at: _written(m, *_cell(m, *at)))
def cell(m: View, query: int, key: int) -> Term:
    return operand(_place(m, *_cell(m, query, key)), m.attention[query, key])


@View.row.because(lambda m, key: _written(m, m.layer - 1, m.head, m.query, key))
def share(m: View, key: int) -> Term:
    return operand(_place(m, m.layer - 1, m.head, m.query, key), m.row[key])


@View.every_favourite.because(lambda m, *at: _written(m, *at, m.query, m.favourite))
def favourite(m: View, layer: int, head: int) -> Term:
    return operand(_place(m, layer, head, m.query, m.favourite), m.every_favourite[layer, head])


@View.every_first.because(lambda m, *at: _written(m, *at, m.query, 0))
def first(m: View, layer: int, head: int) -> Term:
    return operand(_place(m, layer, head, m.query, 0), m.every_first[layer, head])


@View.sums.because(lambda m, query: f"Σ of the row of query {m.queries[query]}")
def row_sum(m: View, query: int) -> Term:
    place = (m.layer - 1, m.head, m.queries[query])
    return total(operand(_place(m, *place, key), x) for key, x in enumerate(m.whole[query]))
