"""One JSON line for each request: who called what, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(slots=True)
class Entry:
    """A request as the log tells it; `route` is the template (empty when no route matched), `path` is as sent."""

    method: str
    path: str
    user: str = ""
    route: str = ""
    write: bool = False
    status: int = 0


class AccessLog:
    """Appends entries to a file, at once, so that a killed process loses none. Without a file it does nothing."""

    def __init__(self, file: Path | None) -> None:
        self._stream: IO[str] | None = None
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._stream = file.open("a", encoding="utf-8")

    def write(self, entry: Entry, time: str, milliseconds: float) -> None:
        """Append one entry; `time` is sandbox time, `milliseconds` the real duration."""
        if self._stream is None:
            return
        line = {
            "time": time,
            "user": entry.user,
            "method": entry.method,
            "path": entry.path,
            "route": entry.route,
            "write": entry.write,
            "status": entry.status,
            "ms": round(milliseconds, 3),
        }
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()
