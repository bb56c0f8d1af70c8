"""What words say: learned log-odds of words and word pairs, and small closed lists (function words, address, dates)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.chars import Batch, hash_word, mix, segment_sum

TABLE_BITS = 18
_STEM, _PAIR, _LINE, _EDGE = (np.uint64(x) for x in (0x51ED27, 0x2C1B3C6D, 0x7FEB352D, 0x85EBCA6B))
_APART = 1 << 36
SHORT_LINE = 8
"""Lines of at most this many words are also learned whole."""

FUNCTION_WORDS = {
    "en": "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they "
    "which one were all their there been if would who so what when more will about into than them can only other its "
    "has these could some may do also after over because did through most how while even where such before between",
    "de": "der die das und in zu den mit von für auf ist im dem nicht ein eine als auch es an werden aus er hat dass "
    "sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr "
    "durch man sein wurde sei wenn ihre kann ihr ihren unter wir sich",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son ou "
    "aux cette mais comme ont ses sa être fait elle deux ces nous leur été aussi même dont tout bien peut entre vous "
    "votre notre sans",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
    "sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque nos "
    "nuestro tu",
    "it": "di e il la che in un a per è una sono con non si da del della le dei i al come più alla nel ha anche delle "
    "lo gli ma se o nella dal questo su ci suo degli loro dalla tra essere",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
    "sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar heeft "
    "die worden wordt over door ze werd deze tot hij meer zich wel geen was",
}
ADDRESS = (
    "we us our ours you your yours my me i please wir uns unser unsere unseren unserem unserer sie ihnen ihre ihr ihren "
    "dein deine du dich nous notre nos vous votre vos nosotros nuestro nuestra nuestros tu tus usted su noi nostro vostro "
    "nosso nossa você seu"
)
DATES = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun am pm utc "
    "gmt est edt januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag "
    "sonntag janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi "
    "vendredi samedi dimanche enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "ago hours minutes days weeks hour minute day week min mins read"
)
LISTS: tuple[tuple[str, str], ...] = (*FUNCTION_WORDS.items(), ("address", ADDRESS), ("dates", DATES))


class Lexicon:
    """Finds words of a fixed list by hash: ``index(hashes)`` is the place in the list, -1 for others."""

    def __init__(self, hashes: NDArray[np.uint64], bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._hash = hashes
        slot = np.full(1 << bits, -1, np.int32)
        slot[(hashes >> self._shift)[::-1].astype(np.int64)] = np.arange(len(hashes), dtype=np.int32)[::-1]
        self._slot = slot

    def index(self, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Place of each word. Of two words of the list that share a slot the earlier one is found."""
        found: NDArray[np.int32] = self._slot.take((hashes >> self._shift).astype(np.int64))
        if len(self._hash):
            found[self._hash.take(found, mode="clip") != hashes] = -1
        return found


@lru_cache(maxsize=1)
def _lists() -> tuple[Lexicon, NDArray[np.uint64]]:
    """The closed lists: a lexicon and, for each of its words, a bit for each list that holds it."""
    member: dict[int, int] = {}
    for bit, (_, words) in enumerate(LISTS):
        for word in words.split():
            key = hash_word(word)
            member[key] = member.get(key, 0) | 1 << bit
    keys = np.array(sorted(member), np.uint64)
    return Lexicon(keys, 16), np.array([member[int(k)] for k in keys] + [0], np.uint64)


def list_counts(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Words of each list in each line, int64 (lines, lists), and whether each word is a function word of any language."""
    lexicon, member = _lists()
    bits = member.take(lexicon.index(batch.word_hash))
    hit = np.flatnonzero(bits)
    some, line = bits[hit], batch.word_line[hit]
    out = np.zeros((batch.lines, len(LISTS)), np.int64)
    for number in range(len(LISTS)):
        chosen = line[(some >> np.uint64(number)) & np.uint64(1) == 1]
        out[:, number] = np.bincount(chosen, minlength=batch.lines)
    languages = np.uint64((1 << len(FUNCTION_WORDS)) - 1)
    return out, (bits & languages) != 0


def slots(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Table places of each line's evidence: words, stems, pairs (m each; a pair is a word with the one before it,
    the line's edge counting as a word) and, for each line, the pair of its last word with the edge and the whole line.
    """
    shift = np.uint64(64 - TABLE_BITS)
    word = batch.word_hash
    before = np.empty_like(word)
    before[1:] = word[:-1]
    filled = np.diff(batch.word_first) > 0
    before[batch.word_first[:-1][filled]] = _EDGE
    pair = mix(before * np.uint64(3) + word + _PAIR)
    stem = mix(batch.stem_hash ^ _STEM)
    last = np.full(batch.lines, _EDGE, np.uint64)
    last[filled] = word[batch.word_first[1:][filled] - 1]
    closing = mix(last * np.uint64(3) + _EDGE + _PAIR)
    short = np.diff(batch.word_first) <= SHORT_LINE
    whole = np.where(short, mix(batch.line_hash ^ _LINE), closing)
    return (
        (word >> shift).astype(np.int64),
        (stem >> shift).astype(np.int64),
        (pair >> shift).astype(np.int64),
        np.stack([closing >> shift, whole >> shift], axis=1).astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class TextScores:
    """Learned evidence of the words of each line, float32 each."""

    score: NDArray[np.float32]
    """Sum over the square root of the number of terms: the log-odds of a logistic regression."""
    best: NDArray[np.float32]
    """The strongest run of four words."""
    start: NDArray[np.float32]
    """The first four words."""
    finish: NDArray[np.float32]
    """The last four words."""
    stretch: NDArray[np.float32]
    """The strongest stretch of words, of whatever length: a plea among sentences that say nothing of what they are."""


def text_scores(batch: Batch, table: NDArray[np.int8], scale: float, bias: float) -> TextScores:
    """Scores each line by a table of ``2**TABLE_BITS`` weights in units of ``scale``."""
    word, stem, pair, whole = slots(batch)
    value = table.take(word).astype(np.int64) + table.take(stem) + table.take(pair)
    edge = table.take(whole).astype(np.int64).sum(axis=1)
    first, count = batch.word_first, np.diff(batch.word_first)
    total = segment_sum(value, first) + edge
    running = np.zeros(len(value) + 1, np.int64)
    np.cumsum(value, out=running[1:])
    low, high = first[:-1], first[1:]
    run = running[1:] - running[np.maximum(np.arange(len(value)) - 3, low[batch.word_line])]
    best = np.zeros(batch.lines, np.int64)
    filled = count > 0
    if len(value):
        best[filled] = np.maximum.reduceat(run, low[filled])
    stretch = np.zeros(batch.lines, np.int64)
    if len(value):  # the lines' sums far apart, so that each has a least one of its own
        apart = batch.word_line * np.int64(_APART)
        least = np.minimum.accumulate(running[:-1] - apart)
        stretch[filled] = np.maximum.reduceat(running[1:] - apart - least, low[filled])
    start = running[np.minimum(low + 4, high)] - running[low]
    finish = running[high] - running[np.maximum(high - 4, low)]
    return TextScores(
        score=(total * scale / np.sqrt(terms(count)) + bias).astype(np.float32),
        best=(best * scale).astype(np.float32),
        start=(start * scale).astype(np.float32),
        finish=((finish + edge) * scale).astype(np.float32),
        stretch=np.log1p(np.maximum(stretch, 0) * scale).astype(np.float32),
    )


def terms(words: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many table entries a line of so many words sums."""
    return np.asarray(3.0 * words + 2.0, np.float64)
