"""The Python API, for projects that use cleaner as a step."""

from __future__ import annotations

import bisect
import builtins
import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cleaner.config import Config
from cleaner.model import Document, Rejected, Removal


@dataclass(frozen=True)
class Result:
    """One cleaned document. Offsets are Unicode code points into ``document.text``."""

    document: Document
    text: str
    """The clean text."""
    spans: list[tuple[int, int]]
    """What was kept."""
    removed: list[Removal]
    """What was removed, and why."""
    gaps: list[tuple[int, str]] = field(default_factory=list)
    """White space that belongs to no span, where it is not just line feeds: start and text."""

    def __str__(self) -> str:
        return self.text


def clean(text_or_html: str | bytes, config: Config | None = None, **hints: str) -> Result:
    """Clean one document, without a corpus to compare it with.

    ``text_or_html``: plain text, or a page (recognised by its markup; bytes are always a page). ``hints``: ``id``,
    ``url``, ``outlet``, ``title``, ``date``, ``lang``. Raises ``cleaner.errors.RejectError`` where no document can be
    made of it, ``UsageError`` for a bad configuration.
    """
    from cleaner.errors import RejectError

    (result,) = _clean([_raw(text_or_html, hints)], config or Config())
    if isinstance(result, Rejected):
        raise RejectError(result.code, result.message)
    return result


def clean_batch(records: Iterable[Mapping[str, Any]], config: Config | None = None) -> list[Result | Rejected]:
    """``clean`` for many at once, which is several times faster: one answer a record, in order.

    ``records``: ``text`` or ``html``, and the hints of ``clean``. What no document can be made of is ``Rejected``, with
    its code. The documents are not compared with each other; that is ``clean_corpus``.
    """
    from cleaner.io.records import RawRecord

    raws = [
        RawRecord("-", "row", n, None, None, None, {"id": f"document-{n}", **record})
        for n, record in enumerate(records, 1)
    ]
    return _clean(raws, config or Config())


def _clean(raws: Sequence[Any], config: Config) -> list[Result | Rejected]:
    from cleaner.engine.judging import run_stages
    from cleaner.engine.kernels import cuts, ingest
    from cleaner.engine.passes import open_facts, read_options
    from cleaner.io.documents import to_document
    from cleaner.io.write import apply_removals

    done = ingest(list(enumerate(raws)), lambda r: to_document(r, None, read_options(config)), config)
    found, failed = run_stages(done.documents, config, open_facts(None).for_documents(done.documents))
    out: dict[int, Result | Rejected] = dict(done.rejected)
    for seq, document, removals in zip(done.seqs, done.documents, found, strict=True):
        applied = apply_removals(document.text, [r for r in removals if r.applies and cuts(r, config)])
        out[seq] = Result(document, applied.text, applied.kept, applied.removed, applied.gaps)
    for i, why in failed:
        document = done.documents[i]
        out[done.seqs[i]] = Rejected("-", done.seqs[i] + 1, None, document.id, "stage-failed", why)
    return [out[seq] for seq in range(len(raws))]


def _raw(content: str | bytes, hints: Mapping[str, str]) -> Any:
    from cleaner.io.records import RawRecord

    fields = {k: v for k, v in hints.items() if v is not None}
    fields.setdefault("id", "document")
    if isinstance(content, builtins.bytes):
        return RawRecord("-", "html", 1, 0, content, None, fields)
    fields["html" if _is_html(content) else "text"] = content
    return RawRecord("-", "row", 1, 0, None, None, fields)


def _is_html(text: str) -> bool:
    head = text[:2048].lstrip().lower()
    return head.startswith("<") and any(
        mark in head for mark in ("<!doctype html", "<html", "<head", "<body", "<div", "<article", "<p>", "<p ")
    )


def clean_corpus(
    records: Iterable[Mapping[str, Any]], config: Config | None = None, *, out: str | os.PathLike[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Clean a corpus of records ({"id", "text" or "html", ...}, see the input contract); yields document records.

    The same as ``cleaner run`` on a JSONL file: sentences are deduplicated across the corpus. ``out``, a folder or URL, keeps the
    whole result; without it only the documents are seen. Records are spooled to disk, so any number of them will do.
    """
    from cleaner.engine.local import Silent
    from cleaner.engine.run import run
    from cleaner.io.write import to_json

    config = config or Config(report=False)
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        source = Path(folder) / "records.jsonl"
        with source.open("w", encoding="utf-8", newline="\n") as handle:
            for record in records:
                handle.write(to_json(dict(record)) + "\n")
        target = out if out is not None else Path(folder) / "out"
        run([str(source)], target, config, Silent())
        yield from open(target).documents()


class LineJudge:
    """The judge alone, for the lines of one text: no files, no corpus.

    ``LineJudge().judge(["First paragraph.", "Share this"])`` gives one ``Removal`` or ``None`` a line; offsets are
    those of the line itself. The same lines give the same answer.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()

    def judge(self, lines: Sequence[str], *, outlet: str = "", lang: str | None = None) -> list[Removal | None]:
        """For each line why it should go, or ``None`` where it belongs. Line breaks inside a line count as spaces."""
        from cleaner.engine.judging import run_stages
        from cleaner.engine.kernels import cuts
        from cleaner.engine.passes import open_facts
        from cleaner.errors import RejectError

        flat = [" ".join(line.splitlines()) for line in lines]
        starts = list(itertools.accumulate((len(line) + 2 for line in flat), initial=0))
        document = Document(id="lines", text="\n\n".join(flat), source=outlet, lang=lang)
        found, failed = run_stages([document], self.config, open_facts(None).for_documents([document]))
        if failed:
            raise RejectError("stage-failed", failed[0][1])
        out: list[Removal | None] = [None] * len(flat)
        for r in found[0]:
            if not r.applies or not cuts(r, self.config):
                continue
            line = bisect.bisect_right(starts, r.start) - 1
            at = starts[line]
            out[line] = Removal(r.start - at, r.end - at, r.stage, r.reason, r.score, r.evidence)
        return out


def open(out: str | os.PathLike[str]) -> Any:
    """A result, in a folder or at a URL, as iterators of records: ``documents()``, ``removed()``, ``sentences()``, ``rejected()``."""
    from cleaner.io.results import open_result

    return open_result(out)
