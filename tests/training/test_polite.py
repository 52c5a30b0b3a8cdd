"""Whoever computes beside others lets them go first, by what the system says of it."""

import os
from pathlib import Path

from tests.hosting.lodging import alone
from tests.training.test_live_training import SMALL
from tests.waiting import until
from tui_transformer.training.beside import Beside
from tui_transformer.training.course import trainer


def steps_back(process: int, much: int) -> bool:
    """Whether a process does, and its session, where sessions share the processor out."""
    session = Path(f"/proc/{process}/autogroup")
    told = session.read_text().split() if session.exists() else [str(much)]
    return os.getpriority(os.PRIO_PROCESS, process) == much and int(told[-1]) == much


def test_a_program_that_trains_lets_the_screen_go_first() -> None:
    beside = Beside()
    beside.advance(SMALL, trainer(SMALL).start(), 1, 1.0)
    assert beside._process is not None
    assert os.getsid(beside._process.pid) == beside._process.pid
    assert steps_back(beside._process.pid, min(os.getpriority(os.PRIO_PROCESS, 0) + 5, 19))
    beside.stop()


def test_sessions_of_a_host_let_it_go_first_and_their_helpers_let_them(tmp_path: Path) -> None:
    with alone(tmp_path / "host.sock") as house, house.direct("training") as tfx:
        before = os.getpriority(os.PRIO_PROCESS, house.process.pid)
        tfx.wait_for("step")
        (session,) = house.sessions()
        assert os.getpriority(os.PRIO_PROCESS, session) == before + 5
        tfx.send(" ")
        tfx.wait_for(lambda _: len(house.sessions()) == 2)
        (helper,) = set(house.sessions()) - {session}
        assert until(lambda: steps_back(helper, min(before + 10, 19)))
