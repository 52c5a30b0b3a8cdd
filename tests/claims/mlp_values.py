"""The values of `mlp`, each worked out by other means."""

from tests.claims.book import Claims, State, close
from tests.claims.hinged import (
    bends,
    close_to_a_kink,
    ends,
    now,
    output,
    state_of,
    step,
    total,
    units,
)

mlp = Claims(
    "mlp",
    examples=(
        "tfx mlp steps=1",
        "tfx mlp third_hinge=on x0=2.5 steps=4",
        "tfx mlp third_hinge=on x0=2.5",
        "tfx mlp third_hinge=on x0=-1",
        "tfx mlp x0=0.99999",
        "tfx mlp x0=1.00001 third_hinge=on",
        "tfx mlp w1=0 b1=0 x0=2",
        "tfx mlp w1=0 b1=0 w2=0 b2=0",
        "tfx mlp w1=0.1 b1=-0.3 x0=3",
        "tfx mlp w1=0.1 b1=3 w2=-0.1 b2=3",
        "tfx mlp w1=0 b1=1 w2=0 b2=1",
        "tfx mlp w1=-1 b1=3 w2=0 b2=1",
        "tfx mlp third_hinge=on v1=-1 v2=2 v3=-1",  # a dip is no bump
    ),
    random=60,
)


# ── values ─────────────────────────────────────────────────────────────────────────────


@mlp.oracle("y", "loss")
def forwards(s: State) -> None:
    close(s.values.y, output(now(s)), 1e-11, least=1e-11)
    close(s.values.loss, (output(now(s)) - s.controls.target) ** 2 / 2, 1e-9, least=1e-14)
    rows = s.table("Hinge by hinge")
    assert rows["y"]["v·h"] == s.values.y
    for i in units(now(s)):
        row, z = rows[str(i)], total(now(s), i)
        assert row["at x₀"] == state_of(now(s), i)
        close(row["z"], float(z), 1e-11, least=1e-14)
        close(row["v·h"], now(s)[f"v{i}"] * max(0.0, float(z)), 1e-11, least=1e-13)
        w, b = now(s)[f"w{i}"], now(s)[f"b{i}"]
        assert row["bends at"] == ("nowhere" if not w else -b / w + 0.0)


@mlp.oracle("gradients", "finite_difference")
def by_differences(s: State) -> None:
    """Every gradient, of y and of the loss, against a difference of y that keeps clear of kinks."""
    numbers, v = now(s), s.values
    size = max(1.0, abs(v.y), *map(abs, v.gradients.values()))
    assert list(v.gradients) == list(v.finite_difference) == list(numbers)
    shown, moved = halves(s), s.table("What a step moves")
    assert set(shown) == set(numbers) and set(moved) == set(numbers) - {"x"}
    for name, value in numbers.items():
        h = step(value)
        up, down = (output({**numbers, name: value + d}) for d in (h, -h))
        close(v.finite_difference[name], (up - down) / (2 * h), 1e-9, least=1e-9 * size)
        assert shown[name] == (v.gradients[name], v.finite_difference[name])
        if not close_to_a_kink(s):
            close(v.gradients[name], v.finite_difference[name], 1e-6, least=1e-9 * size)
            if name != "x":
                losses = [
                    (output({**numbers, name: value + d}) - s.controls.target) ** 2 / 2
                    for d in (h, -h)
                ]
                numeric = (losses[0] - losses[1]) / (2 * h)
                close(moved[name]["∂L/∂θ"], numeric, 1e-5, least=1e-6 * size * size)
    for i in units(numbers):
        if total(numbers, i) <= 0:  # at the kink, too: relu′(0) counts as 0
            assert [v.gradients[f"{letter}{i}"] for letter in "wbv"] == [0, 0, 0]


def halves(s: State) -> dict[str, tuple[object, object]]:
    """Both numbers of each parameter, as they stand beside each other; its hinge with its name."""
    (panel,) = (p for p in s.figure.panels if p.title == "Gradients at x₀")
    found = {}
    for row in panel.rows:
        for named, *numbers in (row[:3], row[3:]):
            name, _, mark = named.content.partition(" ")
            if name:
                assert mark == ("" if name in "cx" else state_of(now(s), int(name[1])))
                found[name] = tuple(cell.content for cell in numbers)
    return found


@mlp.oracle("kinks")
def where_it_bends(s: State) -> None:
    close(s.values.kinks, [float(x) for x in bends(now(s))], 1e-12)
    rows = s.table("Far out: slope·x + level")
    for side, (slope, level) in zip(("left", "right"), ends(now(s)), strict=True):
        close(rows[side]["slope"], float(slope), 1e-9, least=1e-12)
        close(rows[side]["+ level"], float(level), 1e-9, least=1e-12)


@mlp.oracle("parameters_after")
def a_step_downhill(s: State) -> None:
    """What was set; or the numbers before, less η times the slope of the loss there."""
    c, after = s.controls, s.values.parameters_after
    if c.steps == 0:
        assert after == {name: getattr(c, name) for name in after}
        return
    before = s.changed(steps=c.steps - 1)
    numbers, error = now(before), before.values.y - c.target
    for name, value in before.values.parameters_after.items():
        i = name[1:]
        open_ = bool(i) and total(numbers, int(i)) > 0
        by_hand = {
            "w": open_ and numbers.get(f"v{i}", 0) * c.x0,
            "b": open_ and numbers.get(f"v{i}", 0),
            "v": open_ and float(total(numbers, int(i or 1))),
            "c": 1,
        }[name[0]]
        size = max(1.0, abs(error * by_hand))
        close(after[name], value - c.learning_rate * error * by_hand, 1e-11, least=1e-12 * size)
