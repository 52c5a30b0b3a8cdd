"""What a host refuses: everything but one session of the kiosk, and who has no business there."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from tests.hosting.served import TFX, Host, make_key, run, serving
from tests.ssh_server import free_port
from tests.waiting import PATIENCE, until

PASSWORD = "chalk and talk"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with serving(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("locked")
    (folder / "password").write_text(f"{PASSWORD}\nand a second line\n")
    make_key(folder / "user")
    make_key(folder / "stranger")
    options = ("--password-file", str(folder / "password"))
    with serving(folder, *options, "--authorized-keys", str(folder / "user.pub")) as host:
        assert "with the password or a key" in host.said
        yield host


@pytest.mark.parametrize("asked", ["/bin/sh", "id", "; touch {}/escaped", "$(touch {}/escaped)"])
def test_no_command_is_run(host: Host, tmp_path: Path, asked: str) -> None:
    words = asked.format(tmp_path)
    without = host.run(words)
    assert without.returncode == 2
    assert without.stderr.startswith("tfx: ") and "ssh -t" in without.stderr
    done = host.run(words, options=("-tt",))
    assert done.returncode == 2
    assert done.stdout.startswith("tfx: ")
    assert not list(tmp_path.iterdir())


async def test_words_that_are_too_many_get_a_sentence(host: Host) -> None:
    """More than a command line of this system may have, so not by OpenSSH's client."""
    for words in ("neuron w1=" + "1" * 200_000, "softmax " + "\U0001f600" * 50_000):
        async with asyncssh.connect(
            "127.0.0.1", host.port, known_hosts=None, username="x", client_keys=None, config=None
        ) as connection:
            done = await connection.run(words, term_type="xterm")
        assert done.exit_status == 2
        assert str(done.stdout).startswith("tfx: that is too long")


def test_no_class_is_followed_that_was_not_named(host: Host) -> None:
    done = host.run("follow physics", options=("-tt",))
    assert (done.returncode, done.stdout.strip()) == (2, "tfx: there is no class physics here.")


@pytest.mark.parametrize("words", ["view {}/there", "record {}/new softmax", "check {}/there"])
def test_no_file_of_the_hosts_is_opened(host: Host, tmp_path: Path, words: str) -> None:
    (tmp_path / "there").write_text("mine")
    done = host.run(words.format(tmp_path), options=("-tt",))
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert "mine" not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_no_file_comes_in_or_goes_out(host: Host, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    flags = [*host.flags("-P"), "-o", "BatchMode=yes"]
    for command in (
        ["scp", *flags, str(tmp_path / "there"), "tfx@127.0.0.1:here"],
        ["scp", "-O", *flags, "tfx@127.0.0.1:/etc/passwd", str(tmp_path / "passwd")],
        ["sftp", *flags, "-b", "/dev/null", "tfx@127.0.0.1"],
    ):
        assert run(command).returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_no_port_is_forwarded(host: Host) -> None:
    back = ("-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{host.port}")
    assert host.run(options=back).returncode == 255
    port = free_port()
    forwarding = host.ssh(options=("-N", "-L", f"{port}:127.0.0.1:{host.port}"))
    client = subprocess.Popen(forwarding, stderr=subprocess.DEVNULL)
    try:

        def answer() -> bytes | None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)):
                    return None
                probe.settimeout(60)
                return probe.recv(100)  # where the host would say its name

        seen: list[bytes | None] = []
        assert until(lambda: seen.append(answer()) or seen[-1] is not None)
        assert seen[-1] == b""
    finally:
        client.kill()
        client.wait()


async def test_no_agent_no_second_session_no_subsystem(host: Host) -> None:
    async with asyncssh.connect(
        "127.0.0.1", host.port, known_hosts=None, username="x", client_keys=None, config=None
    ) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process(term_type="xterm", subsystem="sftp")
    async with asyncssh.connect(
        "127.0.0.1", host.port, known_hosts=None, username="x", client_keys=None, config=None
    ) as connection:
        first = await connection.create_process(term_type="xterm", encoding=None)
        assert await first.stdout.read(10)
        for second in ({}, {"term_type": "xterm"}, {"subsystem": "sftp"}):
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process(**second)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.start_unix_server(lambda: None, "/tmp/never")  # type: ignore[arg-type]
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", host.port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection("/tmp/never")
        for request in (b"auth-agent-req@openssh.com", b"x11-req"):
            payload = b"" if request.startswith(b"auth") else b"\0" + b"\0\0\0\0" * 3
            assert not await first.channel._make_request(request, payload)
    assert host.empty()


async def test_a_flood_of_sizes_ends_the_connection(host: Host) -> None:
    connection = await asyncssh.connect(
        "127.0.0.1", host.port, known_hosts=None, username="x", client_keys=None, config=None
    )
    process = await connection.create_process(term_type="xterm", encoding=None)
    for size in range(2000):
        process.change_terminal_size(80 + size % 9, 24)
    await asyncio.wait_for(connection.wait_closed(), PATIENCE)
    assert host.empty()


async def test_variables_are_not_kept(host: Host) -> None:
    def size() -> int:
        status = Path(f"/proc/{host.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])  # kB

    before = size()
    async with asyncssh.connect(
        "127.0.0.1", host.port, known_hosts=None, username="x", client_keys=None, config=None
    ) as connection:
        many = {f"NAME{number}": "x" * 200_000 for number in range(300)}  # 60 MB
        process = await connection.create_process(term_type="xterm", encoding=None, env=many)
        assert await process.stdout.read(10)
        assert size() - before < 30_000
    assert host.empty()


def test_garbage_disturbs_nobody(host: Host) -> None:
    with host.visit("softmax") as tfx:
        tfx.wait_for("probabilities")
        for sent in (
            b"",
            b"\0" * 100_000,
            b"SSH-2.0-x\r\n" + b"\xff" * 100_000,
            b"GET / HTTP/1\r\n",
        ):
            with socket.create_connection(("127.0.0.1", host.port)) as connection:
                try:
                    connection.sendall(sent)
                except OSError:
                    continue
        tfx.send("q")
        assert tfx.exit_status() == 0


async def test_two_hundred_connections_without_a_session_keep_nobody_out(host: Host) -> None:
    idle = [socket.create_connection(("127.0.0.1", host.port)) for _ in range(100)]
    try:
        with host.visit("softmax") as tfx:
            tfx.wait_for("probabilities")
        more = [socket.create_connection(("127.0.0.1", host.port)) for _ in range(100)]
        idle += more
        assert idle[0].recv(1000).startswith(b"SSH-2.0")
        for connection in more[60:]:  # 50 sessions and 100 connections beside them
            connection.settimeout(60)
            while connection.recv(1000):
                pass
        idle[0].setblocking(False)
        with pytest.raises(BlockingIOError):  # who came first is not sent off for it
            idle[0].recv(1000)
    finally:
        for connection in idle:
            connection.close()
    assert host.empty()


async def tried(host: Host, *passwords: str) -> int:
    """How many passwords are taken before the connection ends; -1 where one is right."""
    waiting = list(passwords)

    class Client(asyncssh.SSHClient):
        def password_auth_requested(self) -> str | None:
            return waiting.pop(0) if waiting else None

    try:
        connection, _ = await asyncssh.create_connection(
            Client,
            "127.0.0.1",
            host.port,
            known_hosts=None,
            username="x",
            client_keys=None,
            config=None,
        )
    except (asyncssh.Error, OSError):
        return len(passwords) - len(waiting)
    connection.abort()
    return -1


async def test_passwords(locked: Host) -> None:
    assert await tried(locked, PASSWORD) == -1
    assert await tried(locked, "wrong", PASSWORD) == -1
    assert await tried(locked) == 0


async def test_guesses_end(locked: Host) -> None:
    wrong = ["chalk", "and a second line", f"{PASSWORD}!", PASSWORD]
    assert await tried(locked, *wrong) == 3


def test_keys(locked: Host, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = Path(locked.process.args[-1]).parent  # type: ignore[arg-type, index]
    for name, status in (("user", 0), ("stranger", 255)):
        only = ("-tt", "-i", str(folder / name), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
        with locked.visit("softmax", options=only) as tfx:
            if not status:
                tfx.wait_for("probabilities")
                tfx.send("q")
            assert tfx.exit_status() == status


def test_what_is_wrong_is_said_before_anything_is_served(host: Host, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "no-keys").write_text("no key\n")
    make_key(tmp_path / "user")
    loose = tmp_path / "loose" / "tfx"
    loose.mkdir(parents=True)
    make_key(loose / "host_key")
    (loose / "host_key").chmod(0o644)
    tfx = str(TFX)
    for options, said, data in (
        (["--port", "x"], "--port is a number from 0 to 65535", "fine"),
        (["--max", "0"], "--max is a number from 1 to 1000", "fine"),
        (["softmax"], "host takes options", "fine"),
        (["--json"], "host takes options", "fine"),
        (["--class", "a/b"], "is no name for a class", "fine"),
        (["--presenter-key", str(tmp_path / "none")], "goes with a class", "fine"),
        (["--presenter-key", "none", "--class", "a"], "cannot be read", "fine"),
        (["--log", str(tmp_path / "log")], "--log is for who presents by SSH", "fine"),
        (["--class", "a", "--keys"], "--keys is for who presents by SSH", "fine"),
        (["--class", "a", "--clock"], "goes with --presenter-key", "fine"),
        (
            ["--class", "a", "--presenter-key", str(tmp_path / "user.pub"), "--log", "/dev/null/x"],
            "cannot be written",
            "fine",
        ),
        (["--password-file", str(tmp_path / "none")], "cannot be read", "fine"),
        (["--password-file", str(tmp_path / "empty")], "no password", "fine"),
        (["--authorized-keys", str(tmp_path / "none")], "cannot be read", "fine"),
        (["--authorized-keys", str(tmp_path / "no-keys")], "has no keys", "fine"),
        (["--port", str(host.port)], "cannot be listened on", "fine"),
        ([], "others can read the host's key", "loose"),
    ):
        environment = ["env", f"XDG_DATA_HOME={tmp_path / data}"]
        done = run([*environment, tfx, "host", *options])
        assert done.returncode == 2, options
        assert said in done.stderr, done.stderr
        assert len(done.stderr.splitlines()) == 1
    elsewhere = run([tfx, "softmax", "--port", "1"])
    assert elsewhere.stderr == "tfx: --port goes with host only.\n"


def test_without_the_extra_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    from tui_transformer import cli

    monkeypatch.setitem(sys.modules, "asyncssh", None)  # as where it is not installed
    assert cli.main(["host"]) == 2
    assert "pip install 'tui-transformer[host]'" in capsys.readouterr().err
