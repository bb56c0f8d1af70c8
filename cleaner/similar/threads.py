"""Work of arrays on several threads: numpy and hashing let go of the interpreter while they compute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from cleaner.interrupts import answer, held, submit

S = TypeVar("S")
T = TypeVar("T")


def in_order(work: Callable[[S], T], items: Iterable[S], threads: int) -> Iterator[T]:
    """``map(work, items)`` on so many threads, results in the order of the items.

    ``items`` are taken in this thread; one more than there are threads is under way at a time.
    """
    if threads <= 1:
        yield from map(work, items)
        return
    waiting: deque[Future[T]] = deque()
    with held():
        pool = ThreadPoolExecutor(threads)
    try:
        for item in items:
            waiting.append(submit(pool, work, item))
            if len(waiting) > threads:
                yield answer(waiting.popleft())
        while waiting:
            yield answer(waiting.popleft())
    finally:
        with held():
            pool.shutdown(wait=True, cancel_futures=True)
