"""How long the shipped weights take to load: mapped, checked, every tensor there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from tests.bench.apps import Plan
from tests.bench.report import Row


def loading(plan: Plan) -> Iterator[Row]:
    """Load both files again and again, beside reading them whole."""
    from tui_transformer import weights
    from tui_transformer.concepts.encoder_decoder import network as reverser
    from tui_transformer.concepts.sorter import network as sorter

    for name, shapes in (("sorter", sorter.SHAPES), ("reverser", reverser.PLAN.shapes())):
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(5):
            began = time.perf_counter()
            (weights.FOLDER / f"{name}.safetensors").read_bytes()
            between = time.perf_counter()
            weights.load(name, shapes)
            taken[0].append(1000 * (between - began))
            taken[1].append(1000 * (time.perf_counter() - between))
        yield Row(f"weights of {name}, to reading them", "ms", *map(median, taken), 50, True)
