"""MinHash signatures of many shingle sets at once, equal bit for bit to ``datasketch.MinHash.bulk``.

datasketch 2.0's default scheme ``affine32`` (seed 1, ``sha1_hash32``): a shingle's first four SHA-1 bytes, scrambled
(MurmurHash3's finaliser), then ``a * h + b mod 2**32`` for each permutation, least value kept. Distinct shingles are
hashed once; the permutations run over blocks of rows with equally many shingles, so that nothing is ragged.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.similar.ragged import I64, U64, mix64

U32 = NDArray[np.uint32]
_BLOCK = 512  # rows: two buffers of 512 x 128 x 4 bytes stay in the second-level cache


@lru_cache(maxsize=8)
def permutations(num_perm: int) -> tuple[U32, U32]:
    """datasketch's permutation parameters (a, b) for seed 1."""
    from datasketch import MinHash

    a, b = MinHash(num_perm=num_perm, seed=1).permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


@lru_cache(maxsize=32)
def bands_and_rows(threshold: float, num_perm: int, weights: tuple[float, float]) -> tuple[int, int]:
    """Bands and rows a band, from datasketch's optimiser."""
    from datasketch import MinHashLSH

    lsh = MinHashLSH(threshold=threshold, num_perm=num_perm, weights=weights)
    return int(lsh.b), int(lsh.r)


def shingle_hashes(words: list[str], first: NDArray[np.integer], second: NDArray[np.integer]) -> U32:
    """``datasketch.sha1_hash32`` of "word word" for each pair; ``second`` is -1 where the shingle is one word."""
    from _hashlib import openssl_sha1 as sha1  # hashlib.sha1, without its wrapper

    heads = [w.encode("utf-8", "surrogatepass") for w in words]
    tails = [b" " + h for h in heads]
    tails.append(b"")  # index -1
    digests = b"".join(
        [sha1(heads[a] + tails[b]).digest() for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    )
    return np.frombuffer(digests, "<u4").reshape(-1, 5)[:, 0].astype(np.uint32)


def scramble(h: U32) -> U32:
    """datasketch's pre-mixing of 32-bit hashes (MurmurHash3 fmix32)."""
    h = h ^ (h >> np.uint32(16))
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def signatures(hashes: U32, starts: I64, lengths: I64, num_perm: int) -> U32:
    """(rows, num_perm) signatures of the rows ``hashes[starts[i] : starts[i] + lengths[i]]`` of scrambled hashes.

    A row without shingles has the greatest value everywhere, as an empty MinHash does.
    """
    a, b = permutations(num_perm)
    out = np.full((len(starts), num_perm), np.uint32(0xFFFFFFFF))
    order = np.argsort(lengths, kind="stable")
    sizes = lengths[order]
    cuts = np.concatenate(([0], np.flatnonzero(np.diff(sizes)) + 1, [len(sizes)]))
    buffer = np.empty((_BLOCK, num_perm), np.uint32)
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        size = int(sizes[low]) if high > low else 0
        for at in range(low, high if size else low, _BLOCK):
            rows = order[at : min(at + _BLOCK, high)]
            best = np.full((len(rows), num_perm), np.uint32(0xFFFFFFFF))
            work = buffer[: len(rows)]
            begin = starts[rows]
            for k in range(size):
                np.multiply(hashes[begin + k][:, None], a, out=work)
                np.add(work, b, out=work)
                np.minimum(best, work, out=best)
            out[rows] = best
    return out


def band_keys(signature: U32, bands: int, rows: int) -> U64:
    """(bands, n) 64-bit keys: two rows share a key where all their values in the band are equal."""
    n = len(signature)
    keys = np.empty((bands, n), np.uint64)
    for band in range(bands):
        key = np.full(n, np.uint64(band + 1))
        for r in range(rows):
            key = mix64(key * np.uint64(0x9E3779B97F4A7C15) + signature[:, band * rows + r])
        keys[band] = key
    return keys
