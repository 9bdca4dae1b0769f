"""The SQLite store: one connection, one transaction at a time, real constraints."""

from __future__ import annotations

import hashlib
import os
import random
import secrets
import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Row = sqlite3.Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""

# Counters that Synapse starts at 9602619 (contract 0.6); all others start at 1, except those below.
FIRST_LONG_ID = 9602619
LONG_COUNTERS = frozenset(
    {
        "entity",
        "evaluation",
        "submission",
        "access_requirement",
        "access_approval",
        "activity",
        "membership_invitation",
        "membership_request",
    }
)
# Above every fixed principal of Synapse (contract 0.6), so that users and teams never meet one.
FIRST_PRINCIPAL = 3420001


DATABASE = "synapse.sqlite3"


class DataFolderInUse(Exception):
    """Another server works on the data folder."""


class DataFolderUnusable(Exception):
    """The data folder holds something that this sandbox can't read."""


class Store:
    """Rows in, rows out. All times are epoch milliseconds; all ids are integers."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        randomness: random.Random,
        first_file_handle: int,
        folder: Path | None = None,
    ) -> None:
        self._connection = connection
        self.random = randomness
        self.folder = folder
        self._first = {"file_handle": first_file_handle, "principal": FIRST_PRINCIPAL}

    def one(self, sql: str, *values: Any) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[Row]:
        """All rows."""
        return self._connection.execute(sql, values).fetchall()

    def named(self, sql: str, values: dict[str, Any]) -> list[Row]:
        """All rows of a statement with named parameters."""
        return self._connection.execute(sql, values).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, *values)
        return None if row is None else row[0]

    @property
    def changes(self) -> int:
        """How many rows were written since the store was opened: unmoved, nothing changed."""
        return self._connection.total_changes

    def run(self, sql: str, *values: Any) -> int:
        """Carry a statement out; the number of rows that it changed."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, table: str, **columns: Any) -> None:
        """A new row. Table and column names come from code, never from a request."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))

    def update(self, table: str, row_id: int, **columns: Any) -> None:
        """Change the row of a table with this `id`."""
        changes = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(f"UPDATE {table} SET {changes} WHERE id = ?", (*columns.values(), row_id))

    def next_id(self, counter: str) -> int:
        """The next number of a counter; each kind of object has its own."""
        return int(
            self.value(
                "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                counter,
                self._first_of(counter),
            )
        )

    @contextmanager
    def next_id_is(self, counter: str, wanted: int) -> Iterator[None]:
        """Within the block the counter gives `wanted` next; afterwards it goes on from the highest number so far."""
        before = self.value("SELECT value FROM counters WHERE name = ?", counter)
        self._set_counter(counter, wanted - 1)
        yield
        if before is None:
            before = self._first_of(counter) - 1
        self._set_counter(counter, max(before, wanted))

    def _set_counter(self, counter: str, value: int) -> None:
        self.run("INSERT OR REPLACE INTO counters VALUES (?, ?)", counter, value)

    def _first_of(self, counter: str) -> int:
        return self._first.get(counter, FIRST_LONG_ID if counter in LONG_COUNTERS else 1)

    def new_etag(self) -> str:
        """A fresh etag: a UUID, 36 characters (contract 0.7)."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def meta(self, key: str) -> str | None:
        """A setting kept in the data folder."""
        value: str | None = self.value("SELECT value FROM meta WHERE key = ?", key)
        return value

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting in the data folder."""
        self.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[None]:
        """One transaction: committed when the block ends well, rolled back when it raises."""
        self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def copy_to(self, file: Path) -> None:
        """Write everything committed so far into a new database file."""
        with closing(sqlite3.connect(file)) as target:
            self._connection.backup(target)

    def replace_by(self, file: Path) -> None:
        """Within a transaction: put the rows of another database of the same schema in the place of all rows."""
        self.run("PRAGMA defer_foreign_keys = ON")
        tables = [row["name"] for row in self.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
        # Backwards, so that what refers to a row goes before it.
        for table in reversed(tables):
            self.run(f"DELETE FROM {table}")
        with closing(sqlite3.connect(file)) as source:
            for table in tables:
                rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid")
                marks = ", ".join("?" * len(rows.description))
                self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def close(self) -> None:
        """Close the database; everything acknowledged is in it."""
        self._connection.close()


def open_store(
    folder: Path | None, schemas: Sequence[str], *, seed: int | None = None, first_file_handle: int | None = None
) -> Store:
    """Open or make the database of a data folder (None: in memory, for simulations).

    With a seed, etags and tokens are reproducible. File handle ids start at the folder's time of creation, because
    clients keep caches under those ids (surprise 54). Raises DataFolderInUse when another server has the folder,
    DataFolderUnusable when it holds something else.
    """
    connection = _connect(folder)
    try:
        _create(connection, folder, (SCHEMA, *schemas))
        randomness = secrets.SystemRandom() if seed is None else random.Random(seed)
        first = _first_file_handle(connection, randomness, first_file_handle)
        return Store(connection, randomness, first, folder)
    except BaseException:
        connection.close()
        raise


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a data folder, whatever is in it, so that no server starts on it meanwhile: for taking it away."""
    connection = _connect(folder)
    try:
        yield
    finally:
        connection.close()


def _connect(folder: Path | None) -> sqlite3.Connection:
    if folder is None:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / DATABASE, isolation_level=None, check_same_thread=False, timeout=0)
        _claim(connection, folder)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _claim(connection: sqlite3.Connection, folder: Path) -> None:
    """Take the folder for this process: the lock dies with the process, whatever kills it."""
    owner = folder / "server.pid"
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as fault:
        connection.close()
        if "locked" in str(fault):
            other = owner.read_text().strip() if owner.exists() else "unknown"
            raise DataFolderInUse(
                f"{folder}: another sandbox (process {other}) works on this data folder."
                " Stop it, or choose another folder."
            ) from fault
        raise DataFolderUnusable(
            f"{folder / DATABASE}: not a sandbox's database ({fault}). Choose another data folder, or remove the file."
        ) from fault
    owner.write_text(f"{os.getpid()}\n")


def _create(connection: sqlite3.Connection, folder: Path | None, schemas: Sequence[str]) -> None:
    """Make the tables; a folder that another version of the sandbox made is refused before anything is touched."""
    version = hashlib.sha256("\n".join(schemas).encode()).hexdigest()[:16]
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    made_by = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() if known else None
    if known and (made_by is None or made_by["value"] != version):
        raise DataFolderUnusable(
            f"{folder}: made by another version of the sandbox. Choose another data folder, or reset this one."
        )
    if not known:
        tables = "".join(schemas)
        connection.executescript(f"BEGIN; {tables} INSERT INTO meta VALUES ('schema', '{version}'); COMMIT;")


def _first_file_handle(connection: sqlite3.Connection, randomness: random.Random, wanted: int | None) -> int:
    """Where the folder's file handle ids start; settled once, together with the secret that signs URLs."""
    first = wanted or time.time_ns() // 1_000_000
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('first_file_handle', ?)", (str(first),))
    secret = f"{randomness.getrandbits(128):032x}"
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('secret', ?)", (secret,))
    return int(connection.execute("SELECT value FROM meta WHERE key = 'first_file_handle'").fetchone()["value"])
