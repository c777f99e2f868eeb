"""Signals that end a command: the first tidily, the second at once."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and a terminal that is closed."""


class Interruption(KeyboardInterrupt):
    """A signal came.

    Python ends a process by SIGINT, whatever its exit code, once a KeyboardInterrupt has passed through code
    made from a string, as many modules do while they are imported; it does not for a class derived from it.
    """


class Interrupts:
    """Counts signals from the moment it is made, so that none is lost while a run is being opened."""

    def __init__(self) -> None:
        self.count = 0
        self._steps: tuple[Callable[[], None], ...] = ()
        _have(self._note)

    def have_not_come(self) -> bool:
        """May work go on?"""
        return not self.count

    def listen(self, on_first: Callable[[], None], on_second: Callable[[], None]) -> None:
        """Have a signal handed on, also one that came before; both functions are called between any two steps
        of the program, and only note what is to be done.
        """
        self._steps = (on_first, on_second)
        for step in self._steps[: self.count]:
            step()

    def _note(self, *_: Any) -> None:
        self.count += 1
        for step in self._steps[self.count - 1 : self.count]:
            step()


def raise_them() -> None:
    """Have a signal end what a command does with an Interruption."""
    _have(_raise)


def ignore() -> None:
    """Let the end of the process, which takes a moment, not be cut short."""
    _have(signal.SIG_IGN)


def _raise(*_: Any) -> None:
    raise Interruption


def _have(handler: Any) -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as with nohup: whoever started us wants it so
            signal.signal(number, handler)
