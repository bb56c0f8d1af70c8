"""Signals that end a run, kept away from code that they would leave half done.

Python raises an interrupt between any two steps of the main thread, in the standard library's pools too: between the
taking of a lock and the block that gives it back, or before a process that was started is written down. Nothing then
releases that lock or ends that process, and the run hangs where it should end (one in twenty of such lines did that, in
Python 3.11). So pools are called inside ``held``, and answers are waited for in one call into C, which has no between.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""What ends a run cleanly; Windows lacks the last."""

LAST_RESORT = 30.0
"""Seconds after which an interrupted run is ended without its leave."""

T = TypeVar("T")


class held:
    """A block of the main thread that no interrupt splits: one that comes meanwhile is heeded at its end.

    Short work only. Does nothing in other threads, where Python raises no interrupts.
    """

    def __enter__(self) -> None:
        self._came: list[tuple[int, Any]] = []
        self._before: dict[int, Callable[[int, Any], Any]] = {}
        self._holding = True
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _numbers():
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self._keep)

    def _keep(self, number: int, frame: Any) -> None:
        if self._holding:
            self._came.append((number, frame))
        else:  # another one, heeded while handlers were put back, kept this one from it
            signal.signal(number, self._before[number])
            self._before[number](number, frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._holding = False
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for number, frame in self._came:
            self._before[number](number, frame)


def submit(pool: Executor, work: Callable[..., T], *given: Any) -> Future[T]:
    """``pool.submit``, whole."""
    with held():
        return pool.submit(work, *given)


def answer(future: Future[T]) -> T:
    """``future.result()``; an interrupt ends the wait and leaves the pool whole."""
    done: SimpleQueue[Future[T]] = SimpleQueue()
    with held():
        future.add_done_callback(done.put)
    done.get()
    with held():
        return future.result()


def ending_signals(code: int) -> list[int]:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does: cleanly, and to be gone on with.

    Returns the signals that come, as they come. Where a library keeps the process from ending, it leaves with exit
    code ``code`` after ``LAST_RESORT`` seconds: what is on disk can be gone on with, and workers end with their parent.
    """
    asked: list[int] = []

    def anyhow() -> None:
        never = _thread.allocate_lock()
        never.acquire()
        never.acquire(timeout=LAST_RESORT)
        os.write(2, b"cleaner: ended where it stood; the same command goes on where it was\n")
        os._exit(code)

    def leave(number: int, _frame: Any) -> None:
        if not asked:
            # what an interrupt has split may complain when it is cleared away
            sys.unraisablehook, threading.excepthook = _ignore, _ignore
            _thread.start_new_thread(anyhow, ())  # not of `threading`, whose locks this may have interrupted
        asked.append(number)
        raise KeyboardInterrupt

    for number in _numbers():
        if number != signal.SIGINT or signal.getsignal(number) is signal.default_int_handler:
            signal.signal(number, leave)
    return asked


def _numbers() -> list[int]:
    return [int(getattr(signal, name)) for name in NAMES if hasattr(signal, name)]


def _ignore(_: Any) -> None:
    pass
