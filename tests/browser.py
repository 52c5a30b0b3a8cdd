"""A real browser for tests: a headless Chromium, spoken to by its own devtools protocol.

    async with opened(tmp_path) as browser:
        await browser.go("http://127.0.0.1:8000/?softmax")
        await browser.wait_for("probabilities")
        await browser.press("ArrowRight")

What the page's terminal shows is read from the very terminal that textual-serve's page draws from.
"""

import asyncio
import base64
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.waiting import PATIENCE

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
MISSING = "no Chromium on this machine (.ci/run gets one)"
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
# The page keeps its terminal to itself. It is the only thing there with such a field.
_WATCH = """
Object.defineProperty(Object.prototype, "refreshBytes", {
  configurable: true,
  set(value) {
    Object.defineProperty(this, "refreshBytes", {value, writable: true});
    window.watched = this.terminal;
  },
});
"""
_TEXT = """
(() => {
  if (!window.watched) return "";
  const buffer = window.watched.buffer.active;
  return Array.from({length: window.watched.rows}, (_, y) =>
    buffer.getLine(buffer.viewportY + y)?.translateToString() ?? "").join("\\n");
})()
"""
# Where on the page a cell of the terminal is.
_CELL = """
(() => {{
  const all = document.querySelector(".xterm-screen").getBoundingClientRect();
  const x = all.left + all.width * {x} / watched.cols;
  return `${{x}} ${{all.top + all.height * {y} / watched.rows}}`;
}})()
"""
_CODES = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39}
_CODES |= {"ArrowDown": 40}


class Browser:
    """One page of it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._socket, self._session, self._number = socket, session, 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.asked: list[str] = []
        """Each address that the page has asked for."""
        self.faults: list[str] = []
        """What went wrong in the page's own scripts, or was refused by its policy."""

    async def listen(self) -> None:
        """Take what the browser says, until it is gone."""
        async for message in self._socket:
            said = message.json()
            waiting = self._waiting.pop(said.get("id", 0), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(said)
            method, told = said.get("method", ""), said.get("params", {})
            if method == "Network.requestWillBeSent":
                self.asked.append(told["request"]["url"])
            elif method == "Network.webSocketCreated":
                self.asked.append(told["url"])
            elif method == "Runtime.exceptionThrown":
                self.faults.append(str(told["exceptionDetails"].get("exception")))
            elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
                self.faults.append(told["entry"]["text"])

    async def call(self, method: str, **what: Any) -> Any:
        """Ask for something by the protocol's name."""
        self._number += 1
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        told = {"id": self._number, "method": method, "params": what}
        if self._session:
            told["sessionId"] = self._session
        await self._socket.send_json(told)
        said = await asyncio.wait_for(answer, PATIENCE)
        assert "error" not in said, (method, said)
        return said["result"]

    async def attend(self) -> None:
        """Open a page, and hear of everything that it does."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        await self.resize(1000, 600)

    async def go(self, address: str) -> None:
        """Open an address."""
        await self.call("Page.navigate", url=address)

    async def js(self, script: str) -> Any:
        """The value of an expression."""
        found = await self.call("Runtime.evaluate", expression=script, awaitPromise=True)
        return found["result"].get("value")

    async def resize(self, width: int, height: int) -> None:
        """Give the page so many pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def press(self, key: str, control: bool = False) -> None:
        """Press a key, by what it types or by its name."""
        code = _CODES.get(key) or (ord(key.upper()) if key.isalnum() or key == " " else 0)
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 and not control else "")
        what = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 * control}
        kind = "keyDown" if text else "rawKeyDown"
        await self.call("Input.dispatchKeyEvent", type=kind, text=text, **what)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **what)

    async def mouse(self, column: int, row: int, *kinds: str, wheel: int = 0) -> None:
        """Do something with the mouse over a cell of the terminal, from 0."""
        x, y = str(await self.js(_CELL.format(x=column + 0.5, y=row + 0.5))).split()
        what = {"x": float(x), "y": float(y), "deltaX": 0, "deltaY": wheel}
        for kind in kinds:
            held = {"button": "left", "clickCount": 1} if kind != "mouseWheel" else {}
            buttons = int(kind in ("mousePressed", "mouseMoved"))
            await self.call("Input.dispatchMouseEvent", type=kind, buttons=buttons, **what, **held)

    async def click(self, column: int, row: int) -> None:
        """Click on a cell of the terminal."""
        await self.mouse(column, row, "mousePressed", "mouseReleased")

    async def text(self) -> list[str]:
        """The lines of the terminal."""
        return str(await self.js(_TEXT)).split("\n")

    async def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal."""
        columns, rows = str(await self.js("`${watched.cols} ${watched.rows}`")).split()
        return int(columns), int(rows)

    async def picture(self) -> bytes:
        """What is seen, as a PNG."""
        shot = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])

    async def wait_for(self, wanted: str | Callable[[list[str]], bool]) -> list[str]:
        """Wait until the terminal shows something; its lines then."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while True:
            lines = await self.text()
            if wanted in "\n".join(lines) if isinstance(wanted, str) else wanted(lines):
                return lines
            shown = "\n".join(line.rstrip() for line in lines)
            assert loop.time() < end, f"never saw {wanted}:\n{shown}\n{self.faults}"
            await asyncio.sleep(0.05)

    async def wait_until(self, script: str) -> None:
        """Wait until an expression is true in the page."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while not await self.js(f"!!({script})"):
            assert loop.time() < end, (script, self.faults)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def opened(folder: Path, *flags: str) -> AsyncIterator[Browser]:
    """Run a Chromium with a profile in a folder until the block ends."""
    profile = folder / "chromium"
    process = subprocess.Popen(
        [str(CHROMIUM), *_FLAGS, *flags, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
    )
    try:
        port, path = await _endpoint(profile / "DevToolsActivePort", process)
        address = f"ws://127.0.0.1:{port}{path}"
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(address, max_msg_size=0, heartbeat=None) as socket,
        ):
            browser = Browser(socket, "")
            listening = asyncio.create_task(browser.listen())
            await browser.attend()
            yield browser
            listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


async def _endpoint(file: Path, process: subprocess.Popen[bytes]) -> list[str]:
    """Read where it listens, once it does."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not (file.exists() and len(found := file.read_text().split("\n")) > 1):
        assert process.poll() is None and asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.05)
    return found[:2]
