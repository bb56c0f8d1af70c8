"""What differs between two aligned token sequences, and whether a fact is among it.

Everything is decided on the tokens that the alignment leaves over (*residue*). Tokens of the same gap replace each
other; a token is *explained* when its counterpart is a form of the same word, a synonym, a typo or the same letters
differently spaced. What stays unexplained decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.align import Residue
from cleaner.similar.gaps import Gaps
from cleaner.similar.lexicons import (
    BE,
    BY,
    DATE,
    FIRM,
    KNOWN,
    LIGHT,
    LIMIT,
    MODAL,
    NEGATION,
    NUMBER,
    PAST,
    PRONOUN,
    STOP,
    TITLE,
    UNIT,
    WEAK,
)  # fmt: skip
from cleaner.similar.ragged import I64, U64, is_in, mix64, ranges
from cleaner.similar.words import Words, letter_values, one_letter_differences, single_letters

Bool = NDArray[np.bool_]
REASONS = (
    "",
    "a number differs",
    "a date differs",
    "a name differs",
    "one of them is negated",
    "a word means the opposite",
    "certainty differs",
    "words change places",
    "the speaker differs",
    "the wording differs",
    "a word of another meaning",
)
NUMBER_DIFFERS, DATE_DIFFERS, NAME_DIFFERS, NEGATED, OPPOSITE, CERTAINTY, ROLES, SPEAKER, WORDING, UNRELATED = range(
    1, 11
)

_MAX_GAP = 400  # replaced tokens squared: above, the gap is other text and nothing in it is explained
_SLIDE = 3  # tokens: over so many a lone name may slide
_LONG_TYPO = 9  # letters of a word of another language than English from which one too many is a slip
_SHORT = 4  # tokens: a longer run that only one side has is a clause, and may hold a "not" of its own


@dataclass(frozen=True, slots=True)
class Side:
    """Residue of one side with what is known of each token."""

    residue: Residue
    gaps: Gaps
    hashes: U64
    word: I64
    """Row in ``Words``."""
    name: NDArray[np.int8]
    """Is it a name? 2: capitalised inside a sentence that is not; 1: cannot be told; 0: no."""
    before: U64
    """Hash of the token before it, 0 at the start."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Per pair: what is left unexplained, and the veto (0: none, else an index into ``REASONS``)."""

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    """Weight of unexplained tokens of each side: 1 a word, less for words without content."""
    replaced: NDArray[np.float64]
    """Content words replaced by others of unknown relation."""
    places: NDArray[np.float64]
    """In how many places something is left unexplained."""
    explained: NDArray[np.float64]
    """Tokens of both sides that are explained, divided by two."""
    veto: NDArray[np.uint8]
    left_names: Bool
    right_names: Bool


def differences(n: int, left: Side, right: Side, words: Words, clause_l: Bool, clause_r: Bool) -> Difference:
    """Judges the residue of n aligned pairs; ``clause_l`` and ``clause_r`` tell the tokens of dropped clauses."""
    i, j = _counterparts(left.gaps, right.gaps)
    same, opposite, exclusive, unrelated = _relations(left, right, words, i, j)
    explained_l, explained_r = np.zeros(len(left.word), bool), np.zeros(len(right.word), bool)
    explained_l[i[same]] = True
    explained_r[j[same]] = True
    _respaced(left, right, words, explained_l, explained_r)
    _initials(left, right, words, explained_l, explained_r)
    _initials(right, left, words, explained_r, explained_l)
    moved_l, moved_r, roles = _moved(n, left, right, words)
    open_l, open_r = ~explained_l & ~moved_l, ~explained_r & ~moved_r
    kind_l, kind_r = words.kind[left.word], words.kind[right.word]
    pair_l, pair_r = left.residue.pair, right.residue.pair
    swapped = moved_l[i] & moved_r[j] & ((kind_l[i] | kind_r[j]) & (STOP | LIGHT | DATE | TITLE) == 0)
    roles[pair_l[i[swapped & (left.hashes[i] != right.hashes[j])]]] = True
    veto = np.zeros(n, np.uint8)

    def has(pair: I64, mask: Bool) -> Bool:
        out = np.zeros(n, bool)
        out[pair[mask]] = True
        return out

    both = open_l[i] & open_r[j]
    at = pair_l[i]
    run_l, run_r = _lone_words(left.gaps), _lone_words(right.gaps)
    few_l, few_r = open_l & (run_l <= _SHORT) & ~clause_l, open_r & (run_r <= _SHORT) & ~clause_r

    def uneven(bit: int) -> Bool:
        """Do the short runs of one side hold more words of a kind than those of the other?"""
        count_l = np.bincount(pair_l[few_l & (kind_l & bit > 0)], minlength=n)
        return np.asarray(count_l != np.bincount(pair_r[few_r & (kind_r & bit > 0)], minlength=n))

    # lowest priority first: a later reason overwrites
    plain = (kind_l[i] | kind_r[j]) & (STOP | LIGHT | PRONOUN | NUMBER | UNIT | TITLE | FIRM) == 0
    veto[has(at, both & plain & unrelated)] = UNRELATED
    veto[uneven(LIMIT)] = UNRELATED
    weak_l, weak_r = open_l & (kind_l & WEAK > 0), open_r & (kind_r & WEAK > 0)
    modal = both & (kind_l[i] & MODAL > 0) & (kind_r[j] & MODAL > 0)
    veto[has(at, modal)] = CERTAINTY
    past = (kind_r[j] & PAST > 0).astype(np.int8) - (kind_l[i] & PAST > 0)
    to_come = _ahead(left, right, kind_l, kind_r, open_l, i) & (past > 0)
    to_come |= _ahead(right, left, kind_r, kind_l, open_r, j) & (past < 0)
    veto[has(at, same & to_come)] = CERTAINTY
    weak = has(pair_l, weak_l & (run_l <= 3)) != has(pair_r, weak_r & (run_r <= 3))
    veto[weak] = CERTAINTY
    turned_l = has(pair_l, few_l & (kind_l & BE > 0)) & has(pair_l, few_l & (kind_l & BY > 0))
    turned_r = has(pair_r, few_r & (kind_r & BE > 0)) & has(pair_r, few_r & (kind_r & BY > 0))
    veto[roles | (turned_l != turned_r)] = ROLES
    name_both = both & (np.maximum(left.name[i], right.name[j]) == 2) & (np.minimum(left.name[i], right.name[j]) >= 1)
    names_l = has(pair_l, open_l & (left.name == 2) & (kind_l & (TITLE | FIRM) == 0))
    names_r = has(pair_r, open_r & (right.name == 2) & (kind_r & (TITLE | FIRM) == 0))
    titles = (kind_l[i] | kind_r[j]) & (TITLE | FIRM) > 0
    name_content = both & (np.maximum(left.name[i], right.name[j]) == 2) & ~titles
    name_content &= ((kind_l[i] | kind_r[j]) & (STOP | LIGHT | PRONOUN | NUMBER | UNIT) == 0) & (
        (kind_l[i] | kind_r[j]) & DATE > 0
    )
    # two capitalised words that no list knows, where case proves nothing (first words, headlines): names too
    unknown = both & (left.name[i] == 1) & (right.name[j] == 1) & ((kind_l[i] | kind_r[j]) == 0)
    veto[has(at, name_both & ~titles) | has(at, unknown) | has(at, name_content) | (names_l & names_r)] = NAME_DIFFERS
    veto[has(at, both & exclusive)] = OPPOSITE
    veto[has(at, both & opposite)] = OPPOSITE
    date_l, date_r = open_l & (kind_l & DATE > 0) & (left.name > 0), open_r & (kind_r & DATE > 0) & (right.name > 0)
    veto[has(pair_l, date_l) & has(pair_r, date_r)] = DATE_DIFFERS
    number_l, number_r = open_l & (kind_l & NUMBER > 0), open_r & (kind_r & NUMBER > 0)
    content = STOP | LIGHT | NUMBER | UNIT | DATE
    mixed = both & ((number_l[i] & (kind_r[j] & content == 0)) | (number_r[j] & (kind_l[i] & content == 0)))
    veto[(has(pair_l, number_l) & has(pair_r, number_r)) | has(at, mixed)] = NUMBER_DIFFERS
    veto[uneven(NEGATION) & (veto != OPPOSITE)] = NEGATED

    weight_l, weight_r = _weights(kind_l), _weights(kind_r)
    loose_l, loose_r = open_l | moved_l, open_r | moved_r
    weight_l, weight_r = np.where(moved_l, 0.5, weight_l), np.where(moved_r, 0.5, weight_r)
    plain_l = open_l & (kind_l & (STOP | LIGHT | PRONOUN) == 0)
    plain_r = open_r & (kind_r & (STOP | LIGHT | PRONOUN) == 0)
    return Difference(
        np.bincount(pair_l[loose_l], weight_l[loose_l], n).astype(np.float64),
        np.bincount(pair_r[loose_r], weight_r[loose_r], n).astype(np.float64),
        _replaced(n, left.gaps, right.gaps, plain_l, plain_r),
        _places(n, left.gaps, right.gaps, loose_l, loose_r),
        (np.bincount(pair_l[~open_l], minlength=n) + np.bincount(pair_r[~open_r], minlength=n)) / 2.0,
        veto,
        names_l,
        names_r,
    )


def _weights(kind: NDArray[np.uint16]) -> NDArray[np.float64]:
    """How much an unexplained token weighs: function words and fillers half."""
    return np.where(kind & (STOP | LIGHT) > 0, 0.5, 1.0)


def _counterparts(left: Gaps, right: Gaps) -> tuple[I64, I64]:
    """All (left, right) token pairs of one gap."""
    use = np.where(left.count * left.faced <= _MAX_GAP, left.faced, 0)[left.of]
    return np.repeat(np.arange(len(use)), use), ranges(_met(right.start, left)[left.of], use)


def _relations(left: Side, right: Side, words: Words, i: I64, j: I64) -> tuple[Bool, Bool, Bool, Bool]:
    """Of each token pair: the same word for our purposes; opposites; members of a set that excludes the other; words that
    are both known, and not to each other."""
    x, y = left.word[i], right.word[j]
    cells, back = np.unique(x * np.int64(len(words.kind)) + y, return_inverse=True)
    x, y = cells // len(words.kind), cells % len(words.kind)

    def shared(table: NDArray[np.int32], sign: int) -> Bool:
        """Which cells have a group in common; a word's groups fill its row from the left."""
        out = np.zeros(len(x), bool)
        live = np.flatnonzero((table[x, 0] != 0) & (table[y, 0] != 0))
        mine, theirs = table[x[live]], sign * table[y[live]]
        for column in mine[:, mine.any(axis=0)].T:
            out[live] |= ((column != 0)[:, None] & (column[:, None] == theirs)).any(axis=1)
        return out

    opposite = shared(words.sides, -1)
    opposite |= (words.negates[x] == words.stem[y]) | (words.negates[y] == words.stem[x])
    stem = words.stem[x] == words.stem[y]
    synonym = shared(words.synonyms, 1)
    exclusive = shared(words.sets, 1) & ~stem & ~synonym
    number = (words.kind[x] | words.kind[y]) & NUMBER > 0
    known = (words.kind[x] & words.kind[y]) & (KNOWN | STOP | LIGHT) > 0
    gap = words.letters[x] - words.letters[y]
    one = one_letter_differences()
    near = one[np.minimum(np.searchsorted(one, gap), len(one) - 1)] == gap
    longer, shorter = np.maximum(words.length[x], words.length[y]), np.minimum(words.length[x], words.length[y])
    one_more = is_in(gap, single_letters())
    typo = ((gap == 0) & (shorter >= 4)) | (one_more & (longer >= 5)) | (near & (shorter >= 7))
    typo &= (longer - shorter <= 1) & (words.initial[x] == words.initial[y]) & ~known & ~number
    # in other languages endings of one letter tell more: gender, tense, "noreste" and "noroeste"
    typo &= (words.tongue[x] == 0) | (gap == 0) | (one_more & (longer >= _LONG_TYPO))
    substituted = near & ~one_more & (gap != 0)
    initial = (shorter == 1) & (longer > 1) & (words.initial[x] == words.initial[y]) & ~number
    same = (stem | synonym | typo) & ~opposite & ~exclusive & ~(number & ~stem)
    names = (left.name[i] > 0) & (right.name[j] > 0)
    alike = (same[back] & ~(names & (typo & substituted)[back])) | (initial[back] & names)
    unrelated = (words.kind[x] & words.kind[y] & KNOWN > 0) & ~same & ~one_more
    return alike, opposite[back], exclusive[back], unrelated[back]


def _respaced(left: Side, right: Side, words: Words, explained_l: Bool, explained_r: Bool) -> None:
    """Gaps with the same letters on both sides ("on line", "online") are explained as a whole."""
    met = np.flatnonzero((left.gaps.other >= 0) & (left.gaps.count != left.gaps.faced))
    if not len(met):
        return
    sum_l = np.add.reduceat(words.letters[left.word], left.gaps.start)
    sum_r = np.add.reduceat(words.letters[right.word], right.gaps.start)
    met = met[sum_l[met] == sum_r[left.gaps.other[met]]]
    explained_l |= _among(met, left.gaps)
    explained_r |= _among(left.gaps.other[met], right.gaps)


def _among(some: I64, gaps: Gaps) -> Bool:
    """Which leftover tokens are in some of the gaps."""
    return _chosen(some, gaps)[gaps.of]


def _chosen(some: I64, gaps: Gaps) -> Bool:
    out = np.zeros(len(gaps.key), bool)
    out[some] = True
    return out


def _ahead(
    own: Side, other: Side, kind: NDArray[np.uint16], facing: NDArray[np.uint16], open_: Bool, tokens: I64
) -> Bool:
    """Of some tokens of a side: stands an unexplained "will" or "may" in their gap, and none on the other side?"""
    modal = _chosen(own.gaps.of[open_ & (kind & MODAL > 0)], own.gaps)
    elsewhere = _met(_chosen(other.gaps.of[facing & MODAL > 0], other.gaps), own.gaps)
    return np.asarray((modal & ~elsewhere)[own.gaps.of[tokens]])


def _initials(short: Side, long: Side, words: Words, explained: Bool, explained_long: Bool) -> None:
    """A capitalised word alone in its gap that is made of the initials of the names facing it is explained, and they are:
    "WHO", "World Health Organization"."""
    alone = np.flatnonzero((short.gaps.count == 1) & (short.gaps.faced >= 2))
    alone = alone[short.name[short.gaps.start[alone]] > 0]
    if not len(alone):
        return
    start, facing = long.gaps.start, short.gaps.other[alone]
    capital = long.name > 0
    stray = ~capital & (words.kind[long.word] & STOP == 0)
    values = letter_values()[words.initial[long.word] & 1023]
    total = np.add.reduceat(np.where(capital, values, np.uint64(0)), start)[facing]
    names = np.add.reduceat(capital.astype(np.int64), start)[facing]
    strays = np.add.reduceat(stray.astype(np.int64), start)[facing]
    word = short.word[short.gaps.start[alone]]
    hit = (strays == 0) & (names >= 2) & (names == words.length[word]) & (total == words.letters[word])
    hit &= words.initial[word] == words.initial[long.word[start[facing]]]
    explained[short.gaps.start[alone[hit]]] = True
    explained_long |= _among(facing[hit], long.gaps)


def _moved(n: int, left: Side, right: Side, words: Words) -> tuple[Bool, Bool, Bool]:
    """Tokens that both residues hold, elsewhere; and the pairs in which words changed places and with them their roles:
    a name or number stands after another word than before, or what moved comes in another order ("A beat B", "B beat A").

    A name that slid as one over a few words did not: "Acme on Tuesday", "on Tuesday Acme".
    """
    pair_l, pair_r = left.residue.pair, right.residue.pair
    key_l = mix64(left.hashes + mix64(pair_l.astype(np.uint64)))
    key_r = mix64(right.hashes + mix64(pair_r.astype(np.uint64)))
    moved_l, moved_r = is_in(key_l, key_r), is_in(key_r, key_l)
    along_l = mix64(key_l + left.before)
    along_r = mix64(key_r + right.before)
    alone = moved_l & ~is_in(along_l, along_r[moved_r])
    kind_l, kind_r = words.kind[left.word], words.kind[right.word]
    number = kind_l & NUMBER > 0
    heavy = ((left.name == 2) | ((left.name == 1) & (kind_l == 0)) | number) & (kind_l & (DATE | TITLE) == 0)
    alone_r = moved_r & ~is_in(along_r, along_l[moved_l])
    lone = (np.bincount(pair_l[alone], minlength=n) == 1) & (np.bincount(pair_r[alone_r], minlength=n) == 1)
    over = np.zeros(n, np.int64)
    over[pair_l[alone]] = left.residue.gap[alone]
    over[pair_r[alone_r]] -= right.residue.gap[alone_r]
    slid = lone & (np.abs(over) <= _SLIDE)
    roles = np.zeros(n, bool)
    roles[pair_l[alone & heavy & (number | ~slid[pair_l])]] = True
    light = STOP | LIGHT | DATE | TITLE
    some_l, order_l = _in_order(n, pair_l, key_l, moved_l & (kind_l & light == 0))
    some_r, order_r = _in_order(n, pair_r, key_r, moved_r & (kind_r & light == 0))
    roles |= (some_l == some_r) & (order_l != order_r)
    return moved_l, moved_r, roles


def _in_order(n: int, pair: I64, key: U64, wanted: Bool) -> tuple[U64, U64]:
    """Per pair a hash of the wanted tokens in any order, and one of their order."""
    at = np.flatnonzero(wanted)
    rank = np.arange(len(at)) - np.searchsorted(pair[at], pair[at])
    out = np.zeros((2, n), np.uint64)
    np.add.at(out[0], pair[at], key[at])
    np.add.at(out[1], pair[at], mix64(key[at] + rank.astype(np.uint64)))
    return out[0], out[1]


def _lone_words(gaps: Gaps) -> I64:
    """For each leftover token the length of its gap on its own side, made 1 where the other side has tokens there."""
    return np.where(gaps.faced > 0, np.maximum(gaps.count - gaps.faced, 1), gaps.count)[gaps.of]


def _places(n: int, left: Gaps, right: Gaps, loose_l: Bool, loose_r: Bool) -> NDArray[np.float64]:
    """In how many gaps of each pair either side has one of the tokens."""
    some_l, some_r = _chosen(left.of[loose_l], left), _chosen(right.of[loose_r], right)
    both = _met(some_l, right)
    places = np.bincount(left.pair[some_l], minlength=n) + np.bincount(right.pair[some_r & ~both], minlength=n)
    return places.astype(np.float64)


def _replaced(n: int, left: Gaps, right: Gaps, plain_l: Bool, plain_r: Bool) -> NDArray[np.float64]:
    """Content words that face other content words: the mean of both sides of each gap where both have some."""
    count = np.bincount(left.of[plain_l], minlength=len(left.key))
    facing = _met(np.bincount(right.of[plain_r], minlength=len(right.key)), left)
    return np.bincount(left.pair, np.where((count > 0) & (facing > 0), (count + facing) / 2, 0.0), n).astype(np.float64)


def _met(values: NDArray[Any], gaps: Gaps) -> NDArray[Any]:
    """What is told of each gap of the other side, by those of this one; 0 where that has none."""
    if not len(values):
        return np.zeros(len(gaps.other), values.dtype)
    return np.where(gaps.other >= 0, values[gaps.other], values.dtype.type(0))
