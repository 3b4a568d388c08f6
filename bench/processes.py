"""Starts the servers that are measured, reads what they cost from /proc, and stops them by id."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class NotInstalledError(Exception):
    """A part that a row needs is missing; the message is the one line that the table shows instead."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_program(name: str, package: str) -> str:
    """The program's path, sbin included; raises NotInstalledError naming the Debian package."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        raise NotInstalledError(f"{name} is not installed (Debian: {package})")
    return path


def plain_user() -> str | None:
    """Whom a server runs as when root measures: nginx, PHP and MariaDB refuse or drop root."""
    return "www-data" if os.geteuid() == 0 else None


def temporary_folder(name: str) -> Path:
    """A new folder that belongs to whom the servers run as; its path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
    give_to_plain_user(folder)
    return folder


def give_to_plain_user(path: Path) -> None:
    user = plain_user()
    if user is not None:
        record = pwd.getpwnam(user)
        os.chown(path, record.pw_uid, record.pw_gid)


def start(
    command: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a server in the foreground of its own session, its output in the log file."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [],
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    """Asks the process to end, then ends what is left of the session that start() made for it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run_to_end(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
) -> str:
    """Runs a setup command and returns what it printed; raises RuntimeError with its last words."""
    group = None if user is None else pwd.getpwnam(user).pw_gid
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
    return done.stdout


def wait_for_answer(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    """Returns at the first HTTP answer below 500; raises RuntimeError with the log's end otherwise."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"no answer from {url}: {log.read_text(errors='replace')[-600:]}")


def wait_for_socket(path: Path, process: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    """Returns when something listens on the Unix socket; raises RuntimeError with the log's end otherwise."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
                return
            except OSError:
                time.sleep(0.02)
    raise RuntimeError(f"nothing listens on {path}: {log.read_text(errors='replace')[-600:]}")


def tree(roots: Iterable[int]) -> set[int]:
    """The processes and all that descend from them."""
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid in found:
            continue
        found.add(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system time that the trees have used so far, children that have ended included."""
    ticks = 0
    for pid in tree(roots):
        try:
            # The name in parentheses may hold spaces; utime, stime, cutime and cstime are fields 14 to 17.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS_PER_SECOND


def busy_seconds() -> float:
    """What all programs together have used of all cores since the machine started, interrupts left out."""
    return sum(int(ticks) for ticks in Path("/proc/stat").read_text().split()[1:4]) / TICKS_PER_SECOND


def memory_megabytes(roots: Iterable[int]) -> float:
    """Proportional set size of the trees: what processes share is counted once, not in each."""
    kilobytes = 0
    for pid in tree(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024
