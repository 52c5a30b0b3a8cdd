"""Waiting for a program in memory: until it has heard everything, never for a share of a second.

Textual's pilot waits after each key for a process that does little, 40 ms at least and longer the
busier the machine is. What a test wants to know is whether what it sent has been heard, and
whether what came of it has been drawn; and that can be seen.
"""

import asyncio
from collections.abc import Iterable
from time import monotonic
from weakref import WeakSet

import pytest
from textual._context import active_app
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.widget import Widget

from tui_transformer.ui.instrument import Instrument

QUIET = 5  # turns of the loop with nothing to do, after which there is nothing to come
PRESS, PAUSE, ASK_ALL = App._press_keys, Pilot.pause, Pilot._wait_for_screen
NEXT = MessagePump._get_message
LISTENING = WeakSet[MessagePump]()  # those who wait for a message, and are doing nothing else


async def heard(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until no message waits, no figure is computed beside the screen, all is drawn."""
    app, end = active_app.get(), monotonic() + max_sleep
    quiet = 0
    while quiet < QUIET and app._running and monotonic() < end:
        coming = comes_by_itself(app)
        await asyncio.sleep(0.004 if coming else 0)
        quiet = 0 if coming or waits(app) else quiet + 1
        if quiet:
            app.screen._on_timer_update()  # which else comes by itself, sixty times a second


def waits(app: App[None]) -> bool:
    """Say whether a message or a call waits anywhere, from the program down to the last widget.

    It is asked thousands of times a test, and mostly something does: the way ends there.
    """
    pumps: list[MessagePump] = [app, app.screen]
    for pump in pumps:
        if pump._next_callbacks or pump._message_queue.qsize():
            return True
        if isinstance(pump, Widget):  # a program's own children are its screens
            pumps += pump._nodes
    return False


def comes_by_itself(app: App[None]) -> bool:
    """Say whether something is on its way: a new size, or a figure that is computed beside."""
    figure = isinstance(app.screen, Instrument) and app.screen.busy
    return figure or app._resize_timer is not None


async def listened(pump: MessagePump) -> Message:
    """Get the next message, and be known to listen until there is one."""
    LISTENING.add(pump)
    try:
        return await NEXT(pump)
    finally:
        LISTENING.discard(pump)


def at_work(app: App[None]) -> bool:
    """Say whether anybody on the screen is hearing something, is about to, or has not begun."""
    pumps = [app, *app.screen.walk_children(with_self=True)] if app._screen_stack else []
    return not pumps or waits(app) or not LISTENING.issuperset(pumps)


async def caught_up(pilot: Pilot[None], timeout: float = 30.0) -> bool:
    """Wait for all that was sent, and for what is still being done about it.

    Textual's pilot sends a message to every widget and waits for all of them, after every key:
    that was half of what a program in memory had to hear. It does so where somebody is at work.
    """
    await asyncio.sleep(0)
    return await ASK_ALL(pilot, timeout) if at_work(pilot.app) else True


async def press(app: App[None], keys: Iterable[str]) -> None:
    """Press keys; it is this program that has to hear them, whichever was started last."""
    with app._context():
        await PRESS(app, keys)


async def pause(pilot: Pilot[None], delay: float | None = None) -> None:
    """Wait for this program."""
    with pilot.app._context():
        await PAUSE(pilot, delay)


def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pilots wait for what they have sent, not for seconds."""
    monkeypatch.setattr("textual.app.wait_for_idle", heard)
    monkeypatch.setattr("textual.pilot.wait_for_idle", heard)
    monkeypatch.setattr(App, "_press_keys", press)
    monkeypatch.setattr(Pilot, "pause", pause)
    monkeypatch.setattr(Pilot, "_wait_for_screen", caught_up)
    monkeypatch.setattr(MessagePump, "_get_message", listened)
