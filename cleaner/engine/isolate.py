"""Read a source in a process of its own: a parser that crashes or hangs costs the rest of one file, never the run.

Parquet is parsed by a large C++ library, and bytes from anywhere reach it. WARC and JSONL are cut into records by
Python code; what they hold is parsed by the workers (see ``cleaner.engine.pool``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from cleaner.errors import InputError
from cleaner.interrupts import held
from cleaner.io.limits import ReadOptions

RISKY = ("parquet",)
"""Kinds of sources that are parsed by a library which a damaged file may crash."""

_BATCH = 64
_BATCH_BYTES = 1 << 20


def read_isolated(source: Any, options: ReadOptions, seconds: float) -> Iterator[Any]:
    """As ``read_records``. ``InputError`` also where the process dies or gives nothing for ``seconds``."""
    from cleaner.engine.pool import fork_server

    with held():
        context = fork_server()
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(theirs, source, options), daemon=True)
        process.start()
        theirs.close()
    count = 0
    try:
        while True:
            try:
                batch = ours.recv() if ours.poll(seconds) else f"no record within {seconds:g} seconds"
            except EOFError:
                process.join(10)
                batch = f"its reader died ({_how(process.exitcode)})"
            if isinstance(batch, str):
                said = f"{source.name}: cannot be read after {count} records ({batch}); fetch or write the file again"
                raise InputError(said, code="damaged")
            if isinstance(batch, InputError):
                raise batch
            if not batch:
                return
            yield from batch
            count += len(batch)
    finally:
        with held():
            ours.close()
            process.kill()
            process.join()


def _how(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _send(connection: Connection, source: Any, options: ReadOptions) -> None:
    """Records in batches; then an empty one, or the error that ended reading."""
    import signal

    from cleaner.io.records import read_records

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    batch: list[Any] = []
    weight = 0
    with contextlib.suppress(BrokenPipeError):  # nobody wants the rest
        try:
            for record in read_records(source, options):
                batch.append(record)
                weight += getattr(record, "size", 200)
                if len(batch) >= _BATCH or weight >= _BATCH_BYTES:
                    connection.send(batch)
                    batch, weight = [], 0
        except InputError as error:
            last: Any = InputError(str(error), code=error.code)
        else:
            last = []
        if batch:
            connection.send(batch)
        connection.send(last)
