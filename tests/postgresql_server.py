"""A real PostgreSQL that is started for the tests when one is installed, with an empty database for each."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

PASSWORD = "p@ss/w:rd%"
ENCODED = "p%40ss%2Fw%3Ard%25"


def as_postgres(*command: object) -> None:
    """Run a server program; it refuses root, whose place the user `postgres` takes."""
    user = "postgres" if os.getuid() == 0 else None
    words = [str(word) for word in command]
    # To a file and not to a pipe: the server that pg_ctl leaves behind would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, user=user, cwd="/", stdout=output, stderr=output, check=False)
        output.seek(0)
        assert done.returncode == 0, output.read().decode()


def installed() -> Path | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The start of a URL, up to the database's name; its user may do everything and its password is odd."""
    programs = installed()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install 'refactorkit[postgresql]')")
    folder = Path(
        tempfile.mkdtemp(prefix="refactorkit-pg-")
    )  # not tmp_path: its parents are closed to `postgres`
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(secret, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    try:
        as_postgres(programs / "initdb", "-D", data, "-U", "tester", f"--pwfile={secret}", "-A", "scram-sha-256",
                    "-E", "UTF8", "--locale=C", "--no-sync")  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        as_postgres(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        yield f"postgresql+psycopg://tester:{ENCODED}@127.0.0.1:{port}"
    finally:
        if (data / "postmaster.pid").exists():
            as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    execute(f"{server}/postgres", "CREATE DATABASE app", autocommit=True)
    yield f"{server}/app"
    execute(f"{server}/postgres", "DROP DATABASE app WITH (FORCE)", autocommit=True)


def execute(url: str, *statements: str, autocommit: bool = False) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT" if autocommit else "READ COMMITTED")
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()
