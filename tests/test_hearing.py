"""What a test in memory waits for is seen wherever it waits."""

import asyncio
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import Static

from tests.hearing import waits


class Said(Message):
    """Something that nobody answers."""


class Slow(Static):
    """Does something that takes a while, without a message waiting anywhere."""

    done = 0

    async def on_key(self) -> None:
        await asyncio.sleep(0.1)
        self.done += 1


class Nested(App[None]):
    """Something deep down, and something beside it."""

    def compose(self) -> ComposeResult:
        with Vertical(id="outside"):
            with Vertical(id="inside"):
                yield Slow("deep", id="deep")
            yield Static("beside", id="beside")


def found(app: Nested, where: str) -> MessagePump:
    return {"app": app, "screen": app.screen}.get(where) or app.query_one(f"#{where}")


@pytest.mark.parametrize("where", ["app", "screen", "outside", "inside", "deep", "beside"])
async def test_a_message_or_a_call_is_seen_until_it_was_heard(where: str) -> None:
    app, called = Nested(), []
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not waits(app)
        found(app, where).post_message(Said())
        assert waits(app)
        await pilot.pause()
        assert not waits(app)
        found(app, where).call_next(called.append, where)
        assert waits(app)
        await pilot.pause()
        assert called == [where] and not waits(app)


async def test_what_is_still_being_done_is_waited_for() -> None:
    app = Nested()
    async with app.run_test() as pilot:
        deep = app.query_one(Slow)
        for times in range(1, 4):
            deep.post_message(events.Key("x", "x"))
            await (pilot.press("x") if times == 2 else pilot.pause())
            assert deep.done == times


async def test_who_has_nothing_to_do_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    app, asked = Nested(), list[MessagePump]()
    async with app.run_test() as pilot:
        await pilot.pause()
        later = MessagePump.call_later

        def noted(pump: MessagePump, *call: Any, **more: Any) -> bool:
            asked.append(pump)
            return later(pump, *call, **more)

        monkeypatch.setattr(MessagePump, "call_later", noted)
        await pilot.press("x")
        await pilot.pause()
        assert not asked
        app.query_one(Slow).post_message(Said())
        await pilot.pause()
        assert set(asked) == {app, *app.screen.walk_children(with_self=True)}
