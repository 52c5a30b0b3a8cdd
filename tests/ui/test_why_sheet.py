"""The sheet that walks a number down, as a person uses it."""

import math

from tests.ui.test_instrument import app, press


async def test_a_number_is_walked_down_and_up_again() -> None:
    async with app("tfx softmax").run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab", "tab", "down", "w")
        text = await press(pilot)
        assert "Why entropy" in text
        assert "H = Σ p·(−ln p)" in text
        assert "probabilities[cat]" in text and "0.659001" in text
        text = await press(pilot, "enter")
        assert "entropy › probabilities[cat]" in text
        assert "e^(2/1) / (e^(2/1) + e^(1/1) + e^(0.1/1)) = 0.659001" in text
        assert "you set it" in text and "backspace up" in text
        text = await press(pilot, "backspace")
        assert "Why entropy" in text and "›" not in text
        assert "The whole guess" in await press(pilot, "escape")


async def test_what_was_held_is_held_again_on_the_way_up() -> None:
    async with app("tfx softmax").run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab", "tab", "down", "w", "down", "down", "down")
        assert "entropy › costs[dog]" in await press(pilot, "enter")
        line = next(line for line in (await press(pilot, "backspace")).splitlines() if "▸" in line)
        assert "costs[dog]" in line


async def test_a_long_sum_folds_and_unfolds_and_is_sorted_by_size() -> None:
    logits = ",".join(str(i) for i in range(8))
    async with app(f"tfx softmax logits={logits}").run_test(size=(80, 36)) as pilot:
        text = await press(pilot, "tab", "tab", "down", "w")
        assert "… +8 terms" in text and "costs[7]" not in text
        text = await press(pilot, *["down"] * 8, "enter")
        assert "costs[7]" in text and "terms: enter" not in text
        text = await press(pilot, *["down"] * 16, "enter")
        names = [line.split()[0].lstrip("▸") for line in text.splitlines() if "[" in line]
        p = [math.exp(i - 7) for i in range(8)]
        parts = [x / sum(p) * -math.log(x / sum(p)) for x in p]
        assert names[0].endswith(f"[{parts.index(max(parts))}]")


async def test_nothing_of_it_is_built_while_keys_move(monkeypatch) -> None:
    from tui_transformer.concepts.softmax import workings
    from tui_transformer.concepts.softmax.model import Softmax

    built = []
    for name in ("errors", "costs", "powers", "scaled", "gradient"):
        value = vars(Softmax)[name]
        how = value.how
        monkeypatch.setattr(value, "how", lambda *at, how=how: built.append(at) or how(*at))
    async with app("tfx softmax").run_test(size=(80, 24)) as pilot:
        await press(pilot, "right", "left", "down", "right")
        assert not built
        await press(pilot, "tab", "tab", "down", "w", "down", "enter")
        assert built
    assert workings
