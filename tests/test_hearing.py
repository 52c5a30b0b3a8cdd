"""What a test in memory waits for is seen wherever it waits."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widgets import Static

from tests.hearing import waits


class Said(Message):
    """Something that nobody answers."""


class Nested(App[None]):
    """Something deep down, and something beside it."""

    def compose(self) -> ComposeResult:
        with Vertical(id="outside"):
            with Vertical(id="inside"):
                yield Static("deep", id="deep")
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
