"""What a terminal answers, sent to a screen that is at rest: nothing of it may do anything."""

import asyncio
import os
import time

from tests.pty_terminal import Terminal
from tests.torture.in_terminal import at_rest
from tests.torture.inputs import Input
from tests.torture.memory import Program, started
from tests.torture.replies import REPLIES, encodings
from tests.torture.rounds import Broken, Round
from tests.torture.starting import checked_end, tfx
from tui_transformer.concepts import entries

SPLIT = 0.3  # seconds by which the halves of a sequence are apart
LONGEST_SPLIT = 0.55  # and by which they may be, over a network


def in_memory(round_: Round) -> None:
    """Send every answer, cut in two at a random place, to a concept, a list and an open line."""
    concept = round_.random.choice(entries()).id
    asyncio.run(_in_memory(round_, concept))


async def _in_memory(round_: Round, concept: str) -> None:
    async with started(f"tfx {concept}") as program:
        for opening in ("", "\r", "\x1b[27u?", "\x1b[27u\x10"):
            await _settled(program, opening)
            for name, reply in REPLIES.items():
                for data in encodings(reply)[:2]:
                    text = data.decode()
                    cut = round_.random.randrange(len(text))
                    for part in (text[:cut], text[cut:]):
                        program.send(Input(name, part))
                        await program.rest()
                    round_.tally.inputs += 1
                    if drawn := program.driver.take():
                        way = text[:cut], text[cut:]
                        raise Broken(f"{concept}, {opening!r}: {name} {way} acts: {drawn[:200]!r}")
        await _settled(program, "\x1b[27u")
        program.send(Input("?", "?"))
        await program.rest()
        if not program.driver.take():
            raise Broken(f"{concept}: a key after the answers does nothing")


async def _settled(program: Program, keys: str) -> None:
    """Press some keys, and wait until everything that comes of them has been drawn."""
    program.send(Input(keys, keys))
    await program.rest()
    while program.driver.take():
        await asyncio.sleep(0.05)
        await program.rest()


def in_terminal(round_: Round) -> None:
    """Send answers in two halves with a pause between them; the screen stays, and a key works."""
    with tfx(round_, "softmax", env={"SSH_TTY": "/dev/pts/0"}) as terminal:
        terminal.wait_for("0.659001", 30)
        at_rest(terminal)
        for name in round_.random.sample(list(REPLIES), 8 * round_.size):
            data = round_.random.choice(encodings(REPLIES[name]))
            cut = round_.random.randrange(1, min(4, len(data)))
            before = terminal.text()
            if not _sent_in_halves(terminal, data[:cut], data[cut:]):
                break  # this machine is too busy to say anything about pauses
            round_.tally.inputs += 1
            at_rest(terminal)
            if terminal.text() != before:
                shown = "\n".join(terminal.text())
                raise Broken(f"{name} {data[:cut], data[cut:]} acts:\n{shown}")
        else:
            terminal.send("l")
            terminal.wait_for("logits cat = 2.1", round_.patience)
        terminal.key("ctrl+q")
        checked_end(round_, terminal)


def _sent_in_halves(terminal: Terminal, *halves: bytes) -> bool:
    """Send halves with a pause between them, and say whether that was no longer than it may be."""
    began = time.monotonic()
    os.write(terminal._master, halves[0])
    time.sleep(SPLIT)
    os.write(terminal._master, halves[1])
    return time.monotonic() - began < LONGEST_SPLIT
