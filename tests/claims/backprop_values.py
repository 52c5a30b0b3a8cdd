"""The values of `backprop`: every number of the way back, got by going forwards."""

import math
from collections.abc import Iterator
from functools import cache

from tests.claims.book import Claims, State, close, opened
from tests.claims.dual import Dual, names_in, places_in, set_to, worked_out

backprop = Claims(
    "backprop",
    examples=(
        *(f"tfx backprop step={step}" for step in range(1, 19)),
        *(f"tfx backprop expression='x*x + 3*x' leaves='x=2' step={step}" for step in (3, 6, 8)),
        "tfx backprop expression='log(x)' leaves='x=-1' step=2",
        "tfx backprop expression='log(x)' leaves='x=-1' step=3",
        "tfx backprop expression='sqrt(x)' leaves='x=0' step=4",
        "tfx backprop expression='2**x - x/(1 + x) + sqrt(x)' leaves='x=1.5' nudge=x delta=-0.4 "
        "step=-1",
        "tfx backprop expression='relu(x) - relu(y) - -x**2' leaves='x=1.5 y=-1' step=-1",
    ),
)


def finite(s: State) -> bool:
    """Whether everything there is to the state is a number."""
    return None not in (s.values.value, s.values.actual, *s.values.gradients.values())


@cache
def _all_of(link: str) -> list[list]:
    return opened(f"{link} step=-1").values.nodes


def all_of(s: State) -> list[list]:
    """The nodes with everything reached."""
    return _all_of(s.link)


def count(s: State) -> int:
    return len(s.values.nodes)


def node(s: State, name: str) -> list:
    (found,) = (row for row in all_of(s) if row[0] == name)
    return found


def users(s: State, name: str) -> list[str]:
    """What is made of a node, once for each time that it stands there, from the top down."""
    return [row[0] for row in reversed(all_of(s)) for part in names_in(row[1]) if part == name]


def again(s: State, name: str, x: Dual | float) -> Dual:
    """Work out all nodes in their order, with one of them put to a number; the last of them."""
    numbers: dict[str, Dual | float] = {}
    for called, operation, value, *_ in all_of(s):
        made = worked_out(operation, numbers) if operation else value
        numbers[called] = x if called == name else made
    last = numbers[all_of(s)[-1][0]]
    return last if isinstance(last, Dual) else Dual(last)


# ── values ─────────────────────────────────────────────────────────────────────────────


@backprop.oracle("value")
def as_python_reads_it(s: State) -> None:
    if finite(s):
        true = worked_out(s.controls.expression, set_to(s.controls.leaves)).x
        close(s.values.value, true, 1e-12, least=1e-13)


@backprop.oracle("gradients")
def forwards(s: State) -> None:
    numbers = set_to(s.controls.leaves)
    assert list(s.values.gradients) == list(numbers)
    if finite(s):
        size = max(1.0, *map(abs, s.values.gradients.values()))
        for name, x in numbers.items():
            true = worked_out(s.controls.expression, {**numbers, name: Dual(x, 1.0)}).dx
            close(s.values.gradients[name], true, 1e-9, least=1e-12 * size)


def difference(s: State, name: str, h: float) -> float:
    """The central difference of the typed expression by a leaf."""
    numbers = set_to(s.controls.leaves)
    up, down = (
        worked_out(s.controls.expression, {**numbers, name: numbers[name] + d}).x for d in (h, -h)
    )
    return (up - down) / (2 * h)


@backprop.oracle("finite_difference")
def two_values(s: State) -> None:
    assert list(s.values.finite_difference) == list(s.values.gradients)
    for name, x in set_to(s.controls.leaves).items():
        if finite(s) and s.values.finite_difference[name] is not None:
            h = 1e-5 * max(1.0, abs(x))
            close(
                s.values.finite_difference[name],
                difference(s, name, h),
                1e-9,
                least=1e-15 * max(1.0, abs(s.values.value)) / h * 10,
            )


@backprop.oracle("nodes")
def one_line_a_node(s: State) -> None:
    """Masks by the step; then value, gradient, own slopes and difference of every node."""
    n, step = count(s), s.controls.step
    up, down = (n, n) if step < 0 else (min(step, n), max(step - n, 0))
    for i, row in enumerate(s.values.nodes):
        full = all_of(s)[i]
        if finite(s):
            assert (row[2] is not None) == (i < up)
            assert [x is not None for x in row[3:]] == [i >= n - down] * 3
        assert all(mine in (None, true) for mine, true in zip(row, full, strict=True))
    if not finite(s):
        return
    numbers: dict[str, float] = {}
    size = max(abs(row[3]) for row in all_of(s))
    end = abs(all_of(s)[-1][2])
    for name, operation, value, gradient, slopes, differs in all_of(s):
        assert set(names_in(operation)) <= set(numbers), "made of what stands before it"
        if operation:
            close(value, worked_out(operation, numbers).x, 1e-12, least=1e-13)
            close(slopes, own_slopes(operation, numbers), 1e-9, least=1e-12)
        else:
            assert slopes == [] and value == set_to(s.controls.leaves)[name]
        numbers[name] = value
        close(gradient, again(s, name, Dual(value, 1.0)).dx, 1e-9, least=1e-12 * max(size, 1))
        h = 1e-5 * max(1.0, abs(value))
        numeric = (again(s, name, value + h).x - again(s, name, value - h).x) / (2 * h)
        close(differs, numeric, 1e-9, least=1e-14 * max(1.0, end) / h)


def own_slopes(operation: str, numbers: dict[str, float]) -> list[float]:
    """How an operation moves with each name in it, one place at a time."""
    found = []
    for (a, b), name in zip(places_in(operation), names_in(operation), strict=True):
        alone = f"{operation[:a]}here{operation[b:]}"
        found.append(worked_out(alone, {**numbers, "here": Dual(numbers[name], 1.0)}).dx)
    return found


@backprop.oracle("paths")
def every_way(s: State) -> None:
    """Ways are walked from the top, and their products add to what the forward pass gives."""
    assert list(s.values.paths) == list(s.values.gradients)
    if not finite(s):
        return
    rows = {row[0]: row for row in all_of(s)}

    def ways(here: str, product: float) -> Iterator[tuple[str, float]]:
        if not rows[here][1]:
            yield here, product
        for part, own in zip(names_in(rows[here][1]), rows[here][4], strict=True):
            yield from ways(part, product * own)

    walked = list(ways(all_of(s)[-1][0], 1.0))
    for leaf, products in s.values.paths.items():
        mine = sorted(product for name, product in walked if name == leaf)
        close(sorted(products), mine, 1e-9, least=1e-12)
        size = sum(map(abs, products))
        close(math.fsum(products), s.values.gradients[leaf], 1e-9, least=1e-12 * max(size, 1))


@backprop.oracle("predicted", "actual")
def nudged(s: State) -> None:
    leaf, numbers = s.controls.nudge, set_to(s.controls.leaves)
    assert leaf in numbers
    if finite(s):
        by = s.controls.delta
        slope = worked_out(s.controls.expression, {**numbers, leaf: Dual(numbers[leaf], 1.0)}).dx
        close(s.values.predicted, s.values.value + slope * by, 1e-9, least=1e-12)
        moved = {**numbers, leaf: numbers[leaf] + by}
        close(s.values.actual, worked_out(s.controls.expression, moved).x, 1e-9, least=1e-12)
