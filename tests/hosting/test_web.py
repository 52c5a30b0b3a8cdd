"""`tfx host --web` by a plain client: what is drawn, how sessions end, what nobody may do."""

import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.hosting.page import address, origin, visit
from tests.hosting.served import TFX, Host, gone, run, serving
from tests.pty_terminal import Terminal
from tests.ssh_server import free_port
from tests.waiting import until

RESET = {7, 25}  # modes of a terminal as it was


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with serving(tmp_path_factory.mktemp("web"), "--web", "0", "--max", "60") as host:
        yield host


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def test_a_session_draws_and_answers_keys_and_sizes(host: Host) -> None:
    async with visit(host, "softmax temperature=2") as tfx:
        await tfx.wait_for("0.501688")  # e^(2/2) / (e^(2/2) + e^(1/2) + e^(0.1/2))
        await tfx.type("l")
        await tfx.wait_for("0.514184")  # the same with e^(2.1/2)
        await tfx.resize(120, 40)
        await tfx.wait_for(lambda screen: "quit" in screen.text()[39])
        await tfx.type("q")
        assert await tfx.wait_until_closed() == 1000
        assert tfx.screen.modes.private == RESET
    assert host.empty()


async def test_without_words_there_is_the_map(host: Host) -> None:
    async with visit(host) as tfx:
        await tfx.wait_for("Linear unit")
    assert host.empty()


async def test_what_cannot_be_opened_gets_a_sentence(host: Host) -> None:
    for words, said in (
        ("softmaxx", "There is nothing called softmaxx"),
        ("softmax text=a/b?c&d=%41", "softmax has no control text"),
        ("view /etc/passwd", "this account may not open any"),
        ("present physics", "an account of your own"),
        ("softmax\0\x1b]0;x\a", "There is nothing called softmax"),
    ):
        async with visit(host, words) as tfx:
            await tfx.wait_for("tfx: ")
            await tfx.wait_until_closed()
            assert said in tfx.shown().replace("\n", ""), tfx.shown()
            assert not tfx.screen.title


async def test_what_is_typed_is_utf_8_and_odd_characters_are_no_fault(host: Host) -> None:
    async with visit(host, "softmax") as tfx:
        await tfx.wait_for("probabilities")
        await tfx.socket.send_str('["stdin", "\\ud800\\u00e9\\u0000"]')
        await tfx.socket.send_str('["focus"]')
        await tfx.socket.send_str('["blur"]')
        await tfx.socket.send_str('["ping", "1764396000000"]')
        await tfx.socket.send_json(["resize", {"width": 10**9, "height": -3}])
        await tfx.resize(100, 30)
        await tfx.wait_for(lambda screen: "quit" in screen.text()[29])


async def test_a_long_paste_arrives_in_one_piece(host: Host) -> None:
    async with visit(host, "tokenizer") as tfx:
        await tfx.wait_for("quit")
        await tfx.type("\x1b[200~" + "x" * 200_000 + "\x1b[201~")
        await tfx.type("q")
        await tfx.wait_until_closed()
    assert host.empty()


async def test_a_session_knows_nothing_of_the_host(host: Host) -> None:
    async with visit(host, "softmax") as tfx:
        await tfx.wait_for("probabilities")
        (session,) = host.sessions()
        targets = [str(file.readlink()) for file in Path(f"/proc/{session}/fd").iterdir()]
        # A pair of asyncio's own, and the one by which it may ask the nursery for one helper.
        assert len([target for target in targets if target.startswith("socket:")]) <= 3
        limits = Path(f"/proc/{session}/limits").read_text()
        assert "Max file size             0" in limits
    assert host.empty()


async def test_whoever_does_nothing_is_sent_off(tmp_path: Path) -> None:
    with serving(tmp_path, "--web", "0", "--idle", "0.02") as host:
        async with visit(host, "softmax") as tfx:
            await tfx.wait_for("nobody typed for 0.02 minutes")
            assert await tfx.wait_until_closed() == 1000


async def test_who_comes_in_can_follow_the_class_that_is_named(tmp_path: Path) -> None:
    meeting = {"TFX_CLASS_DIR": str(tmp_path / "classes")}
    with serving(tmp_path, "--web", "0", "--class", "physics", env=meeting) as host:
        assert f"In a browser: {host.page}?follow%20physics\n" in host.said
        with Terminal([str(TFX), "present", "physics", "softmax"], env=meeting) as presenter:
            presenter.wait_for("probabilities")
            async with visit(host, "follow physics") as tfx:
                await tfx.wait_for("probabilities")
                presenter.wait_for("1 following")
                presenter.send("l")
                presenter.wait_for("0.681103")  # e^2.1 / (e^2.1 + e^1 + e^0.1)
                await tfx.wait_for("0.681103")
            presenter.wait_for("0 following")


async def test_a_full_house_counts_both_ways_in(tmp_path: Path) -> None:
    with serving(tmp_path, "--web", "0", "--max", "1") as host:
        with host.visit("softmax") as first:
            first.wait_for("probabilities")
            async with visit(host, "softmax") as second:
                await second.wait_for("everybody's place is taken (1)")
                await second.wait_until_closed()
            first.send("q")
            assert first.exit_status() == 0
        assert host.empty()
        async with visit(host, "softmax") as third:
            await third.wait_for("probabilities")
            with host.visit("softmax") as fourth:
                fourth.wait_for("everybody's place is taken (1)")
                assert fourth.exit_status() == 1
        assert host.empty()


async def test_a_place_is_free_again_though_the_nursery_has_gone(tmp_path: Path) -> None:
    """Nobody is left who would say that a session has ended, by itself or because its page has."""
    with serving(tmp_path, "--web", "0", "--max", "1") as host:
        for leaves in (True, False):
            async with visit(host, "softmax") as tfx:
                await tfx.wait_for("probabilities")
                (session,), nursery = host.sessions(), host.nursery
                os.kill(nursery, signal.SIGKILL)
                assert gone(nursery)
                if not leaves:
                    await tfx.type("q")
                    await tfx.wait_until_closed()
            assert gone(session)
        async with visit(host, "softmax") as tfx:
            await tfx.wait_for("probabilities")
            os.kill(host.nursery, signal.SIGKILL)
            host.process.send_signal(signal.SIGTERM)
            await tfx.wait_until_closed()
            assert tfx.screen.modes.private == RESET
        assert host.process.wait(90) == 0


async def test_a_session_that_is_killed_leaves_a_terminal_as_it_was(host: Host) -> None:
    async with visit(host, "softmax") as tfx:
        await tfx.wait_for("probabilities")
        os.kill(host.sessions()[0], signal.SIGKILL)
        await tfx.wait_for("signal 9")
        assert await tfx.wait_until_closed() == 1000
        assert tfx.screen.modes.private == RESET


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_host_that_ends_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, "--web", "0") as host:
        async with visit(host, "softmax") as one, visit(host, "neuron") as other:
            await one.wait_for("probabilities")
            await other.wait_for("y over the plane")
            left = [host.nursery, *host.sessions()]
            assert len(left) == 3
            host.process.send_signal(number)
            for tfx in (one, other):
                await tfx.wait_until_closed()
                if number != signal.SIGKILL:  # after that nobody is there to put it right
                    assert tfx.screen.modes.private == RESET
            assert all(gone(process) for process in left)
        assert host.process.wait(90) == (-9 if number == signal.SIGKILL else 0)


async def test_the_page_has_all_that_it_shows(host: Host, client: aiohttp.ClientSession) -> None:
    """Nothing on it is asked of anybody else, and nothing else is there to be had."""
    for path in ("", "page.css", "xterm.css"):
        async with client.get(host.page + path) as answer:
            assert answer.status == 200
            assert not re.search(r"(url\(|=|@import)\s*[\"']?(\w+:)?//", await answer.text())
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for path in ("textual.js", "page.js", "mono.ttf"):
        async with client.get(host.page + path) as answer:
            assert (answer.status, len(await answer.read()) > 500) == (200, True)
    for path in (
        "static/",
        "../pyproject.toml",
        "page.html",
        "%2e%2e/host_key",
        "session",
        "x" * 9000,
    ):
        async with client.get(host.page + path) as answer:
            assert answer.status in (400, 404), path
    for method in ("PUT", "DELETE", "OPTIONS"):
        async with client.request(method, host.page) as answer:
            assert answer.status == 405, method
    async with client.head(host.page) as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_only_its_own_page_opens_a_session(host: Host, client: aiohttp.ClientSession) -> None:
    port = host.page.rsplit(":", 1)[1].rstrip("/")
    for said in (
        {},
        {"Origin": "null"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": f"http://localhost:{port}"},
        {"Origin": f"http://127.0.0.1:{port}.elsewhere.example"},
        {"Origin": f"file://127.0.0.1:{port}"},
        {"Origin": "http://", "Host": ""},
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(address(host, ""), headers=said)
        assert refused.value.status in (400, 403), said
    async with client.get(address(host, ""), headers=origin(host)) as answer:
        assert answer.status == 400  # no websocket
    assert host.empty()


def test_what_is_wrong_is_said_before_anything_is_served(host: Host, tmp_path: Path) -> None:
    tfx = str(TFX)
    (tmp_path / "keys").write_text("ssh-ed25519 " + "AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 42 + "B")
    (tmp_path / "word").write_text("chalk\n")
    used = host.page.rsplit(":", 1)[1].rstrip("/")
    for options, said in (
        (["--web", "x"], "--web is a number from 0 to 65535"),
        (["--authorized-keys", str(tmp_path / "keys"), "--web"], "a browser has no key"),
        (["--port", str(free_port()), "--web", used], "cannot be listened on"),
    ):
        done = run(["env", f"XDG_DATA_HOME={tmp_path}", tfx, "host", *options])
        assert done.returncode == 2, options
        assert said in done.stderr, done.stderr
        assert len(done.stderr.splitlines()) == 1
    elsewhere = run([tfx, "softmax", "--web"])
    assert elsewhere.stderr == "tfx: --web goes with host only.\n"


@pytest.mark.parametrize("missing", ["aiohttp", "textual_serve"])
def test_without_the_extra_there_is_a_sentence(
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    import sys

    from tui_transformer import cli

    monkeypatch.setitem(sys.modules, missing, None)  # as where it is not installed
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert cli.main(["host", "--web"]) == 2
    assert "pip install 'tui-transformer[web]'" in capsys.readouterr().err


async def test_a_host_killed_at_once_leaves_none(tmp_path: Path) -> None:
    """A page that is still opening when everything ends."""
    with serving(tmp_path, "--web", "0") as host:
        async with visit(host, "softmax"):
            nursery = host.nursery
            host.process.send_signal(signal.SIGTERM)
            assert until(lambda: host.process.poll() is not None)
        assert gone(nursery)
