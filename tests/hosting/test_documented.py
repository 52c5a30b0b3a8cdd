"""Every command of a host that the README gives, and its systemd unit, as they stand there."""

import grp
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hosting.lodging import README, alone, block, hosting, run
from tests.hosting.served import TFX, make_key, serving, started
from tests.pty_terminal import Terminal
from tests.ssh_server import SSHD
from tui_transformer import kiosk
from tui_transformer.cli.host import MOST
from tui_transformer.cli.options import minutes
from tui_transformer.session.running import SPEEDS

TEXT = README.read_text(encoding="utf-8")
HERE = "127.0.0.1"


def commands() -> list[str]:
    """The lines that begin with `tfx host`, without what is said about them."""
    blocks = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in dict.fromkeys(lines) if line.startswith("tfx host")]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the commands name, where they look for it."""
    (tmp_path / "word.txt").write_text("chalk\n")
    make_key(tmp_path / "my")
    shutil.copy(tmp_path / "my.pub", tmp_path / "keys.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", commands())
def test_every_host_of_the_readme_serves(command: str, files: Path) -> None:
    _, _, *options = shlex.split(command)
    if "--web" in options:  # where nobody else is; its page: test_web.py
        options.insert(options.index("--web") + 1, "0")
    place = {"TFX_CLASS_DIR": str(files / "classes")}
    with serving(files, *options, env=place, start=started) as host:
        if "0.0.0.0" in options:  # what they type has to reach it
            (address,) = re.findall(r"tfx@(\S+)", host.said)
            assert "--bind" not in host.said
        else:
            address = HERE
        flags = [*host.flags("-p"), "-i", str(files / "my"), "-o", "IdentitiesOnly=yes"]
        closed = "--password-file" in options
        if not closed:
            with Terminal(["ssh", "-tt", *flags, f"tfx@{address}", "softmax"]) as tfx:
                tfx.wait_for("0.659001")
        if "--presenter-key" in options:
            (line,) = set(re.findall(r"^You present: (.*)$", host.said, re.MULTILINE))
            words = shlex.split(line.replace("YOUR_KEY", str(files / "my")))
            with Terminal([words[0], *flags, *words[1:]]) as tfx:
                tfx.wait_for("0 following")
        assert closed or "--authorized-keys" in options or "without a password" in host.said


def test_presenting_from_the_same_machine_is_as_it_says(files: Path) -> None:
    """The line of the README, with the port that was free."""
    (line,) = re.findall(r"^(ssh .* presenter@localhost \S+) +#", TEXT, re.MULTILINE)
    options = ("--class", "physics", "--presenter-key", "my.pub")
    place = {"TFX_CLASS_DIR": str(files / "classes")}
    with serving(files, *options, env=place, start=started) as host:
        words = shlex.split(line.replace("-p 2222", f"-p {host.port}"))
        known = [*host.flags("-p")[4:], "-F", "none"]
        with Terminal([words[0], *known, *words[1:]]) as tfx:
            tfx.wait_for("0 following")
            tfx.wait_for("0.659001")


# ── a semester ─────────────────────────────────────────────────────────────────────────


def unit(folder: Path) -> str:
    """The unit, for this program, this group, and a socket of ours."""
    text = block("the unit")
    for theirs, ours in {
        "/usr/local/bin/tfx": str(TFX),
        "/run/tfx/host.sock": str(folder / "host.sock"),
        "--group demo": f"--group {grp.getgrgid(os.getgid()).gr_name}",
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def test_what_the_unit_starts_serves(tmp_path: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit(tmp_path), re.MULTILINE)
    program, command, _, socket, *options = shlex.split(line)
    assert (program, command) == (str(TFX), "host")
    with alone(Path(socket), *options, start=started) as house, house.direct("softmax") as tfx:
        tfx.wait_for("0.659001")
        # Where memory runs out a visit ends, and neither who forks them nor who lets them in.
        (visit,) = house.sessions()
        assert _expendable(visit) == 500
        assert _expendable(house.nursery) == _expendable(house.process.pid) < 500


def _expendable(process: int) -> int:
    return int(Path(f"/proc/{process}/oom_score_adj").read_text())


def test_the_unit_has_no_fault(tmp_path: Path) -> None:
    """By systemd's own word, where it is; its limits are those that the text speaks of."""
    file = tmp_path / "tfx.service"
    file.write_text(unit(tmp_path).replace("User=tfx", "User=root"))
    settings = dict(re.findall(r"^(\w+)=(.*)$", file.read_text(), re.MULTILINE))
    assert int(re.findall(r"--max (\d+)", settings["ExecStart"])[0]) * 20 < 6000
    assert (settings["MemoryMax"], settings["OOMPolicy"]) == ("6G", "continue")
    assert {"CPUQuota", "TasksMax", "NoNewPrivileges", "RuntimeDirectory"} <= settings.keys()
    if verify := shutil.which("systemd-analyze"):
        done = subprocess.run([verify, "verify", file], capture_output=True, text=True)
        ours = [line for line in done.stderr.splitlines() if "tfx.service" in line]
        assert not ours, done.stderr


@pytest.mark.skipif(SSHD is None, reason="no sshd on this machine (.ci/run gets one)")
def test_sshd_takes_both_blocks(tmp_path: Path) -> None:
    make_key(tmp_path / "host")
    usual, ours = block("the sshd configuration"), block("the command of sshd")
    account = re.sub(r" +ForceCommand .*\n", ours, usual)
    first = f"HostKey {tmp_path / 'host'}\n"
    (tmp_path / "config").write_text(block("the beginning of sshd") + first + account)
    who = "user=demo,host=x,addr=127.0.0.1"
    done = run([str(SSHD), "-T", "-f", str(tmp_path / "config"), "-C", who])
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert "maxstartups 200:30:400" in said
    assert "forcecommand /usr/local/bin/tfx-visit /run/tfx/host.sock" in said
    assert "disableforwarding yes" in said


def test_a_host_that_is_restarted_is_there_again(tmp_path: Path) -> None:
    """As systemd does after a fault: nothing is in the way of the next."""
    at = tmp_path / "host.sock"
    with hosting(at, start=started) as process:
        process.kill()
        process.wait()
    with alone(at, start=started) as house, house.direct("softmax") as tfx:
        tfx.wait_for("0.659001")


def test_help_says_what_the_limits_are() -> None:
    """Each in the words of `tfx host --help`, as the program has it."""
    said = " ".join(run([str(TFX), "host", "--help"]).stdout.split())
    steps = SPEEDS[-1]
    for limit in (
        f"compute for {kiosk._SESSION // 60} minutes, {kiosk.PATIENCE} seconds for one picture",
        f"play {steps} steps a second",
        f"{kiosk._MEMORY >> 30} GB of memory, and ends after {minutes(None):g} minutes",
        f"A host has {MOST} of them at a time",
    ):
        assert limit in said, limit
    assert kiosk._LIMITS["RLIMIT_DATA"][0] == kiosk._MEMORY
    assert kiosk._LIMITS["RLIMIT_CPU"][0] == kiosk._SESSION
    assert max(SPEEDS) == steps
