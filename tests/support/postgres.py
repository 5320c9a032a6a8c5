"""A PostgreSQL server of the test run's own: installed binaries, a free port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psycopg

from tests.support.ports import free_port

READY_SECONDS = 30
FORGETFUL = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_wal_size=128MB")
"""For tests: they kill clients, never the server, and nothing has to outlive a power cut."""


def find_binaries() -> Path | None:
    """The folder that holds `initdb` and `postgres`, newest version first; None without one."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    folders = [*debian, *([Path(on_path).parent] if on_path else [])]
    return next((f for f in folders if (f / "postgres").exists()), None)


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


@contextmanager
def running_server(binaries: Path, home: Path, settings: Iterable[str] = ()) -> Iterator[str]:
    """A running server's URL without a database name, such as `postgresql://...:5433`.

    Its data lies in `home`, an empty folder that becomes its account's.
    """
    account = _account()
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)
    _run([str(binaries / "initdb"), "-U", "baton", "--auth=trust", "--no-sync",
          "-E", "UTF8", "--locale=C", "-D", str(home / "data")], account)  # fmt: skip
    port = free_port()
    options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"]
    server = subprocess.Popen(
        [str(binaries / "postgres"), "-D", str(home / "data"), "-p", str(port),
         *(word for setting in (*options, *settings) for word in ("-c", setting))],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **_as(account),
    )  # fmt: skip
    url = f"postgresql://baton@127.0.0.1:{port}"
    try:
        _wait_until_ready(url, server)
        yield url
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """At once and without a checkpoint: the data goes with it."""
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as `postgres`, else as `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no account to run PostgreSQL under")


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _run(command: list[str], account: pwd.struct_passwd | None) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/", **_as(account))


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(READY_SECONDS * 10):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL ended at once")
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=1).close()
            return
        except psycopg.OperationalError:
            Event().wait(0.1)
    raise RuntimeError("PostgreSQL did not get ready")
