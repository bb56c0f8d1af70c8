# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of signing and clustering, compiled.

Only for what ``kernels.compiled`` is asked: each function here is the other form of a few lines of numpy, which stand
where it is called and say what it computes. Arguments are checked once, before a loop; inside there are no checks, and
the interpreter is let go of.
"""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import numpy as np

cdef extern from "wide.h" nogil:
    const int LANES
    const int PERMUTATIONS
    ctypedef uint32_t lanes
    int wide()
    void compress(int wide, lanes *state, lanes *w)
    void least(int wide, const uint32_t *hashed, const int32_t *number, int64_t n, const uint32_t *a,
               const uint32_t *b, int64_t count, uint32_t *out)
    void FETCH(const void *address)

FORM = 6
"""Raised with every change of what is computed here, or of its arguments: see ``kernels``."""

cdef enum:
    AHEAD = 12  # lookups in flight, since a table is larger than the second-level cache: of shingles
    FLIGHT = 32  # of chunks
    ONE_BLOCK = 55  # bytes of a message that fit into one block of the digest

cdef uint64_t GOLDEN = 0x9E3779B97F4A7C15


cdef inline uint64_t mix64(uint64_t x) noexcept nogil:
    x ^= x >> 30
    x *= <uint64_t>0xBF58476D1CE4E5B9
    x ^= x >> 27
    x *= <uint64_t>0x94D049BB133111EB
    return x ^ (x >> 31)


cdef inline void _check(bint good) except *:
    if not good:
        raise ValueError("an index points outside of its array")


cdef void _check_rows(const int64_t[::1] starts, const int64_t[::1] lengths, int64_t n) except *:
    """All of starts[i] .. starts[i] + lengths[i] lie in an array of n."""
    cdef int64_t i
    cdef bint good = starts.shape[0] == lengths.shape[0]
    if good:
        with nogil:
            for i in range(starts.shape[0]):
                if starts[i] < 0 or lengths[i] < 0 or starts[i] > n or lengths[i] > n - starts[i]:
                    good = False
                    break
    _check(good)


cdef void _check_offsets(const int64_t[::1] offsets, int64_t n) except *:
    """Offsets ascend from 0 to n."""
    cdef int64_t i, rows = offsets.shape[0] - 1
    cdef bint good = rows >= 0 and offsets[0] == 0 and offsets[rows] == n
    if good:
        with nogil:
            for i in range(rows):
                if offsets[i] > offsets[i + 1]:
                    good = False
                    break
    _check(good)


cdef void _check_numbers(const int32_t[::1] numbers, int64_t n) except *:
    """All numbers are in 0 .. n - 1."""
    cdef int64_t i
    cdef uint32_t most = 0
    with nogil:
        for i in range(numbers.shape[0]):
            most = max(most, <uint32_t>numbers[i])
    _check(not numbers.shape[0] or most < n)


cdef struct Slot:
    uint64_t key
    int64_t number  # one more than it is; 0 where the slot is free


cdef class Numbering:
    """Numbers distinct 64-bit values 0, 1, 2, ... as they come: open addressing, at most five eighths full.

    Where a value lies depends on the process, so that no text can be made up whose values all lie in one place; what
    number it gets does not.
    """

    cdef Slot *slots
    cdef int64_t size, capacity, shift
    cdef uint64_t odd

    def __cinit__(self, int64_t expected=0):
        self.capacity, self.shift, self.size = 256, 56, 0
        while 5 * self.capacity < 8 * expected and self.shift > 16:
            self.capacity *= 2
            self.shift -= 1
        self.slots = <Slot *>calloc(self.capacity, sizeof(Slot))
        if self.slots == NULL:
            raise MemoryError
        self.odd = mix64(<uint64_t><size_t>self.slots ^ <uint64_t>hash("chunks")) | 1

    def __dealloc__(self):
        free(self.slots)

    def __len__(self):
        return self.size

    cdef inline uint64_t place(self, uint64_t key) noexcept nogil:
        key *= self.odd
        return ((key ^ (key >> 32)) * GOLDEN) >> self.shift

    cdef inline Slot *find(self, uint64_t key) noexcept nogil:
        """The slot of a key, or the free one where it belongs."""
        cdef uint64_t at = self.place(key), mask = self.capacity - 1
        while self.slots[at].number and self.slots[at].key != key:
            at = (at + 1) & mask
        return &self.slots[at]

    cdef inline int64_t number(self, uint64_t key) noexcept nogil:
        """The number of a key, a new one where it has none; -1 where there is no memory."""
        cdef Slot *slot = self.find(key)
        if slot.number:
            return slot.number - 1
        if 8 * (self.size + 1) > 5 * self.capacity:
            if not self.grow():
                return -1
            slot = self.find(key)
        slot.key = key
        self.size += 1
        slot.number = self.size
        return self.size - 1

    cdef inline void fetch(self, uint64_t key) noexcept nogil:
        FETCH(&self.slots[self.place(key)])

    cdef bint grow(self) noexcept nogil:
        cdef Slot *old = self.slots
        cdef int64_t i, n = self.capacity
        cdef Slot *new = <Slot *>calloc(2 * n, sizeof(Slot))
        if new == NULL:
            return False
        self.slots, self.capacity, self.shift = new, 2 * n, self.shift - 1
        for i in range(n):
            if old[i].number:
                self.find(old[i].key)[0] = old[i]
        free(old)
        return True


cdef inline uint64_t _hash(const uint8_t *text, int64_t size) noexcept nogil:
    """``ragged.slice_hashes`` of one slice; eight bytes after it must be readable."""
    cdef uint64_t word, out
    cdef int64_t done = 8
    memcpy(&word, text, 8)
    if size < 8:
        word &= (<uint64_t>1 << (8 * size)) - 1
    out = mix64(word + <uint64_t>size * <uint64_t>0xD1342543DE82EF95)
    while done < size:
        memcpy(&word, text + done, 8)
        if size - done < 8:
            word &= (<uint64_t>1 << (8 * (size - done))) - 1
        out = mix64(out * GOLDEN + word)
        done += 8
    return out


include "chunks.pxi"
include "tokens.pxi"
include "signing.pxi"
include "clustering.pxi"
