"""A spaCy component that marks what cleaner would remove (install ``cleaner[spacy]``; then ``nlp.add_pipe("cleaner")``)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from cleaner.config import Config, load
from cleaner.model import Rejected, Removal


class CleanerComponent:
    """Sets ``doc.spans["removed"]`` and ``doc.spans["kept"]``; the text and its other annotations stay.

    A removed span has the label ``stage/reason``; the whole records are in ``doc.user_data["cleaner"]``, with offsets in
    characters. Where a span ends inside a token, the token is split, so every offset is exact. A text of which no
    document can be made has no spans and its code in ``doc.user_data["cleaner_rejected"]``.
    """

    def __init__(self, config: Config, removed: str = "removed", kept: str = "kept") -> None:
        self.config = config
        self.names = (removed, kept)

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """The same for many, in batches."""
        from cleaner.api import clean_batch

        stream = iter(docs)
        while batch := list(itertools.islice(stream, batch_size)):
            results = clean_batch([{"text": doc.text} for doc in batch], self.config)
            for doc, result in zip(batch, results, strict=True):
                if isinstance(result, Rejected):
                    doc.user_data["cleaner_rejected"] = result.code
                    yield mark(doc, [], [], *self.names)
                else:
                    yield mark(doc, result.removed, result.spans, *self.names)


def mark(
    doc: Doc,
    removals: Iterable[Removal],
    kept: Iterable[tuple[int, int]],
    name: str = "removed",
    kept_name: str = "kept",
) -> Doc:
    """``doc`` with the spans of ``removals`` and ``kept``, which are offsets into ``doc.text``."""
    from cleaner.io.write import removal_record
    from cleaner.model import Document

    removals, kept = list(removals), list(kept)
    _split(doc, {place for r in removals for place in (r.start, r.end)} | {place for span in kept for place in span})
    source = Document("doc", doc.text)
    doc.spans[name] = [_span(doc, r.start, r.end, f"{r.stage}/{r.reason}") for r in removals]
    doc.spans[kept_name] = [_span(doc, start, end, "kept") for start, end in kept]
    doc.user_data["cleaner"] = [
        {k: v for k, v in removal_record(source, r).items() if k not in ("doc_id", "text")} for r in removals
    ]
    return doc


def _split(doc: Doc, places: set[int]) -> None:
    """Token boundaries at all ``places``."""
    cuts: dict[int, list[int]] = {}
    starts = {token.idx for token in doc} | {token.idx + len(token) for token in doc}
    for place in sorted(places - starts):
        token = next(t for t in doc if t.idx < place < t.idx + len(t))
        cuts.setdefault(token.i, []).append(place - token.idx)
    with doc.retokenize() as retokenizer:
        for i, inside in cuts.items():
            text = doc[i].text
            parts = [text[a:b] for a, b in itertools.pairwise([0, *inside, len(text)])]
            retokenizer.split(doc[i], parts, heads=[(doc[i], n) for n in range(len(parts))])


def _span(doc: Doc, start: int, end: int, label: str) -> Span:
    span = doc.char_span(start, end, label=label)
    assert span is not None, f"tokens do not meet {start}-{end}"
    return span


@Language.factory("cleaner", default_config={"options": {}, "removed": "removed", "kept": "kept"})  # type: ignore[untyped-decorator]
def make_cleaner(nlp: Language, name: str, options: Mapping[str, Any], removed: str, kept: str) -> CleanerComponent:
    """The factory: ``options`` are those of ``cleaner.Config``. ``UsageError`` for one that is none."""
    return CleanerComponent(load(None, options), removed, kept)
