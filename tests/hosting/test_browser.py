"""`tfx host --web` in a real browser: keys, sizes, plots that move, and what it may ask for."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, MISSING, Browser, opened
from tests.hosting.served import TFX, Host, serving
from tests.ssh_server import free_port
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

PASSWORD = "chalk & talk"
# A name that is not this machine's: browsers trust it less, as a laptop in a lecture hall.
ELSEWHERE = "--host-resolver-rules=MAP laptop 127.0.0.1"
KNOB = "○●"  # what stands on a gauge where the value is
CLOSED = "document.body.classList.contains('-closed')"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with serving(tmp_path_factory.mktemp("web"), "--web", "0") as host:
        yield host


async def stroke(browser: Browser) -> list[str]:
    """The lower half of the figure, where a curve is drawn, once the picture is complete."""
    lines = await browser.wait_for(lambda lines: any("quit" in line for line in lines[-2:]))
    return [line[33:] for line in lines[10:-4]]


async def test_keys_sizes_and_a_plot_that_moves(host: Host, tmp_path: Path) -> None:
    async with opened(tmp_path) as browser:
        await browser.go(f"{host.page}?softmax temperature=2")
        await browser.wait_for("0.501688")  # e^(2/2) / (e^(2/2) + e^(1/2) + e^(0.1/2))
        before, seen = await stroke(browser), await browser.picture()
        assert any("⠤" in line or "⠒" in line for line in before)
        await browser.press("ArrowRight")
        await browser.wait_for("0.514184")
        for _ in range(20):
            await browser.press("L")
        await browser.wait_for(lambda lines: "here" in "\n".join(lines) and "20 " in lines[2])
        assert await stroke(browser) != before
        assert await browser.picture() != seen
        small = await browser.size()
        await browser.resize(1400, 900)
        await browser.wait_until(f"watched.cols > {small[0]} && watched.rows > {small[1]}")
        _, rows = await browser.size()
        await browser.wait_for(lambda lines: len(lines) == rows and "quit" in lines[-1])
        await browser.press("q")
        await browser.wait_until(CLOSED)
        assert host.empty()
        await browser.press("Enter")  # what opens another has the keys now
        await browser.wait_for("0.501688")
        assert not [fault for fault in browser.faults if "CLOSED state" not in fault]
        assert all(host.page[7:] in asked for asked in browser.asked), browser.asked
    assert host.empty()


async def test_the_mouse_holds_turns_and_drags(host: Host, tmp_path: Path) -> None:
    """A click on a control, a wheel over a gauge, a click on it, a drag along it, the footer."""
    async with opened(tmp_path) as browser:
        await browser.go(f"{host.page}?softmax")
        lines = await browser.wait_for("0.659001")
        row = next(y for y, line in enumerate(lines) if line.startswith(" temperature"))
        await browser.click(3, row)
        await browser.wait_for(lambda lines: lines[row].startswith("▸temperature"))
        await browser.mouse(26, row, "mouseWheel", wheel=-100)
        await browser.wait_for(lambda lines: " 1.12 " in lines[row])
        await browser.mouse(26, row, "mouseWheel", wheel=100)
        await browser.wait_for(lambda lines: " 0.998 " in lines[row])  # of three digits
        await browser.click(29, row)
        await browser.wait_for(lambda lines: lines[row][29] in KNOB)
        await browser.mouse(29, row, "mousePressed")
        await browser.mouse(23, row, "mouseMoved")
        await browser.mouse(23, row, "mouseReleased")
        await browser.wait_for(lambda lines: lines[row][23] in KNOB)
        lines = await browser.wait_for(lambda lines: "quit" in lines[-1])
        await browser.click(lines[-1].index("quit"), len(lines) - 1)
        await browser.wait_until(CLOSED)
        assert host.empty()


async def test_the_clock_plays(host: Host, tmp_path: Path) -> None:
    async with opened(tmp_path) as browser:
        await browser.go(f"{host.page}?descent")
        seen = [await browser.wait_for("quit")]
        await browser.press(" ")
        for _ in range(3):  # each another picture, without a key
            before = seen[-1]
            seen.append(await browser.wait_for(lambda lines, before=before: lines != before))


async def test_a_link_is_copied_where_the_browser_lends_no_clipboard(
    host: Host, tmp_path: Path
) -> None:
    async with opened(tmp_path, ELSEWHERE) as browser:
        await browser.go(f"{host.page.replace('127.0.0.1', 'laptop')}?softmax temperature=2")
        await browser.wait_for("0.501688")
        assert not await browser.js("isSecureContext")
        await browser.js("addEventListener('copy', () => said = document.activeElement.value)")
        await browser.press("y")
        await browser.wait_until("window.said")
        assert await browser.js("said") == "tfx softmax temperature=2"
        await browser.press("ArrowRight")  # keys go where they went
        await browser.wait_for("0.514184")
        assert browser.faults == []


async def test_the_password_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "word").write_text(PASSWORD)
    with serving(tmp_path, "--web", "0", "--password-file", str(tmp_path / "word")) as host:
        async with opened(tmp_path) as browser:

            async def give(password: str) -> None:
                await browser.wait_until("document.activeElement?.name == 'password'")
                for letter in password:
                    await browser.press(letter)
                await browser.press("Enter")

            await browser.go(f"{host.page}?softmax temperature=2")
            await give("chalk")
            await browser.wait_until("document.querySelector('#wrong')?.offsetHeight > 0")
            await give(PASSWORD)
            await browser.wait_for("0.501688")
            assert PASSWORD not in str(await browser.js("document.cookie"))
            assert await browser.js("document.cookie") == ""  # no script reads it
            await browser.go(f"{host.page}?neuron")
            await browser.wait_for("y over the plane")
            assert all("403" in fault for fault in browser.faults)


async def test_no_page_from_elsewhere_opens_a_session(host: Host, tmp_path: Path) -> None:
    """A page of the same machine under another name, hence of another origin."""
    async with opened(tmp_path) as browser:
        await browser.go(f"{host.page.replace('127.0.0.1', 'localhost')}page.js")
        await browser.wait_until("location.hostname == 'localhost'")
        ended = await browser.js(f"""
            new Promise((told) => {{
              const socket = new WebSocket("{host.page.replace("http", "ws")}session/");
              socket.onopen = () => told("opened");
              socket.onerror = () => told("refused");
            }})
        """)
        assert ended == "refused"
        assert until(lambda: not host.sessions())


async def test_a_full_house_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, "--web", "0", "--max", "1") as host, host.visit("softmax") as first:
        first.wait_for("probabilities")
        async with opened(tmp_path) as browser:
            await browser.go(host.page)
            await browser.wait_for("everybody's place is taken (1)")
            await browser.wait_until(f"{CLOSED} && document.querySelector('.over').offsetHeight")
            first.send("q")
            assert first.exit_status() == 0
            assert host.empty()
            await browser.press("Enter")
            await browser.wait_for("Linear unit")


@contextmanager
def textual_serve(command: str) -> Iterator[str]:
    """What `textual serve COMMAND` runs, and where."""
    port = free_port()
    started = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys; from textual_serve.server import Server; "
            "Server(sys.argv[1], port=int(sys.argv[2])).serve()",
            *(command, str(port)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        with socket.socket() as probe:
            assert until(lambda: probe.connect_ex(("127.0.0.1", port)) == 0)
        yield f"http://localhost:{port}/"
    finally:
        started.terminate()
        started.wait(PATIENCE)


@pytest.mark.parametrize(
    ("command", "first", "key", "then"),
    [
        ("tfx softmax temperature=2", "0.501688", "ArrowRight", "0.514184"),
        ("tfx --kiosk", "Linear unit", "Enter", "y over the plane"),
    ],
    ids=["own", "kiosk"],
)
async def test_plain_textual_serve_works_too(
    command: str, first: str, key: str, then: str, tmp_path: Path
) -> None:
    """Its own page and its own server; the fonts that it asks elsewhere for are not to be had."""
    full = f"{TFX.parent}/{command}"
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    with textual_serve(full) as page:
        async with opened(tmp_path, nowhere) as browser:
            await browser.go(page)
            await browser.wait_for(first)
            await browser.js("document.querySelector('.xterm-helper-textarea').focus()")
            before, columns = await browser.picture(), (await browser.size())[0]
            await browser.press(key)
            await browser.wait_for(then)
            assert await browser.picture() != before
            await browser.resize(1400, 900)
            await browser.wait_until(f"watched.cols > {columns}")
            rows = (await browser.size())[1]
            await browser.wait_for(lambda lines: len(lines) == rows and "quit" in lines[-1])
            await browser.press("q")
            await browser.wait_until(CLOSED)
