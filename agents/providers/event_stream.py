"""Server-sent events out of bytes that arrive in any pieces (WHATWG HTML, "Server-sent events").

Read more gently than the standard in two places: an event whose last line is complete counts also when the stream ends
without the blank line behind it, as some servers leave that out; and blanks around data are no part of them, so that an
event of blanks is none, with which relays keep a line open.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MOST_LINE_BYTES: Final = 4 * 1024 * 1024  # servers that do not really stream put a whole answer into one line


class LineTooLong(ValueError):
    """A line, or an event of many lines, has more bytes than MOST_LINE_BYTES."""


class ServerSentEvent(NamedTuple):
    name: str  # "message" where the server gave none
    data: bytes


class EventStream:
    """Feed it bytes, take the events they complete. Comments, ids and retry times are dropped."""

    def __init__(self) -> None:
        self._rest = bytearray()  # of a line; grows in place, so that a dripping server costs nothing
        self._name = ""
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._ended_in_return = False
        self._at_start = True
        self._is_between = True  # what came so far ends with an event

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Return the events that end in `chunk`. Raises LineTooLong."""
        if self._is_between and chunk.startswith(b"data: ") and chunk.endswith(b"\n\n") and b"\r" not in chunk:
            lines = chunk.count(b"\n")
            if lines == 2:  # one whole event of one line, as nearly always
                data = chunk[6:-2].strip()
                return [ServerSentEvent("message", data)] if data else []
            wholes = chunk[6:-2].split(b"\n\ndata: ")
            if lines == 2 * len(wholes):  # nothing but such events
                return [ServerSentEvent("message", data) for whole in wholes if (data := whole.strip())]
        events = self._read(chunk)
        self._is_between = not (self._rest or self._data or self._name or self._ended_in_return)
        return events

    def _read(self, chunk: bytes) -> list[ServerSentEvent]:
        if self._at_start:
            self._at_start = False
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        if self._ended_in_return or b"\r" in chunk:
            chunk = self._with_newlines(chunk)
        lines = chunk.split(b"\n")
        if len(lines) == 1:
            self._rest += chunk
            if len(self._rest) > MOST_LINE_BYTES:
                raise LineTooLong
            return []
        if self._rest:
            lines[0] = bytes(self._rest) + lines[0]
            self._rest.clear()
        self._rest += lines.pop()
        events = []
        for line in lines:
            if line.startswith(b"data:"):
                self._keep(line[6:] if line[5:6] == b" " else line[5:])
            elif line.startswith(b"event:"):
                self._name = line[6:].strip().decode("utf-8", "replace")
            elif not line:
                events += self.finish()
            elif line == b"data":
                self._keep(b"")
        return events

    def finish(self) -> list[ServerSentEvent]:
        """Return the event whose lines are complete, if there is one."""
        name, data = self._name, b"\n".join(self._data).strip()
        self._name, self._data, self._data_bytes = "", [], 0
        return [ServerSentEvent(name or "message", data)] if data else []

    def _keep(self, data: bytes) -> None:
        self._data_bytes += len(data) + 1
        if self._data_bytes > MOST_LINE_BYTES:
            raise LineTooLong
        self._data.append(data)

    def _with_newlines(self, chunk: bytes) -> bytes:
        """Return the chunk with each of CR LF, CR and LF as one LF, also when a pair of them was torn apart."""
        if self._ended_in_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._ended_in_return = chunk.endswith(b"\r") if chunk else False
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
