"""A whole class on one machine: a presenter, and thirty who follow in forks of one host."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from select import select

from tests.classroom.screens import TFX, everybody_reads
from tests.forked_terminal import ForkedTerminal
from tests.hosting.lodging import VISIT, Lodging, alone
from tests.hosting.served import Start, forked
from tests.pty_terminal import Terminal
from tests.waiting import until

SIZES = ((60, 18), (80, 24), (100, 30), (120, 36), (160, 45), (200, 50))


@dataclass
class Hosted:
    """Who presents, who follows, and who forks them."""

    house: Lodging
    presenter: Terminal
    followers: list[Terminal]

    def all_show(self, text: str) -> bool:
        """Whether everybody comes to see something."""

        def shown() -> bool:
            everybody_reads(self.presenter, *self.followers)
            return all(text in "\n".join(one.text()) for one in self.followers)

        return until(shown)

    def agree(self) -> bool:
        """Whether everybody comes to see what others of their size see, to the cell."""

        def same() -> bool:
            everybody_reads(self.presenter, *self.followers)
            seen: dict[tuple[int, int], set[str]] = {}
            for one in (self.presenter, *self.followers):
                seen.setdefault(one.size, set()).add("\n".join(one.text()[1:-7]))
            return all(len(screens) == 1 for screens in seen.values())

        return until(same)


def follower(house: Lodging, size: tuple[int, int]) -> Terminal:
    """Somebody who follows, in a fork of the host's."""
    columns, rows = size
    asked = {"SSH_ORIGINAL_COMMAND": "follow physics"}
    return Terminal([*VISIT, str(house.socket)], columns=columns, rows=rows, env=asked)


@contextmanager
def hosted(folder: Path, shown: str, count: int = 30, start: Start = forked) -> Iterator[Hosted]:
    """A class that presents a state, with so many who follow at all sizes in turn."""
    place = {"TFX_CLASS_DIR": str(folder / "classes"), "XDG_STATE_HOME": str(folder)}
    with ExitStack() as stack:
        at = folder / "host.sock"
        house = stack.enter_context(alone(at, "--class", "physics", env=place, start=start))
        command = [*TFX, "present", "physics", *shown.split()]
        presents = ForkedTerminal if start is forked else Terminal
        presenter = stack.enter_context(presents(command, env=place))
        presenter.wait_for("0 following")
        followers = [
            stack.enter_context(follower(house, SIZES[at % len(SIZES)])) for at in range(count)
        ]
        it = Hosted(house, presenter, followers)
        assert it.all_show("following physics")
        yield it


def answered(key: float, terminals: list[Terminal], quiet: float = 0.25) -> float:
    """Seconds from a moment to the last byte that any of these got, when no more come."""
    last = key
    by_file = {one._master: one for one in terminals}
    while ready := select(list(by_file), [], [], quiet)[0]:
        for file in ready:
            if by_file[file].listen(0):
                last = by_file[file].chunks[-1][0]
    return last - key


def held(presenter: Terminal, key: str, others: list[Terminal], seconds: float, rate: int) -> float:
    """Hold a key of the presenter's so long; the moment of the last press."""
    begun = sent = time.perf_counter()
    for press in range(int(seconds * rate)):
        while (left := begun + press / rate - time.perf_counter()) > 0:
            select([one._master for one in others], [], [], left)
            everybody_reads(presenter, *others)
        sent = presenter.key(key)
    return sent
