"""Who watches a class types nothing, and is no idle visitor."""

import asyncio
from pathlib import Path

import pytest

from tui_transformer.classroom.messages import State
from tui_transformer.ui.attendance import Attendance
from tui_transformer.ui.seated import Attend
from tui_transformer.ui.terminal import idle


class Screen:
    """What hears of a state, and shows nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


async def test_a_state_that_arrives_keeps_a_visit_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is ours: an hour of lecture in which only the presenter types."""
    now = [1000.0]
    ended: list[float] = []
    monkeypatch.setattr(idle, "monotonic", lambda: now[0])
    monkeypatch.setattr(idle, "_shown", 0.0)
    seat = Attendance(Screen(), Attend("physics", path=Path("x")))  # type: ignore[arg-type]
    watch = idle.Idle(900, lambda: ended.append(now[0]))
    for minute in range(60):
        now[0] = 1000 + 60.0 * minute
        seat._hear(State(f"tfx descent steps={minute}"))
        watch._look()
        watch.stop()
    assert not ended
    now[0] += 899
    watch._look()
    watch.stop()
    assert not ended
    now[0] += 2
    watch._look()
    assert ended
    watch.stop()
    await asyncio.sleep(0)
