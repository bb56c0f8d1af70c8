"""MinHash signatures of many shingle sets at once, equal bit for bit to ``datasketch.MinHash.bulk``.

datasketch 2.0's default scheme ``affine32`` (seed 1, ``sha1_hash32``): a shingle's first four SHA-1 bytes, scrambled
(MurmurHash3's finaliser), then ``a * h + b mod 2**32`` for each permutation, least value kept. Distinct shingles are
hashed once; the permutations run over blocks of rows with about equally many shingles, so that little is ragged.
"""

from __future__ import annotations

import hashlib
import itertools
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from cleaner.similar import kernels
from cleaner.similar.ragged import I64, U64, mix64, ranges

U32 = NDArray[np.uint32]
_BLOCK, _CELLS = 4096, 1 << 17  # rows and shingles at a time: their hashes stay in the second-level cache
_SHA_BLOCK = 16384
_SHA_MOST = 55  # bytes of a message that fit into one block of the digest


KNOWN_PERMUTATIONS = "affine32-128.npy"
"""uint32 (2, 128): what ``permutations(128)`` gives, kept because importing datasketch costs every process 0.7 s (it
brings SciPy). A test holds it to datasketch."""

KNOWN_BANDS = {(0.4, 128, (0.1, 0.9)): (42, 3)}
"""What ``bands_and_rows`` gives for the default options; a test holds it to datasketch."""


@lru_cache(maxsize=8)
def permutations(num_perm: int) -> tuple[U32, U32]:
    """datasketch's permutation parameters (a, b) for seed 1."""
    if num_perm == 128:
        with (resources.files("cleaner.similar") / KNOWN_PERMUTATIONS).open("rb") as handle:
            a, b = np.load(handle, allow_pickle=False)
        return a, b
    return datasketch_permutations(num_perm)


def datasketch_permutations(num_perm: int) -> tuple[U32, U32]:
    """The same, from datasketch itself."""
    from datasketch import MinHash

    a, b = MinHash(num_perm=num_perm, seed=1).permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


@lru_cache(maxsize=32)
def bands_and_rows(threshold: float, num_perm: int, weights: tuple[float, float]) -> tuple[int, int]:
    """Bands and rows a band, from datasketch's optimiser."""
    known = KNOWN_BANDS.get((threshold, num_perm, weights))
    return known or datasketch_bands(threshold, num_perm, weights)


def datasketch_bands(threshold: float, num_perm: int, weights: tuple[float, float]) -> tuple[int, int]:
    """The same, from datasketch itself."""
    from datasketch import MinHashLSH

    lsh = MinHashLSH(threshold=threshold, num_perm=num_perm, weights=weights)
    return int(lsh.b), int(lsh.r)


def shingle_hashes(text: NDArray[np.uint8], word: I64, first: NDArray[np.int32], second: NDArray[np.int32]) -> U32:
    """``datasketch.sha1_hash32`` of "word word" for each pair of the words ``text[word[k] : word[k + 1]]``; ``second`` is -1
    where the shingle is one word."""
    if kernels.compiled is not None:
        return kernels.compiled.shingle_hashes(text, word, first, second)
    size = np.diff(word)
    pair = second >= 0
    length = size[first] + np.where(pair, size[second] + 1, 0) if len(size) else np.zeros(0, np.int64)
    out = np.empty(len(first), np.uint32)
    spelt = _spelt(text, word)
    short = np.flatnonzero(length <= _SHA_MOST)
    short = short[np.argsort(size[first[short]].astype(np.uint8), kind="stable")]  # a radix sort
    for at in range(0, len(short), _SHA_BLOCK):
        part = short[at : at + _SHA_BLOCK]
        message = np.zeros((len(part), 64), np.uint8)
        head, tail, two = first[part], second[part], pair[part]
        begins = size[head]
        cuts = np.flatnonzero(np.diff(begins, prepend=-1)).tolist()
        for low, high in itertools.pairwise([*cuts, len(part)]):  # first words of one length: whole columns are written
            k = int(begins[low])
            message[low:high, :k] = spelt[head[low:high], :k]
            message[low:high, k] = np.where(two[low:high], 32, 0)
            message[low:high, k + 1 : _SHA_MOST] = spelt[tail[low:high], : max(0, _SHA_MOST - k - 1)]
        out[part] = sha1_words(message, length[part])
    for i in np.flatnonzero(length > _SHA_MOST).tolist():
        spans = [(word[k], word[k + 1]) for k in ((first[i], second[i]) if pair[i] else (first[i],))]
        data = b" ".join(text[a:b].tobytes() for a, b in spans)
        out[i] = int.from_bytes(hashlib.sha1(data, usedforsecurity=False).digest()[:4], "little")
    return out


def _spelt(text: NDArray[np.uint8], word: I64) -> NDArray[np.uint8]:
    """(words + 1, 55) bytes of each word, as many as fit, filled up with zeros; the last row is no word."""
    n = len(word) - 1
    out = np.zeros((n + 1, _SHA_MOST), np.uint8)
    fits = np.minimum(np.diff(word), _SHA_MOST)
    out.reshape(-1)[ranges(np.arange(n, dtype=np.int64) * _SHA_MOST, fits)] = text[ranges(word[:-1], fits)]
    return out


def sha1_words(message: NDArray[np.uint8], length: I64) -> U32:
    """First four bytes, little-endian, of the SHA-1 digests of messages of at most 55 bytes, zero-padded to 64.

    FIPS 180-4 with one array operation for each step of the 80 rounds: all messages go through them together.
    """
    n = len(message)
    message[np.arange(n), length] = 0x80
    w = np.ascontiguousarray(message.view(">u4").T.astype(np.uint32))
    w[15] = length * 8
    a, b, c, d, e = (np.full(n, np.uint32(x)) for x in (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0))
    f, t = np.empty(n, np.uint32), np.empty(n, np.uint32)
    used = [bool(row.any()) for row in w]
    for i in range(80):
        x = w[i & 15]
        if i >= 16:
            x ^= w[(i - 3) & 15]
            x ^= w[(i - 8) & 15]
            x ^= w[(i - 14) & 15]
            np.right_shift(x, 31, out=t)
            x <<= 1
            x |= t
        if i < 20:
            np.bitwise_xor(c, d, out=f)
            f &= b
            f ^= d
        elif 40 <= i < 60:
            np.bitwise_or(b, c, out=f)
            f &= d
            np.bitwise_and(b, c, out=t)
            f |= t
        else:
            np.bitwise_xor(b, c, out=f)
            f ^= d
        f += e
        if i >= 16 or used[i]:
            f += x
        f += np.uint32((0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6)[i // 20])
        np.left_shift(a, 5, out=t)
        f += t
        np.right_shift(a, 27, out=t)
        f += t
        np.right_shift(b, 2, out=t)
        b <<= 30
        b |= t
        a, b, c, d, e, f = f, a, b, c, d, e
    a += np.uint32(0x67452301)
    return np.asarray(a.byteswap(), np.uint32)


def scramble(h: U32) -> U32:
    """datasketch's pre-mixing of 32-bit hashes (MurmurHash3 fmix32)."""
    h = h ^ (h >> np.uint32(16))
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def signatures(hashed: U32, number: NDArray[np.int32], starts: I64, lengths: I64, num_perm: int) -> U32:
    """(num_perm, rows) signatures of the rows ``number[starts[i] : starts[i] + lengths[i]]``, whose shingles have the
    scrambled hashes ``hashed``.

    A row without shingles has the greatest value everywhere, as an empty MinHash does. Rows in order of length are
    the fastest.
    """
    a, b = permutations(num_perm)
    if kernels.compiled is not None:
        by_row = kernels.compiled.signatures(hashed, number, starts, lengths, *_filled_up(a, b))
        return np.asarray(by_row.T[:num_perm])
    hashes = hashed[number]
    out = np.full((num_perm, len(starts)), np.uint32(0xFFFFFFFF))
    ascending = bool(np.all(lengths[1:] >= lengths[:-1]))
    order = np.arange(len(lengths)) if ascending else np.argsort(lengths, kind="stable")
    at = int(np.searchsorted(lengths[order], 1))
    while at < len(order):
        longest = int(lengths[order[min(at + _BLOCK, len(order)) - 1]])
        rows = order[at : at + max(1, _CELLS // longest)][:_BLOCK]
        longest = int(lengths[rows[-1]])
        # rows of a block have about as many shingles; where one has fewer its last is repeated, as sets do not mind
        step = np.minimum(np.arange(longest)[:, None], lengths[rows] - 1)
        block = hashes[starts[rows] + step]
        work = np.empty_like(block)
        best = out[:, at : at + len(rows)] if ascending else np.empty((num_perm, len(rows)), np.uint32)
        for p in range(num_perm):
            np.multiply(block, a[p], out=work)
            np.add(work, b[p], out=work)
            np.minimum.reduce(work, axis=0, out=best[p])
        if not ascending:
            out[:, rows] = best
        at += len(rows)
    return out


def _filled_up(a: U32, b: U32) -> tuple[U32, U32]:
    """Parameters for compiled loops, which take 32 permutations at a time."""
    more = np.zeros(-len(a) % 32, np.uint32)
    return np.concatenate((a, more)), np.concatenate((b, more))


def _odd(rows: int) -> U64:
    return np.asarray(mix64(np.arange(1, rows + 1, dtype=np.uint64)) | np.uint64(1))


def signed_keys(
    hashed: U32, number: NDArray[np.int32], starts: I64, lengths: I64, num_perm: int, bands: int, rows: int, last: U64
) -> U32:
    """(bands + 1, n): ``band_keys`` of ``signatures``, and the leading bits of the row ``last``."""
    if kernels.compiled is not None:
        a, b = _filled_up(*permutations(num_perm))
        return kernels.compiled.keys(hashed, number, starts, lengths, a, b, bands, _odd(rows), last)
    keys = band_keys(signatures(hashed, number, starts, lengths, num_perm), bands, rows)
    return np.concatenate((keys, (last >> np.uint64(32)).astype(np.uint32)[None]))


def band_keys(signature: U32, bands: int, rows: int) -> U32:
    """(bands, n) 32-bit keys of (num_perm, n) signatures: equal where all values of the band are equal.

    Of n signatures some n**2 / 2**33 pairs have a key of a band in common by chance, which costs a look at each: at a
    hundred million it is one for each signature in a hundred, a band.
    """
    odd = _odd(rows)
    if kernels.compiled is not None:
        return kernels.compiled.band_keys(np.ascontiguousarray(signature.T), bands, odd)
    keys = np.empty((bands, signature.shape[1]), np.uint32)
    for band in range(bands):
        key = signature[band * rows] * odd[0]
        for r in range(1, rows):
            key += signature[band * rows + r] * odd[r]
        np.bitwise_xor(key, key >> np.uint64(32), out=key)
        keys[band] = (key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
    return keys
