"""The steps on one batch of records, the same on one core, on many and on a cluster. No files, no text logic."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.errors import REJECT_CODES, CleanerError, RejectError
from cleaner.io import write
from cleaner.model import Document, LineFacts, Rejected, Removal, Span

if TYPE_CHECKING:
    from cleaner.io.records import RawRecord


class _TimeoutError(Exception):
    pass


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises a ``timeout`` rejection after ``seconds``; a call stuck in C ends its process after four times that.

    What is stuck in C never comes back to Python's handler, so the second limit is the system's own: SIGPROF, whose
    default is to end the process, after so much processor time. (A watchdog thread for each record cost 3 % of a run.)
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(_signal: int, _frame: Any) -> None:
        raise _TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    isolated = _in_worker()
    if isolated:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, 4 * seconds)
    try:
        yield
    except _TimeoutError:
        raise RejectError("timeout", f"took longer than {seconds:g} seconds; see --max-seconds") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if isolated:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _in_worker() -> bool:
    import multiprocessing

    return multiprocessing.parent_process() is not None


@dataclass(frozen=True)
class Ingested:
    """What became of a batch of raw records."""

    documents: list[Document]
    seqs: list[int]
    rejected: list[tuple[int, Rejected]]


def ingest(
    records: Sequence[tuple[int, RawRecord | Rejected]],
    to_document: Callable[[RawRecord], Document],
    config: Config,
    *,
    skip: frozenset[int] = frozenset(),
) -> Ingested:
    """Raw records to documents: decoded, extracted, identified. Each record ends in one of the two lists."""
    documents: list[Document] = []
    seqs: list[int] = []
    rejected: list[tuple[int, Rejected]] = []
    for seq, raw in records:
        if isinstance(raw, Rejected):
            rejected.append((seq, raw))
            continue
        try:
            if seq in skip:
                raise RejectError("worker-died")
            with deadline(config.max_seconds):
                document = _tag_language(to_document(raw))
            _accept(document, config)
        except RejectError as error:
            rejected.append((seq, Rejected(raw.source, raw.line, raw.byte, raw.id, error.code, str(error))))
        except BaseException as error:
            code, why = fault(error)
            rejected.append((seq, Rejected(raw.source, raw.line, raw.byte, raw.id, code, why)))
        else:
            documents.append(document)
            seqs.append(seq)
    return Ingested(documents, seqs, rejected)


def fault(error: BaseException) -> tuple[str, str]:
    """Code and message of a record on which a reader failed. Raises what ends the run instead.

    A panic of a library's Rust code is no ``Exception``: whatever comes out of a reader costs its record alone.
    """
    if isinstance(error, (*ENDING, OSError)):
        raise error
    for kind, code in ((RecursionError, "too-deep"), (MemoryError, "too-large")):
        if isinstance(error, kind):
            return code, REJECT_CODES[code]
    return "reader-failed", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


ENDING = (CleanerError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What no record is to blame for."""


def _tag_language(document: Document) -> Document:
    if document.lang:
        return document
    from cleaner.text.language import detect

    lang, _ = detect(document.text)
    return replace(document, lang=lang)


def _accept(document: Document, config: Config) -> None:
    if config.lang and document.lang not in config.lang:
        raise RejectError("language", f"the document is in {document.lang or 'no known language'}")
    if config.format == "parquet":
        words = (document.id, document.source, document.path, document.url, document.title, document.text)
        told = json.dumps(dict(document.metadata), ensure_ascii=False)
        for word in (*(w for w in words if w), told):
            try:
                word.encode("utf-8")
            except UnicodeEncodeError as error:
                message = f"lone surrogate at {error.start} of {word[:20]!r}; use --format jsonl"
                raise RejectError("surrogate", message) from None


def cuts(removal: Removal, config: Config) -> bool:
    """Whether a finding is cut out; foreign paragraphs are only reported unless asked for."""
    return config.remove_foreign or (removal.stage, removal.reason) != ("language", "foreign-language")


def remarks(found: Sequence[Removal], facts: LineFacts, config: Config) -> dict[str, Any]:
    """What a document's metadata says beside its text: its story, and foreign paragraphs that stay."""
    out: dict[str, Any] = {}
    if facts.story:
        out["story"] = f"{facts.story & 0xFFFFFFFFFFFFFFFF:016x}"
    foreign = [r for r in found if not cuts(r, config)]
    if foreign:
        out["foreign_paragraphs"] = [
            {"start": r.start, "end": r.end, "lang": str(r.evidence.get("lang", "")), "score": r.score} for r in foreign
        ]
    return out


def kept_spans(document: Document, removals: Sequence[Removal]) -> list[Span]:
    """The spans of ``document`` that the removals leave, one a line or less."""
    return write.kept_spans(document.text, removals)


def cut_sentences(document: Document, kept: Sequence[Span]) -> list[Span]:
    """Spans of the sentences of the kept text; a sentence never crosses a line."""
    from cleaner.text.sentences import sentence_spans

    out: list[Span] = []
    for span in kept:
        try:
            out.extend(sentence_spans(document.text, span, document.lang))
        except BaseException as error:
            if isinstance(error, (Exception, *ENDING)):
                raise
            out.append(span)  # a panic of the splitter's Rust code: the line is then one sentence
    return out
