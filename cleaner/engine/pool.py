"""Run tasks on processes whose death costs one record, never the run.

A task that breaks its pool is tried again alone; when it dies again, its records are halved until the guilty ones
are known, and the task is run once more without them. Tasks write files, so their order of completion is free.
"""

from __future__ import annotations

import multiprocessing
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, TypeVar

from cleaner.errors import OutputError
from cleaner.interrupts import answer, held, submit


class Task(Protocol):
    """Work on some records. ``only`` limits it to a trial run on these that writes nothing; ``skip`` leaves some out."""

    @property
    def skip(self) -> frozenset[int]: ...

    @property
    def only(self) -> frozenset[int] | None: ...


SECONDS_TO_END = 5.0
"""How long the thread of a killed pool may take to notice; a broken one may wait for ever."""

R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T", bound=Task)


@dataclass(frozen=True)
class _Numbered:
    """A piece of work that does not consist of records."""

    work: Callable[..., Any]
    number: int
    item: Any
    skip: frozenset[int] = frozenset()
    only: frozenset[int] | None = None


def _of_item(task: _Numbered) -> Any:
    return task.work(task.item)


def _alone(task: _Numbered) -> Any:
    return task.work(*task.item)


class Workers:
    """``count`` processes, which one pass hands on to the next with all they have loaded; they end with the block.

    0 runs everything in this process but tasks that are called risky: these run alone.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    @property
    def cores(self) -> int:
        """Cores that may be used while the processes rest."""
        return max(1, self.count)

    def __enter__(self) -> Workers:
        if self.count:
            with held():
                fork_server(loaded=True)
                forkserver.ensure_running()  # it loads while this process looks for work
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._end()
        else:
            self.rest()

    def run(
        self,
        work: Callable[[T], Any],
        tasks: Iterable[T],
        records: Callable[[T], Sequence[int]],
        risky: Callable[[T], bool] = lambda _: False,
    ) -> Iterator[tuple[T, Any]]:
        """Yields (task, result) as tasks end. ``records`` names the records of a task, for the search of a guilty one;
        ``risky`` whether a library written in C parses what a task holds."""
        if self.count == 0:
            for task in tasks:
                yield _run_alone(work, task, records(task)) if risky(task) else (task, work(task))
            return
        yield from self._run_pool(work, tasks, records)

    def each(self, work: Callable[[S], R], items: Sequence[S]) -> Iterator[R]:
        """What ``work`` makes of each item, in their order, a few of them ahead."""
        waiting: dict[int, R] = {}
        wanted = 0
        tasks = (_Numbered(work, number, item) for number, item in enumerate(items))
        for task, result in self.run(_of_item, tasks, lambda _: []):
            waiting[task.number] = result
            while wanted in waiting:
                yield waiting.pop(wanted)
                wanted += 1

    def alone(self, work: Callable[..., R], *given: Any) -> R:
        """``work(*given)`` in a process of its own, whose memory goes with it."""
        if self.count == 0:
            return work(*given)
        result: R = _run_alone(_alone, _Numbered(work, 0, given), [])[1]
        return result

    def rest(self) -> None:
        """Ends the processes, and with them what they have loaded; who is asked next begins anew."""
        if self._pool is not None:
            with held():
                pool, self._pool = self._pool, None
                pool.shutdown(wait=True)

    def _run_pool(
        self, work: Callable[[T], Any], tasks: Iterable[T], records: Callable[[T], Sequence[int]]
    ) -> Iterator[tuple[T, Any]]:
        source = iter(tasks)
        running: dict[Future[Any], T] = {}
        ended: SimpleQueue[Future[Any]] = SimpleQueue()
        try:
            while True:
                suspects: list[T] = []
                broken = False
                while len(running) < 2 * self.count and not broken:
                    task = next(source, None)
                    if task is None:
                        break
                    try:
                        with held():
                            future = self._started().submit(work, task)
                            running[future] = task
                            future.add_done_callback(ended.put)
                    except BrokenProcessPool:
                        suspects.append(task)
                        broken = True
                if not running and not suspects:
                    return
                if running:
                    future = ended.get()
                    task = running.pop(future)
                    try:
                        with held():
                            result = future.result()
                    except BrokenProcessPool:
                        suspects.append(task)
                        broken = True
                    else:
                        yield task, result
                if broken:
                    suspects.extend(running.values())
                    running.clear()
                    ended = SimpleQueue()
                    self._end()
                    for suspect in suspects:
                        yield _run_alone(work, suspect, records(suspect))
        finally:
            if running:
                self._end()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = _executor(self.count)
        return self._pool

    def _end(self) -> None:
        """Kill the processes of a pool that is of no more use.

        A broken executor ends its processes itself, but not one that was started while it did so: its thread then
        waits for that one for ever, and the interpreter for its thread.
        """
        pool, self._pool = self._pool, None
        if pool is not None:
            _kill(pool)


class _Process(ForkServerProcess):
    """A process that does not import the caller's main module: a script without the usual guard would run again."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # type: ignore[override, unused-ignore]
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            return ForkServerProcess._Popen(process_obj)  # type: ignore[attr-defined, unused-ignore]
        finally:
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process  # type: ignore[assignment, unused-ignore]


def fork_server(*, loaded: bool = False) -> Any:
    """How processes are started: from one without threads, so that no lock is inherited.

    Who asks first decides whether it has all ``loaded`` that workers need, which they then share; else it is small.
    """
    context = _Context()
    context.set_forkserver_preload(["cleaner.engine.warm" if loaded else "cleaner.engine.kernels"])
    return context


def _kill(pool: ProcessPoolExecutor) -> None:
    with held():
        processes = list((pool._processes or {}).values())
        thread: Any = getattr(pool, "_executor_manager_thread", None)
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        if thread is not None:  # it ends with them; at the interpreter's end it would be spoken to while it closes
            thread.join(SECONDS_TO_END)


def _executor(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=fork_server(loaded=True), initializer=_initialise)


def _initialise() -> None:
    """Workers leave Ctrl-C to their parent, and die with it."""
    import os
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def leave() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=leave, daemon=True).start()


def _run_alone(work: Callable[[T], Any], task: T, records: Sequence[int]) -> tuple[T, Any]:
    """The task's result, without the records that kill their process. ``OutputError`` where it dies without any."""
    ok, result = _attempt(work, task)
    spared = False
    while not ok:
        left = [r for r in records if r not in task.skip]
        if not left:
            ok, result = _attempt(work, task)
            if not ok and spared:
                raise OutputError(
                    "a worker died again and again, whatever it worked on; free memory, or give fewer --workers, and repeat "
                    "the same command, which goes on where it was",
                    code="output",
                )
            spared = True
            continue
        guilty = _guilty(work, task, left)
        if not guilty:  # it lives when alone: memory pressure of its neighbours, say
            guilty = left[:1] if len(left) == 1 else []
        if not guilty:
            ok, result = _attempt(work, task)
            if ok:
                break
            guilty = left
        task = replace(task, skip=task.skip | frozenset(guilty))  # type: ignore[type-var]
        ok, result = _attempt(work, task)
    return task, result


def _guilty(work: Callable[[T], Any], task: T, records: Sequence[int]) -> list[int]:
    """The records of which a trial run dies, found by halving."""
    if not records:
        return []
    ok, _ = _attempt(work, replace(task, only=frozenset(records)))  # type: ignore[type-var]
    if ok:
        return []
    if len(records) == 1:
        return list(records)
    middle = len(records) // 2
    return _guilty(work, task, records[:middle]) + _guilty(work, task, records[middle:])


def _attempt(work: Callable[[T], Any], task: T) -> tuple[bool, Any]:
    with held():
        pool = _executor(1)
    try:
        found = True, answer(submit(pool, work, task))
    except BrokenProcessPool:
        found = False, None
    except BaseException:
        _kill(pool)
        raise
    with held():
        pool.shutdown(wait=True)
    return found
