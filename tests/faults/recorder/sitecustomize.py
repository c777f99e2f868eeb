"""Stands in place of resolver and sockets in every Python process that finds it first on its path.

Names are answered from a plan, connections are written down, and nothing but the plan's own loopback ports is
ever connected to: an audit hook, which no code can take away again, refuses the rest. `walled.py` starts it.
"""

from __future__ import annotations

import _socket
import errno
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

_PLAN = json.loads(Path(os.environ["WALLED_PLAN"]).read_text(encoding="utf-8"))
_OPEN = {tuple(each) for each in _PLAN["open"]}
_SITE: tuple[str, int] = tuple(_PLAN["site"])
"""Where a connection to one of the plan's public addresses is led to."""
_NAMES: dict[str, list[list[str]]] = _PLAN["names"]
"""What each lookup of a name gives, one after the other; the last one again and again."""
_INTERNET = (socket.AF_INET, socket.AF_INET6)
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
_STARTS = {"os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"}

_asked: dict[str, int] = {}


def _note(event: str, **fields: Any) -> None:
    line = json.dumps({"event": event, **fields}) + "\n"
    descriptor = os.open(os.environ["WALLED_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def _look_up(  # noqa: PLR0917 -- stands in for a function that takes them so
    host: Any,
    port: Any,
    family: int = 0,
    type: int = 0,  # noqa: A002 -- the name that callers know
    proto: int = 0,
    flags: int = 0,
) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in _NAMES:
        found = _numeric(host, port, family, type, proto)
        _note("lookup", host=name, found=[each[4][0] for each in found])
        return found
    turn = _asked[name] = _asked.get(name, 0) + 1
    addresses = _NAMES[name][min(turn, len(_NAMES[name])) - 1]
    _note("lookup", host=name, found=addresses)
    if addresses == ["hang"]:
        time.sleep(120)
    if not addresses:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [one for each in addresses for one in _numeric(each, port, family, type, proto)]


def _numeric(host: Any, port: Any, family: int, kind: int, proto: int) -> list[Any]:
    """Read an address in any notation that the system knows; asks nobody."""
    return _socket.getaddrinfo(host, port, family, kind, proto, socket.AI_NUMERICHOST)


def _name_numbers(address: Any, flags: int) -> tuple[str, str]:
    return _socket.getnameinfo(address, flags | socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)


class _Socket(socket.socket):
    __slots__ = ()

    def connect_ex(self, address: Any) -> int:
        if self.family not in _INTERNET or address[:2] in _OPEN:
            return super().connect_ex(address)
        host, port = address[:2]
        _note("connect", host=host, port=port)
        if host not in _PLAN["public"]:
            return errno.ECONNREFUSED
        loopback = _SITE if self.family == socket.AF_INET else (f"::ffff:{_SITE[0]}", _SITE[1])
        return super().connect_ex(loopback)

    def connect(self, address: Any) -> None:
        code = self.connect_ex(address)
        if code not in (0, errno.EISCONN):
            raise OSError(code, os.strerror(code))


_NUMERIC = {_numeric.__code__, _name_numbers.__code__}


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what would leave the machine, by whatever way it was reached."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if arguments[0].family in _INTERNET and address is not None:
            host, port = address[:2]
            if (host.removeprefix("::ffff:"), port) not in _OPEN:
                _note("escape", host=host, port=port)
                raise PermissionError(errno.EACCES, f"{event} to {address}")
    elif event in _LOOKUPS and sys._getframe(1).f_code not in _NUMERIC:
        _note("escape", host=str(arguments[0]), port=0)
        raise PermissionError(errno.EACCES, f"{event} of {arguments[0]!r}")
    elif event in _STARTS and arguments[0] != "uname":  # which Python's own `platform` asks
        _note("escape", host=str(arguments[0]), port=0)
        raise PermissionError(errno.EACCES, f"{event} {arguments[0]!r}")


if "WALLED_LOG" in os.environ:
    socket.getaddrinfo = _look_up
    socket.getnameinfo = _name_numbers
    socket.socket = _Socket  # type: ignore[misc]
    sys.addaudithook(_guard)
