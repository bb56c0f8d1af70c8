"""What a clustering leaves for the next one, so that a growing corpus pays for what is new.

Kept are the pairs that passed the screen with what comparing said of them, what was chosen, and the crowds: groups of
which not all are compared with all. Then only pairs with a *fresh* sentence are looked for, and only connected
components of pairs in which something changed are chosen anew. Fresh are

- sentences that were not there, or stood behind an exact repeat, and
- members of a crowd that lost or won one, where that changed which of them are compared with which others.

Everything else keeps its pairs, since a pair depends on its two sentences alone, and its choice, since components
decide by themselves.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.candidates import Candidates, crowd_pairs, standing
from cleaner.similar.choose import Choice
from cleaner.similar.corpus import Corpus
from cleaner.similar.near import UNIT, Crowd, Near, keys_of
from cleaner.similar.options import DedupOptions
from cleaner.similar.ragged import I64, offsets_of, sorted_unique
from cleaner.similar.runs import Runs
from cleaner.similar.scratch import Scratch
from cleaner.similar.verdicts import Pairs

I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Screened = Callable[[Candidates], Runs]
"""Gives the pairs of candidates that pass the screen, packed (first << 32 | second)."""
_FORMAT = 2
_HIT_BYTES = 16 * 8
"""Bytes of one key that is shared, times the share of the memory that they may take."""
_ROWS = 1 << 20
_FEW = 4
"""With more than one part in so many fresh, everything is looked for anew, in bounded memory."""


@dataclass(slots=True)
class Past:
    """The earlier clustering of m sentences."""

    number: NDArray[np.integer]
    """(m,) the sentences' numbers now; -1 for those that are gone."""
    live: Bool
    pairs: Pairs
    kept: I32
    similarity: NDArray[np.float32]
    kind: NDArray[np.uint8]
    crowds: list[Crowd]


@dataclass(slots=True)
class Grown:
    """The pairs of all live sentences, with what is known of them, and where the choice must be made anew."""

    pairs: Pairs
    crowds: list[Crowd]
    again: Bool
    """(n,) sentences of components in which something changed."""


@dataclass(frozen=True)
class Memory:
    """A folder where a clustering is kept, and where each of the n sentences stands: int64 ``places`` (n, 2), document
    << 32 | start (ascending) and end. A sentence at the same place is the same sentence."""

    folder: Path
    places: NDArray[np.int64]

    def load(self, scratch: Scratch) -> Past | None:
        """What ``save`` kept, mapped; ``None`` where there is nothing, or nothing whole."""
        try:
            told = json.loads((self.folder / "whole.json").read_text(encoding="utf-8"))
            found = {}
            for name, size in told["files"].items():
                path = self.folder / f"{name}.npy"
                if path.stat().st_size != size:
                    return None
                found[name] = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
            if told["format"] != _FORMAT:
                return None
            pairs = Pairs(found["first"], found["second"], found["score"], found["pair_kind"])
            choice = found["kept"], found["similarity"], found["kind"]
            return Past(self._numbers(found["places"], scratch), found["live"], pairs, *choice, _crowds(found))
        except (OSError, ValueError, KeyError, TypeError, EOFError):
            return None

    def _numbers(self, places: NDArray[np.int64], scratch: Scratch) -> NDArray[np.integer]:
        """Which sentence now stands at each of ``places``, -1 where there is none."""
        mine = self.places
        out: I32 = scratch.full(len(places), np.int32, -1)
        for low in range(0, len(places) if len(mine) else 0, _ROWS):
            asked = places[low : low + _ROWS]
            at = np.minimum(np.searchsorted(mine[:, 0], asked[:, 0]), len(mine) - 1)
            out[low : low + _ROWS] = np.where((mine[at] == asked).all(axis=1), at, -1)
        return out

    def save(self, live: Bool, pairs: Pairs, choice: Choice, crowds: list[Crowd]) -> None:
        """Keep a clustering for the next, in place of the one before."""
        arrays = {
            "places": self.places,
            "live": live,
            "first": pairs.first,
            "second": pairs.second,
            "score": pairs.score,
            "pair_kind": pairs.kind,
            "kept": choice.kept,
            "similarity": choice.similarity,
            "kind": choice.kind,
            "crowd_band": np.array([c.band for c in crowds], np.int64),
            "crowd_key": np.array([c.key for c in crowds], np.uint64),
            "crowd_counted": np.array([c.counted for c in crowds], bool),
        }
        for name in ("ranked", "members", "owner"):
            parts = [getattr(crowd, name) for crowd in crowds]
            arrays[f"crowd_{name}"] = np.concatenate([np.empty(0, np.int64), *parts])
            arrays[f"crowd_{name}_ends"] = offsets_of(np.array(list(map(len, parts)), np.int64))
        temp = self.folder.with_name(f"{self.folder.name}.tmp")
        shutil.rmtree(temp, ignore_errors=True)
        temp.mkdir()
        for name, array in arrays.items():
            with (temp / f"{name}.npy").open("wb") as handle:
                np.save(handle, array, allow_pickle=False)
                handle.flush()
                os.fsync(handle.fileno())
        files = {name: (temp / f"{name}.npy").stat().st_size for name in arrays}
        (temp / "whole.json").write_text(json.dumps({"format": _FORMAT, "files": files}), encoding="utf-8")
        shutil.rmtree(self.folder, ignore_errors=True)  # dying here costs time only: then all pairs are looked for
        temp.rename(self.folder)


def grow(
    past: Past, corpus: Corpus, live: Bool, priority: I32, options: DedupOptions, scratch: Scratch, screened: Screened
) -> Grown | None:
    """The pairs of the ``live`` sentences of a corpus that grew from the past one; ``None`` where so much is new that
    looking for all of them costs no more."""
    there = np.flatnonzero(past.live & (past.number >= 0))
    before = scratch.full(len(live), bool, False)
    before[past.number[there]] = True
    new = live & ~before
    gone = past.live & ((past.number < 0) | ~live[past.number])
    crowds = {crowd[:2]: _renumbered(crowd, past.number, gone) for crowd in past.crowds}
    lessened = [crowd for crowd in crowds.values() if (crowd.members < 0).any()]
    # one of those left is enough for a crowd that only lost to be come across
    fresh = new | _mask(len(live), (crowd.members[crowd.members >= 0][:1] for crowd in lessened))
    looked, found = fresh, [np.empty(0, np.int64)]
    left = crowds.copy()
    for _ in range(2):
        if int(fresh.sum()) * _FEW > int(live.sum()):
            return None
        near = Near.of(corpus, looked, keys_of(corpus, looked), options.memory // _HIT_BYTES)
        if near is None:
            return None
        candidates = Candidates(corpus, options, scratch, near=near, crowds=[])
        found.extend(screened(candidates).merged())
        now = {crowd[:2]: crowd for crowd in candidates.crowds or ()}
        left.update(now)
        if looked is not fresh:
            break
        for crowd in lessened:
            if crowd[:2] not in now:  # it is none any more
                del left[crowd[:2]]
                looked = looked | _mask(len(live), [crowd.members[crowd.members >= 0]])
        changed = (_changed(crowds.get(key), crowd, fresh, options.max_bucket) for key, crowd in now.items())
        looked = (_mask(len(live), changed) | looked) & ~fresh
        if not looked.any():
            break
        fresh = fresh | looked
    pairs, loose = _merged(past, gone, fresh, sorted_unique(np.concatenate(found)))
    return Grown(pairs, [left[key] for key in sorted(left)], _flooded(fresh | _mask(len(live), [loose]), pairs))


def carried(past: Past, grown: Grown, live: Bool, choice: Choice) -> Choice:
    """``choice``, made of the components that changed, with that of the others from before."""
    rows = np.flatnonzero(past.live & (past.number >= 0))
    rows = rows[live[past.number[rows]] & ~grown.again[past.number[rows]]]
    at = past.number[rows]
    choice.kept[at] = past.number[past.kept[rows]]
    choice.similarity[at] = past.similarity[rows]
    choice.kind[at] = past.kind[rows]
    return choice


def _renumbered(crowd: Crowd, number: NDArray[np.integer], gone: Bool) -> Crowd:
    """A crowd of the past with the sentences' numbers of now, -1 for those that are gone."""
    members = np.where(gone[crowd.members], -1, number[crowd.members]).astype(np.int64)
    ranked = np.where(gone[crowd.ranked], -1, number[crowd.ranked]) if crowd.band == UNIT else crowd.ranked
    return crowd._replace(members=members, ranked=ranked)


def _changed(before: Crowd | None, now: Crowd, fresh: Bool, limit: int) -> I64:
    """Members of a crowd with whom, ``fresh`` ones aside, others are compared than before: of each such pair one."""
    if before is None:
        return now.members
    known = np.ones(len(now.ranked), bool)
    known[now.owner[~fresh[now.members]]] = False
    was, place = crowd_pairs(before, limit), np.argsort(now.ranked)
    at = place[np.minimum(np.searchsorted(now.ranked[place], before.ranked), len(place) - 1)]
    at = np.where(now.ranked[at] == before.ranked, at, -1)
    first, second = crowd_pairs(now, limit)
    there = (at[was[0]] >= 0) & (at[was[1]] >= 0)
    other = np.setxor1d(at[was[0][there]] << 32 | at[was[1][there]], first << 32 | second)
    first, second = other >> 32, other & 0xFFFFFFFF
    changed = first[~(known[first] | known[second])]
    if now.band == UNIT:
        others = np.setxor1d(standing(before), standing(now))
        changed = np.concatenate((changed, np.flatnonzero(np.isin(now.ranked, others))))
    return now.members[np.isin(now.owner, changed)]


def _crowds(found: Any) -> list[Crowd]:
    """The crowds in the arrays of ``Memory.save``."""
    parts = []
    for name in ("ranked", "members", "owner"):
        values, ends = found[f"crowd_{name}"], found[f"crowd_{name}_ends"].tolist()
        parts.append([values[a:b] for a, b in itertools.pairwise(ends)])
    heads = zip(*(found[f"crowd_{name}"].tolist() for name in ("band", "key", "counted")), strict=True)
    return [Crowd(*head, *arrays) for head, arrays in zip(heads, zip(*parts, strict=True), strict=True)]


def _merged(past: Past, gone: Bool, fresh: Bool, found: I64) -> tuple[Pairs, I64]:
    """The earlier pairs of sentences that stayed as they were, with the pairs ``found`` of fresh ones; and the sentences
    that lost a pair."""
    a, b = (past.number[side].astype(np.int64) for side in (past.pairs.first, past.pairs.second))
    lost = gone[past.pairs.first] | gone[past.pairs.second] | fresh[a] | fresh[b]
    old = past.pairs.take(lost)
    loose = np.concatenate((a[lost][~gone[old.first]], b[lost][~gone[old.second]]))
    pairs = Pairs.of(found)
    known = np.where((a[lost] >= 0) & (b[lost] >= 0), a[lost] << 32 | b[lost], -1)
    order = np.argsort(known)
    if len(known):
        at = order[np.minimum(np.searchsorted(known[order], found), len(known) - 1)]
        same = np.flatnonzero(known[at] == found)
        pairs.score[same], pairs.kind[same] = old.score[at[same]], old.kind[at[same]]
    stay = ~lost
    first, second = a[stay], b[stay]
    packed = np.concatenate((first << 32 | second, found))
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    return Pairs(
        (packed >> 32).astype(np.int32),
        (packed & 0xFFFFFFFF).astype(np.int32),
        np.concatenate((past.pairs.score[stay], pairs.score))[order],
        np.concatenate((past.pairs.kind[stay], pairs.kind))[order],
    ), loose


def _flooded(seeds: Bool, pairs: Pairs) -> Bool:
    """Everything connected to the seeds."""
    out: Bool = seeds.copy()
    first, second = pairs.first, pairs.second
    while len(first):
        a, b = out[first], out[second]
        edge = np.flatnonzero(a != b)
        if not len(edge):
            break
        out[first[edge]] = True
        out[second[edge]] = True
        open_ = np.flatnonzero(~(a | b))
        first, second = first[open_], second[open_]
    return out


def _mask(n: int, rows: Iterable[I64]) -> Bool:
    out = np.zeros(n, bool)
    for each in rows:
        out[each] = True
    return out
