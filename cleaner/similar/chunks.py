"""What a process knows of chunks, for the compiled loops: the same results as ``book``, in one pass over the bytes.

A chunk that was not seen before is taken apart by its bytes where it is made of English words. Each distinct word is
then looked at once; so is each chunk that holds anything else (numbers, addresses, other scripts).
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.book import KEPT_CHUNKS, Found
from cleaner.similar.ragged import I64, offsets_of, ranges
from cleaner.similar.vocabulary import Vocabulary
from cleaner.text.canonical import analyse_chunk, inner_tokens, listed_words, plain_word


class ChunkTable:
    """Chunks and words by number, in the order in which they came."""

    def __init__(self) -> None:
        assert kernels.compiled is not None
        self.words = Vocabulary()
        self._chunks, self._forms = kernels.compiled.Numbering(), kernels.compiled.Numbering()
        self._form_begin, self._form_count = np.empty(0, np.int64), np.empty(0, np.int64)
        self._form_ids = np.empty(0, np.int32)
        self._begin, self._count = np.empty(0, np.int64), np.empty(0, np.int64)
        self._marks = np.empty(0, np.uint8)
        self._ids, self._shapes = np.empty(0, np.int32), np.empty(0, np.uint8)

    def tokens(self, data: NDArray[np.uint8], texts: int) -> Found:
        """Tokens of so many texts, numbered as ``words``."""
        assert kernels.compiled is not None
        whole = len(self._chunks) == len(self._begin) and len(self._forms) == len(self._form_begin)
        if len(self._chunks) > KEPT_CHUNKS or not whole:  # too many, or an exception came between
            self.__init__()  # type: ignore[misc]
        chunks, offsets, begin, size = kernels.compiled.split(data, texts, self._chunks)
        if len(begin):
            self._learn(data, begin, size)
        return kernels.compiled.gather(chunks, offsets, self._begin, self._count, self._marks, self._ids, self._shapes)

    def _learn(self, data: NDArray[np.uint8], begin: I64, size: I64) -> None:
        """Adds the chunks that begin in ``data`` there."""
        assert kernels.compiled is not None
        pieces, marks, piece, case, new, ends, care, rest, rest_ends = kernels.compiled.sift(
            data, begin, size, self._forms
        )
        self._learn_forms(_cut(new, ends), care)
        counts = self._form_count[piece]
        ids = self._form_ids[ranges(self._form_begin[piece], counts)]
        shapes = np.repeat(case, counts)
        cuts, token_ends = offsets_of(np.maximum(pieces, 0)), offsets_of(counts)
        starts, sizes = token_ends[cuts[:-1]], np.diff(token_ends[cuts])
        look = np.flatnonzero(pieces < 0)
        found: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
        known: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {}
        for row, odd, text in zip(look.tolist(), (pieces[look] == -1).tolist(), _cut(rest, rest_ends), strict=True):
            if odd:
                chunk = analyse_chunk(text)
                marks[row] = chunk.marks
                found.append((chunk.tokens, chunk.shapes))
            elif text in known:
                found.append(known[text])
            else:
                found.append(inner_tokens(text))
                known[text] = found[-1]
        # words without a form of their own: as they are written decides
        bound = np.repeat(np.arange(len(pieces)), np.maximum(pieces, 0))[counts == 0]
        for row in bound.tolist():
            chunk = analyse_chunk(data[begin[row] : begin[row] + size[row]].tobytes().decode())
            found.append((chunk.tokens, chunk.shapes))
        look = np.concatenate((look, bound))
        sizes[look] = [len(tokens) for tokens, _ in found]
        starts[look] = len(ids) + offsets_of(sizes[look])[:-1]
        numbers = self.words.numbers
        extra_ids = [numbers.setdefault(token, len(numbers)) for tokens, _ in found for token in tokens]
        extra_shapes = [shape for _, shapes in found for shape in shapes]
        base = len(self._ids)
        self._ids = np.concatenate((self._ids, ids, np.array(extra_ids, np.int32)))
        self._shapes = np.concatenate((self._shapes, shapes, np.array(extra_shapes, np.uint8)))
        self._marks = np.concatenate((self._marks, marks))
        self._count = np.concatenate((self._count, sizes))
        self._begin = np.concatenate((self._begin, starts + base))

    def _learn_forms(self, names: list[str], care: NDArray[np.uint8]) -> None:
        """Adds the comparison forms of lower-case words; those to take ``care`` of may be spelt otherwise."""
        numbers, listed = self.words.numbers, listed_words()
        size = np.ones(len(names), np.int64)
        look = care > 0
        look |= np.fromiter(map(listed.__contains__, names), bool, len(names))
        odd = np.flatnonzero(look)
        forms = [plain_word(names[row]) for row in odd.tolist()]
        size[odd] = list(map(len, forms))
        begin = offsets_of(size)
        ids = np.empty(int(begin[-1]), np.int32)
        ids[begin[:-1][~look]] = [
            numbers.setdefault(w, len(numbers)) for w in itertools.compress(names, (~look).tolist())
        ]
        ids[ranges(begin[odd], size[odd])] = [numbers.setdefault(w, len(numbers)) for form in forms for w in form]
        self._form_begin = np.concatenate((self._form_begin, begin[:-1] + len(self._form_ids)))
        self._form_count = np.concatenate((self._form_count, size))
        self._form_ids = np.concatenate((self._form_ids, ids))


def _cut(text: NDArray[np.uint8], ends: I64) -> list[str]:
    """Slices of UTF-8 that lie one after the other."""
    raw = text.tobytes()
    cuts = [0, *ends.tolist()]
    if raw.isascii():
        whole = raw.decode()
        return [whole[a:b] for a, b in itertools.pairwise(cuts)]
    return [raw[a:b].decode() for a, b in itertools.pairwise(cuts)]
