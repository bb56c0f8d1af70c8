"""cleaner as a step of a datatrove pipeline (install ``cleaner[datatrove]``).

Each document is cleaned by itself, as ``cleaner.clean`` does; datatrove's ranks know nothing of each other, so what needs
the whole corpus (templates of an outlet, duplicate sentences) is for ``cleaner run``.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from datatrove.pipeline.base import PipelineStep
from datatrove.utils.logging import logger

from cleaner.config import Config
from cleaner.errors import UsageError
from cleaner.model import Rejected

HINTS: Mapping[str, tuple[str, ...]] = {
    "outlet": ("outlet", "source"),
    "url": ("url",),
    "title": ("title",),
    "date": ("date", "created"),
    "lang": ("lang",),
}
"""What cleaner takes from a document's metadata, and under which names it looks for it."""


class Cleaner(PipelineStep):  # type: ignore[misc]
    """Replaces each document's text by its clean text.

    ``metadata[key]`` gets the kept ``spans`` (offsets in code points of the source text, half-open), ``gaps``,
    ``source_length``, ``source_sha256`` and the ``removed`` spans with their texts, as in ``removed.jsonl``; ``restore``
    rebuilds the source from them. A document that cannot be cleaned (empty, or not in ``Config.lang``) goes to
    ``exclusion_writer`` with its code as ``metadata["filter_reason"]``, and is counted and logged.

    ``html``: the texts are pages (as those of ``WarcReader``), to be extracted first. Raises ``UsageError`` for a document
    that has ``metadata[key]``: it was cleaned before.
    """

    name = "🧹 cleaner"
    type = "✂️ - FORMAT"

    def __init__(
        self,
        config: Config | None = None,
        *,
        html: bool = False,
        key: str = "cleaner",
        exclusion_writer: Any = None,
        batch_size: int = 64,
    ) -> None:
        super().__init__()
        self.config = config or Config()
        self.html = html
        self.key = key
        self.exclusion_writer = exclusion_writer
        self.batch_size = batch_size

    def run(self, data: Iterable[Any] | None, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Yields datatrove's documents in their order."""
        from cleaner.api import clean_batch

        documents = iter(data or ())
        with self.exclusion_writer or contextlib.nullcontext() as writer:
            while batch := list(itertools.islice(documents, self.batch_size)):
                with self.track_time("batch"):
                    results = clean_batch([self._record(document) for document in batch], self.config)
                for document, result in zip(batch, results, strict=True):
                    self.stat_update("total")
                    if isinstance(result, Rejected):
                        self._exclude(document, result, writer, rank)
                        continue
                    self.stat_update("forwarded")
                    self.stat_update("removed", value=sum(r.end - r.start for r in result.removed), unit="doc")
                    document.text = result.text
                    document.metadata[self.key] = provenance(result)
                    self.update_doc_stats(document)
                    yield document

    def _record(self, document: Any) -> dict[str, str]:
        if self.key in document.metadata:
            raise UsageError(
                f"document {document.id!r} has metadata {self.key!r} already; clean it once, or give Cleaner another key"
            )
        found = {
            hint: value
            for hint, names in HINTS.items()
            if (value := next((v for n in names if isinstance(v := document.metadata.get(n), str) and v), None))
        }
        return {"id": str(document.id), **found, "html" if self.html else "text": document.text}

    def _exclude(self, document: Any, rejected: Rejected, writer: Any, rank: int) -> None:
        self.stat_update("dropped")
        self.stat_update(f"dropped_{rejected.code}")
        logger.warning(f"cleaner: {document.id}: {rejected.code}: {rejected.message}")
        if writer is not None:
            document.metadata["filter_reason"] = rejected.code
            writer.write(document, rank)


def provenance(result: Any) -> dict[str, Any]:
    """What a ``cleaner.Result`` knows beside its text, as JSON values."""
    from cleaner.io.write import removal_record, text_digest

    source = result.document.text
    records = [removal_record(result.document, removal) for removal in result.removed]
    return {
        "spans": [list(span) for span in result.spans],
        "gaps": [{"start": start, "text": white} for start, white in result.gaps],
        "source_length": len(source),
        "source_sha256": text_digest(source),
        "removed": [{k: v for k, v in record.items() if k != "doc_id"} for record in records],
    }


def restore(document: Any, key: str = "cleaner") -> str:
    """The source text of a document that ``Cleaner`` cleaned, to the last character.

    Raises ``cleaner.io.results.RebuildError`` where its text or its metadata were changed since.
    """
    from cleaner.io.results import rebuild

    known = document.metadata[key]
    return rebuild({**known, "id": document.id, "text": document.text}, known["removed"])
