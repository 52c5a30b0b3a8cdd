"""Random inputs for the program with a terminal in memory: most of a million are tried here."""

import asyncio
import gc
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from random import Random

import numpy as np

from tests.torture.inputs import Input, Inputs
from tests.torture.memory import Program, started
from tests.torture.rounds import Broken, Round, within
from tests.torture.scanner import strangers
from tui_transformer.concepts import entries

Burst = list[Input]
HANGS = 60.0  # seconds after which a burst is taken to hang, in however busy a machine


class Failed(Exception):
    """What was seen to go wrong after some input."""


def random_inputs(round_: Round) -> None:
    """Open a concept, or the map, and give it some hundred inputs; all must be answered."""
    random = round_.random
    links = ["", *(entry.id for entry in entries())]
    link = random.choice(links)
    look = {
        "theme": random.choice(("dark", "light", "ansi", "nord")),
        "ascii": random.random() < 0.2,
    }
    inputs = Inputs(random)
    bursts: list[Burst] = []

    def drawn() -> Iterator[Burst]:
        left = 500 * round_.size
        while left > 0:
            bursts.append(inputs.burst())
            left -= len(bursts[-1])
            yield bursts[-1]

    try:
        tried(round_, link, look, drawn())
    except Exception as problem:
        shortest = shortened(round_, link, look, bursts, problem)
        raise Broken(
            f"{type(problem).__name__}: {str(problem)[:500]}\n"
            f"open {link or 'the map'} {look}, then send, a line at a time:\n"
            + "\n".join(f"  {[one.name for one in burst]}" for burst in shortest)
            + "\n"
            + "".join(traceback.format_exception(problem))[-4000:]
        ) from None
    gc.collect()


def tried(round_: Round, link: str, look: dict[str, object], bursts: Iterator[Burst]) -> None:
    """Give a program inputs; whatever goes wrong is raised."""
    with np.errstate(all="raise", under="ignore"), seeded(round_.seed):
        asyncio.run(_tried(round_, link, look, bursts))


async def _tried(
    round_: Round, link: str, look: dict[str, object], bursts: Iterator[Burst]
) -> None:
    async with started(link and f"tfx {link}", **look) as program:  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        for burst in bursts:
            before, began = time.thread_time(), time.perf_counter()
            with within(HANGS):
                for one in burst:
                    program.send(one)
                await program.rest()
                program.driver.pause()
                await program.rest()
            round_.tally.inputs += len(burst)
            # What the machine does beside this is not ours, so the clock of this thread decides.
            took = min(time.perf_counter() - began, time.thread_time() - before)
            round_.tally.slowest = max(round_.tally.slowest, took)
            if took > round_.patience * max(1, len(burst) / 10):
                raise Failed(f"{len(burst)} inputs were answered after {took:.1f} s")
            if not program.running:
                break
            looked_at(round_, program)


def looked_at(round_: Round, program: Program) -> None:
    """Look at what was sent to the terminal, and at what the program says of itself."""
    sent = program.driver.take()
    round_.tally.scanned += len(sent)
    if odd := strangers(sent.encode(errors="replace").decode().replace("\ufe0f", "")):
        raise Failed(f"sent to the terminal: {odd}")
    if program.app.cell_diff_fault is not None:
        raise program.app.cell_diff_fault


def shortened(
    round_: Round, link: str, look: dict[str, object], bursts: list[Burst], problem: Exception
) -> list[Burst]:
    """Find the last inputs that do it again, as few as a minute allows."""
    end = time.monotonic() + 60

    def again(some: list[Burst]) -> bool:
        try:
            tried(round_, link, look, iter(some))
        except Exception as same:
            return type(same) is type(problem)
        return False

    shortest = bursts
    for length in (2**n for n in count()):
        if length >= len(bursts) or time.monotonic() > end:
            break
        if again(bursts[-length:]):
            shortest = bursts[-length:]
            break
    for number in reversed(range(len(shortest))):
        fewer = shortest[:number] + shortest[number + 1 :]
        if time.monotonic() < end and again(fewer):
            shortest = fewer
    return shortest


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let `*` draw the same numbers in every run of a round."""
    plain, own = np.random.default_rng, Random(seed)
    np.random.default_rng = lambda *args: plain(*(args or (own.randrange(2**32),)))  # type: ignore
    try:
        yield
    finally:
        np.random.default_rng = plain
