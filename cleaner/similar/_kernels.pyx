# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of signing and clustering, compiled. What they compute is defined by the functions of the same names in
``kernels``, which is where they are chosen from: nothing else imports this module.

Arguments are checked once, before a loop; inside there are no checks, and the interpreter is let go of.
"""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import numpy as np

cdef extern from "_wide.h" nogil:
    const int LANES
    const int PERMUTATIONS
    ctypedef uint32_t lanes
    int wide()
    void compress(int wide, lanes *state, lanes *w)
    void least(int wide, const uint32_t *hashed, const int32_t *number, int64_t n, const uint32_t *a,
               const uint32_t *b, int64_t count, uint32_t *out)
    void FETCH(const void *address)

cdef enum:
    AHEAD = 12  # lookups in flight: a table is larger than the second-level cache
    FLIGHT = 32
    ONE_BLOCK = 55  # bytes of a message that fit into one block of the digest

FORM = 2
"""Raised with every change of what is computed here, or of its arguments: see ``kernels``."""

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
    """Numbers distinct 64-bit values 0, 1, 2, ... as they come: open addressing, at most five eighths full."""

    cdef Slot *slots
    cdef int64_t size, capacity, shift

    def __cinit__(self, int64_t expected=0):
        self.capacity, self.shift, self.size = 256, 56, 0
        while 5 * self.capacity < 8 * expected and self.shift > 16:
            self.capacity *= 2
            self.shift -= 1
        self.slots = <Slot *>calloc(self.capacity, sizeof(Slot))
        if self.slots == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.slots)

    def __len__(self):
        return self.size

    cdef inline Slot *find(self, uint64_t key) noexcept nogil:
        """The slot of a key, or the free one where it belongs."""
        cdef uint64_t at = (key * GOLDEN) >> self.shift, mask = self.capacity - 1
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
        FETCH(&self.slots[(key * GOLDEN) >> self.shift])

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


def split(const uint8_t[::1] data, int64_t texts, Numbering seen):
    """Chunks of ``texts`` texts, each closed by a line feed, and eight bytes after the last: the number of each chunk in
    ``seen``, offsets of the texts, and begin and size of the chunks that were new."""
    cdef int64_t n = data.shape[0] - 8, i, begin = 0, count = 0, text = 0, fresh = 0, number, known = seen.size
    _check(n >= 0 and texts >= 0 and (n == 0) == (texts == 0) and (n == 0 or data[n - 1] == 10))
    cdef int64_t room = n // 2 + 1
    numbers, offsets = np.empty(room, np.int32), np.zeros(texts + 1, np.int64)
    begins, sizes = np.empty(room, np.int64), np.empty(room, np.int64)
    cdef int32_t[::1] number_at = numbers
    cdef int64_t[::1] offset_at = offsets, begin_at = begins, size_at = sizes
    cdef uint64_t[FLIGHT] hashes
    cdef int64_t[FLIGHT] begun, long
    cdef int waiting = 0, k
    cdef bint good = True
    with nogil:
        for i in range(n):
            if data[i] > 32:
                continue
            if i > begin:
                hashes[waiting], begun[waiting], long[waiting] = _hash(&data[begin], i - begin), begin, i - begin
                seen.fetch(hashes[waiting])
                waiting += 1
            begin = i + 1
            if waiting == FLIGHT or begin == n:
                for k in range(waiting):
                    number = seen.number(hashes[k])
                    if number < 0 or number > 0x7FFFFFFF:
                        good = False
                        break
                    number_at[count + k] = <int32_t>number
                    if number == known + fresh:
                        begin_at[fresh], size_at[fresh] = begun[k], long[k]
                        fresh += 1
                if not good:
                    break
                count += waiting
                waiting = 0
            if data[i] == 10:
                text += 1
                if text > texts:
                    break
                offset_at[text] = count + waiting
    if not good:
        raise MemoryError
    _check(text == texts)
    return numbers[:count], offsets, begins[:fresh], sizes[:fresh]


cdef inline bint _outer(uint8_t c) noexcept nogil:
    """Is it one of ``canonical.PUNCTUATION``?"""
    return (c == 34 or c == 39 or c == 40 or c == 41 or c == 91 or c == 93 or c == 46 or c == 44 or c == 59
            or c == 58 or c == 33 or c == 63)


cdef inline bint _closing(uint8_t c) noexcept nogil:
    return c == 34 or c == 39 or c == 41 or c == 93


cdef int _around(const uint8_t *text, int64_t size) noexcept nogil:
    """What the punctuation of a folded chunk means: ``canonical.MARK_PATTERNS``, one bit each."""
    cdef int out = 0
    cdef int64_t i = 0
    while i < size and (text[i] == 40 or text[i] == 91):
        i += 1
    if i < size and text[i] == 34:
        out |= 1
    i = size
    while i and (text[i - 1] == 46 or text[i - 1] == 44 or text[i - 1] == 59 or text[i - 1] == 58 or text[i - 1] == 33
                 or text[i - 1] == 63):
        i -= 1
    while i and (text[i - 1] == 41 or text[i - 1] == 93):
        i -= 1
    if i and text[i - 1] == 34:
        out |= 2
    i = size
    while i and _closing(text[i - 1]):
        i -= 1
    if i and text[i - 1] == 44:
        out |= 4
    if i and text[i - 1] == 58:
        out |= 8
    if size and text[size - 1] == 45:
        out |= 16
    for i in range(size):
        if text[i] == 40 or text[i] == 41:
            out |= 32
            break
    return out


cdef inline int _fold(const uint8_t *text, int64_t left) noexcept nogil:
    """The ASCII character that ``canonical.QUOTES_AND_DASHES`` makes of three bytes, or 0."""
    if left < 3 or text[0] != 0xE2 or text[1] != 0x80:
        return 0
    if text[2] == 0x9C or text[2] == 0x9D:
        return 34
    if text[2] == 0x98 or text[2] == 0x99:
        return 39
    return 45 if text[2] == 0x93 or text[2] == 0x94 else 0


cdef bint _pieces(const uint8_t *text, int64_t size) noexcept nogil:
    """Is it letters, with single apostrophes and hyphens between them, or a plain number of at most six digits?"""
    cdef int64_t i
    cdef bint letter = False
    if not size:
        return False
    if 49 <= text[0] <= 57:
        for i in range(size):
            if not 48 <= text[i] <= 57:
                return False
        return size <= 6
    for i in range(size):
        if 97 <= (text[i] | 32) <= 122:
            letter = True
        elif letter and (text[i] == 39 or text[i] == 45):
            letter = False
        else:
            return False
    return letter


cdef bint _care(const uint8_t *text, int64_t size) noexcept nogil:
    """Does it hold an apostrophe, or match ``canonical.NEEDS_CARE``?"""
    cdef int64_t i
    cdef uint8_t c, d
    for i in range(size):
        c, d = text[i], text[i + 1] if i + 1 < size else 0
        if c == 39:
            return True
        if d == 122 and (c == 105 or c == 121):  # iz yz
            return True
        if c == 108 and d == 108:  # ll
            return True
        if d == 101 and (c == 97 or c == 111):  # ae oe
            return True
        if c == 111 and d == 117 and i + 2 < size and text[i + 2] == 114:  # our
            return True
        if c == 108 and d == 111 and i + 4 < size and text[i + 2] == 103 and text[i + 3] == 117 and text[i + 4] == 101:
            return True  # logue
        if c == 114 and d == 101 and (i + 2 == size or (i + 3 == size and (text[i + 2] == 115 or text[i + 2] == 100))):
            return True  # re res red at the end
    return False


def sift(const uint8_t[::1] data, const int64_t[::1] begin, const int64_t[::1] size, Numbering seen):
    """Chunks ``data[begin[i] : begin[i] + size[i]]`` taken apart, as far as that can be done by their bytes.

    Gives, for each chunk, its pieces' number (-1: to be looked at by other means, as it is; -2: the same, without the
    punctuation around it) and its punctuation; of all pieces the number in ``seen`` of their lower-case form, and their
    case; the text of new forms, where each ends, and whether it may be spelt otherwise; the text of what is to be looked at, and where each ends. Eight
    bytes after the data must be there.
    """
    _check_rows(begin, size, data.shape[0] - 8)
    cdef int64_t i, k, m, at, n = begin.shape[0], total = 0, low, high, first, number, known = seen.size
    cdef int64_t pieces = 0, fresh = 0, filled = 0, rest = 0, left = 0
    cdef int character, upper
    for i in range(n):
        total += size[i]
    out_count, out_marks = np.empty(n, np.int64), np.zeros(n, np.uint8)
    out_piece, out_shape = np.empty(total, np.int32), np.empty(total, np.uint8)
    out_text, out_ends = np.empty(total + 8, np.uint8), np.empty(total, np.int64)
    out_care = np.empty(total, np.uint8)
    out_rest, out_rest_ends = np.empty(total, np.uint8), np.empty(n, np.int64)
    folded = np.empty((int(np.max(size)) if n else 0) + 8, np.uint8)
    cdef int64_t[::1] count_at = out_count, end_at = out_ends, rest_end_at = out_rest_ends
    cdef int32_t[::1] piece_at = out_piece
    cdef uint8_t[::1] mark_at = out_marks, shape_at = out_shape, text_at = out_text, rest_at = out_rest, fold = folded, care_at = out_care
    cdef uint8_t c
    cdef bint good = True, odd
    with nogil:
        for i in range(n):
            odd, m, k = False, 0, 0
            while k < size[i]:
                c = data[begin[i] + k]
                if c < 128:
                    fold[m] = c
                    k += 1
                else:
                    character = _fold(&data[begin[i] + k], size[i] - k)
                    if not character:
                        odd = True
                        break
                    fold[m] = <uint8_t>character
                    k += 3
                m += 1
            if odd:
                count_at[i] = -1
                for k in range(size[i]):
                    rest_at[rest] = data[begin[i] + k]
                    rest += 1
                rest_end_at[left] = rest
                left += 1
                continue
            mark_at[i] = <uint8_t>_around(&fold[0], m)
            low, high = 0, m
            while low < high and _outer(fold[low]):
                low += 1
            while low < high and _outer(fold[high - 1]):
                high -= 1
            if low == high:
                count_at[i] = 0
                continue
            if not _pieces(&fold[low], high - low):
                count_at[i] = -2
                for k in range(low, high):
                    rest_at[rest] = fold[k]
                    rest += 1
                rest_end_at[left] = rest
                left += 1
                continue
            first = low
            count_at[i] = 0
            for k in range(low, high + 1):
                if k < high and fold[k] != 45:
                    continue
                upper = 0
                for at in range(first, k):
                    c = fold[at]
                    if 65 <= c <= 90:
                        upper += 1 if at > first else 2
                        c |= 32
                    elif c == 39:
                        upper += 1
                    text_at[filled + at - first] = c
                memset(&text_at[filled + k - first], 0, 8)
                if 65 <= fold[first] <= 90:
                    shape_at[pieces] = 2 if upper == k - first + 1 and k - first > 1 else 1
                else:
                    shape_at[pieces] = 0
                number = seen.number(_hash(&text_at[filled], k - first))
                if number < 0 or number > 0x7FFFFFFF:
                    good = False
                    break
                if number == known + fresh:
                    care_at[fresh] = _care(&text_at[filled], k - first)
                    filled += k - first
                    end_at[fresh] = filled
                    fresh += 1
                piece_at[pieces] = <int32_t>number
                pieces += 1
                count_at[i] += 1
                first = k + 1
            if not good:
                break
    if not good:
        raise MemoryError
    return (out_count, out_marks, out_piece[:pieces], out_shape[:pieces], out_text[:filled], out_ends[:fresh], out_care[:fresh],
            out_rest[:rest], out_rest_ends[:left])


def gather(const int32_t[::1] chunks, const int64_t[::1] texts, const int64_t[::1] begin, const int64_t[::1] count,
           const uint8_t[::1] around, const int32_t[::1] ids, const uint8_t[::1] shapes):
    """Tokens of texts that are made of ``chunks`` (row numbers of begin, count, around): ids, shapes, marks, offsets."""
    cdef int64_t i, k, t, row, at = 0, start, total = 0, n = texts.shape[0] - 1
    cdef uint8_t pending, mark
    _check_offsets(texts, chunks.shape[0])
    _check_rows(begin, count, ids.shape[0])
    _check(shapes.shape[0] == ids.shape[0] and around.shape[0] == begin.shape[0])
    _check_numbers(chunks, begin.shape[0])
    with nogil:
        for i in range(chunks.shape[0]):
            total += count[chunks[i]]
    out_ids, out_shapes, out_marks = np.empty(total, np.int32), np.empty(total, np.uint8), np.zeros(total, np.uint8)
    out_offsets = np.zeros(n + 1, np.int64)
    cdef int32_t[::1] id_at = out_ids
    cdef uint8_t[::1] shape_at = out_shapes, mark_at = out_marks
    cdef int64_t[::1] offset_at = out_offsets
    with nogil:
        for t in range(n):
            pending, start = 0, at
            for i in range(texts[t], texts[t + 1]):
                row = chunks[i]
                mark = around[row]
                pending |= mark & 1
                for k in range(begin[row], begin[row] + count[row]):
                    id_at[at], shape_at[at] = ids[k], shapes[k]
                    if pending:
                        mark_at[at] = pending
                        pending = 0
                    at += 1
                if mark > 1 and at > start:
                    mark_at[at - 1] |= mark & 0xFE
            offset_at[t + 1] = at
    return out_ids, out_shapes, out_marks, out_offsets


def renumber(int32_t[::1] ids, int64_t words):
    """Numbers ``ids`` (below ``words``) anew as they come, in place; the old number of each new one."""
    _check_numbers(ids, words)
    new, old = np.zeros(words, np.int32), np.empty(min(words, ids.shape[0]), np.int32)
    cdef int32_t[::1] new_of = new, old_of = old
    cdef int64_t i
    cdef int32_t size = 0, word
    with nogil:
        for i in range(ids.shape[0]):
            word = ids[i]
            if not new_of[word]:
                old_of[size] = word
                size += 1
                new_of[word] = size
            ids[i] = new_of[word] - 1
    return old[:size]


def number_shingles(const int32_t[::1] ids, const int64_t[::1] begin, const int64_t[::1] size):
    """Number of each word 2-gram of the token ranges among the distinct ones, as they come, and the two words of these
    (the second -1 in a range of one word)."""
    _check_rows(begin, size, ids.shape[0])
    cdef int64_t i, k, total = 0, at = 0, last, number
    with nogil:
        for i in range(size.shape[0]):
            total += size[i] - 1 if size[i] > 1 else size[i]
    cdef Numbering seen = Numbering(total // 2)
    numbers, first, second = np.empty(total, np.int32), np.empty(total, np.int32), np.empty(total, np.int32)
    cdef int32_t[::1] number_at = numbers, first_at = first, second_at = second
    cdef uint64_t key
    cdef bint good = total <= 0x7FFFFFFF
    if good:
        with nogil:
            for i in range(size.shape[0]):
                last = begin[i] + size[i] - 1
                if size[i] > 1:
                    for k in range(begin[i], min(begin[i] + AHEAD, last)):
                        seen.fetch(<uint64_t><uint32_t>ids[k] << 32 | (<uint64_t><uint32_t>ids[k + 1] + 1))
                for k in range(begin[i], last if size[i] > 1 else last + 1):
                    key = <uint64_t><uint32_t>ids[k] << 32
                    if size[i] > 1:
                        key |= <uint64_t><uint32_t>ids[k + 1] + 1
                    if k + AHEAD < last:
                        seen.fetch(<uint64_t><uint32_t>ids[k + AHEAD] << 32 | (<uint64_t><uint32_t>ids[k + AHEAD + 1] + 1))
                    number = seen.number(key)
                    if number < 0:
                        good = False
                        break
                    if number == seen.size - 1:
                        first_at[number] = ids[k]
                        second_at[number] = ids[k + 1] if size[i] > 1 else -1
                    number_at[at] = <int32_t>number
                    at += 1
                if not good:
                    break
    if not good:
        raise MemoryError
    return numbers, first[: seen.size], second[: seen.size]


cdef inline void _place(uint32_t *w, int lane, const uint8_t *block) noexcept nogil:
    """The 64 bytes of a block as big-endian words of one lane."""
    cdef int i
    for i in range(16):
        w[i * LANES + lane] = (<uint32_t>block[4 * i] << 24 | <uint32_t>block[4 * i + 1] << 16
                               | <uint32_t>block[4 * i + 2] << 8 | block[4 * i + 3])


cdef inline void _begin(uint32_t *state) noexcept nogil:
    cdef int lane
    for lane in range(LANES):
        state[lane], state[LANES + lane], state[2 * LANES + lane] = 0x67452301, 0xEFCDAB89, 0x98BADCFE
        state[3 * LANES + lane], state[4 * LANES + lane] = 0x10325476, 0xC3D2E1F0


cdef inline uint32_t _swapped(uint32_t x) noexcept nogil:
    return x << 24 | (x & 0xFF00) << 8 | (x >> 8 & 0xFF00) | x >> 24


cdef inline void _length(uint8_t *block, int64_t size) noexcept nogil:
    cdef int i
    for i in range(8):
        block[63 - i] = <uint8_t>(<uint64_t>size * 8 >> (8 * i))


cdef bint _long(int avx, const uint8_t *one, int64_t n_one, const uint8_t *two, int64_t n_two, bint pair,
                uint32_t *state, uint32_t *w, uint32_t *out) noexcept nogil:
    """A digest of more than one block, in one lane."""
    cdef int64_t size = n_one + n_two + pair, blocks = (size + 8) // 64 + 1, i
    cdef uint8_t *message = <uint8_t *>calloc(blocks, 64)
    if message == NULL:
        return False
    memcpy(message, one, n_one)
    if pair:
        message[n_one] = 32
        memcpy(message + n_one + 1, two, n_two)
    message[size] = 0x80
    _length(message + 64 * (blocks - 1), size)
    _begin(state)
    for i in range(blocks):
        _place(w, 0, message + 64 * i)
        compress(avx, <lanes *>state, <lanes *>w)
    out[0] = _swapped(state[0])
    free(message)
    return True


def shingle_hashes(const uint8_t[::1] text, const int64_t[::1] word, const int32_t[::1] first, const int32_t[::1] second):
    """First four bytes, little-endian, of SHA-1 of "word word" (of "word" where the second is -1); the words are
    ``text[word[k] : word[k + 1]]``."""
    _check_offsets(word, text.shape[0])
    _check(first.shape[0] == second.shape[0])
    _check_numbers(first, word.shape[0] - 1)
    cdef int64_t i, n = first.shape[0], n_one, n_two
    cdef bint good = True
    with nogil:
        for i in range(n):
            if second[i] < -1 or second[i] >= word.shape[0] - 1:
                good = False
                break
    _check(good)
    out = np.empty(n, np.uint32)
    cdef uint32_t[::1] out_at = out
    cdef uint32_t *memory = <uint32_t *>calloc(24 * LANES + 16, 4)
    cdef uint8_t *raw = <uint8_t *>memory
    cdef uint8_t block[64]
    cdef int64_t waiting[16]
    cdef const uint8_t *base
    cdef uint32_t *state
    cdef uint32_t *w
    cdef int lane = 0, k, avx = wide()
    cdef uint8_t nothing = 0
    if memory == NULL:
        raise MemoryError
    state = <uint32_t *>(<size_t>(raw + 63) & ~<size_t>63)  # as vectors must lie
    w = state + 8 * LANES
    base = &text[0] if text.shape[0] else &nothing
    with nogil:
        for i in range(n + 1):
            if lane == LANES or (i == n and lane):
                _begin(state)
                compress(avx, <lanes *>state, <lanes *>w)
                for k in range(lane):
                    out_at[waiting[k]] = _swapped(state[k])
                lane = 0
            if i == n:
                break
            n_one, n_two = word[first[i] + 1] - word[first[i]], 0
            if second[i] >= 0:
                n_two = word[second[i] + 1] - word[second[i]]
            if n_one + n_two + (second[i] >= 0) > ONE_BLOCK:
                continue
            memset(block, 0, 64)
            memcpy(block, base + word[first[i]], n_one)
            if second[i] >= 0:
                block[n_one] = 32
                memcpy(block + n_one + 1, base + word[second[i]], n_two)
                n_one += n_two + 1
            block[n_one] = 0x80
            _length(block, n_one)
            _place(w, lane, block)
            waiting[lane] = i
            lane += 1
        for i in range(n):  # the few that take more than one block
            n_one, n_two = word[first[i] + 1] - word[first[i]], 0
            if second[i] >= 0:
                n_two = word[second[i] + 1] - word[second[i]]
            if n_one + n_two + (second[i] >= 0) > ONE_BLOCK:
                if not _long(avx, base + word[first[i]], n_one, base + (word[second[i]] if second[i] >= 0 else 0), n_two,
                             second[i] >= 0, state, w, &out_at[i]):
                    good = False
                    break
    free(memory)
    if not good:
        raise MemoryError
    return out


def signatures(const uint32_t[::1] hashed, const int32_t[::1] number, const int64_t[::1] starts, const int64_t[::1] lengths,
               const uint32_t[::1] a, const uint32_t[::1] b):
    """(rows, permutations) least values of a * h + b over the hashes of each row, ``hashed[number[...]]``; the number of
    permutations is a multiple of 32."""
    cdef int64_t i, n = starts.shape[0], count = a.shape[0]
    _check_rows(starts, lengths, number.shape[0])
    _check_numbers(number, hashed.shape[0])
    _check(b.shape[0] == count and count > 0 and count % PERMUTATIONS == 0)
    out = np.empty((n, count), np.uint32)
    cdef uint32_t[:, ::1] out_at = out
    cdef int avx = wide()
    cdef uint32_t no_hash = 0
    cdef int32_t no_number = 0
    cdef const uint32_t *hash_base = &hashed[0] if hashed.shape[0] else &no_hash
    cdef const int32_t *base = &number[0] if number.shape[0] else &no_number
    with nogil:
        for i in range(n):
            least(avx, hash_base, base + starts[i], lengths[i], &a[0], &b[0], count, &out_at[i, 0])
    return out


def band_keys(const uint32_t[:, ::1] signature, int64_t bands, const uint64_t[::1] odd):
    """(bands, n) keys of (n, permutations) signatures."""
    cdef int64_t i, band, n = signature.shape[0]
    _check(bands >= 0 and bands * odd.shape[0] <= signature.shape[1] and odd.shape[0] > 0)
    out = np.empty((bands, n), np.uint64)
    cdef uint64_t[:, ::1] out_at = out
    with nogil:
        for i in range(n):
            for band in range(bands):
                out_at[band, i] = _band_key(&signature[i, band * odd.shape[0]], &odd[0], odd.shape[0])
    return out


cdef inline uint64_t _band_key(const uint32_t *values, const uint64_t *odd, int64_t rows) noexcept nogil:
    cdef uint64_t key = 0
    cdef int64_t r
    for r in range(rows):
        key += <uint64_t>values[r] * odd[r]
    return (key ^ (key >> 32)) * GOLDEN


def keys(const uint32_t[::1] hashed, const int32_t[::1] number, const int64_t[::1] starts, const int64_t[::1] lengths,
         const uint32_t[::1] a, const uint32_t[::1] b, int64_t bands, const uint64_t[::1] odd, const uint64_t[::1] last):
    """(bands + 1, rows): ``band_keys`` of ``signatures``, without holding these, and ``last``."""
    cdef int64_t i, band, n = starts.shape[0], count = a.shape[0], rows = odd.shape[0]
    _check_rows(starts, lengths, number.shape[0])
    _check_numbers(number, hashed.shape[0])
    _check(b.shape[0] == count and count > 0 and count % PERMUTATIONS == 0 and last.shape[0] == n)
    _check(bands >= 0 and rows > 0 and bands * rows <= count)
    out, row = np.empty((bands + 1, n), np.uint64), np.empty(count, np.uint32)
    cdef uint64_t[:, ::1] out_at = out
    cdef uint32_t[::1] signature = row
    cdef int avx = wide()
    cdef uint32_t no_hash = 0
    cdef int32_t no_number = 0
    cdef const uint32_t *hash_base = &hashed[0] if hashed.shape[0] else &no_hash
    cdef const int32_t *base = &number[0] if number.shape[0] else &no_number
    with nogil:
        for i in range(n):
            least(avx, hash_base, base + starts[i], lengths[i], &a[0], &b[0], count, &signature[0])
            for band in range(bands):
                out_at[band, i] = _band_key(&signature[band * rows], &odd[0], rows)
            out_at[bands, i] = last[i]
    return out


def row_hashes(const uint64_t[::1] values, const int64_t[::1] starts, const int64_t[::1] lengths):
    """An order-sensitive hash of each row of ``values``."""
    _check_rows(starts, lengths, values.shape[0])
    cdef int64_t i, k
    cdef uint64_t total, term
    out = np.empty(starts.shape[0], np.uint64)
    cdef uint64_t[::1] out_at = out
    with nogil:
        for i in range(starts.shape[0]):
            total = 0
            for k in range(lengths[i]):
                term = values[starts[i] + k] + <uint64_t>k * GOLDEN
                term ^= term >> 31
                term *= <uint64_t>0xBF58476D1CE4E5B9
                term ^= term >> 29
                total += term
            out_at[i] = total ^ <uint64_t>lengths[i]
    return out


def bit_sets(const uint64_t[::1] values, const uint32_t[::1] flagged, const int64_t[::1] offsets,
             const int64_t[::1] core_begin, const int64_t[::1] core_end):
    """(n, 5) bit sets of each row: four of all values, one of those of its core that are a figure."""
    _check_offsets(offsets, values.shape[0])
    cdef int64_t i, k, n = offsets.shape[0] - 1
    _check(flagged.shape[0] == values.shape[0] and core_begin.shape[0] == n and core_end.shape[0] == n)
    out = np.zeros((n, 5), np.uint64)
    cdef uint64_t[:, ::1] out_at = out
    with nogil:
        for i in range(n):
            for k in range(offsets[i], offsets[i + 1]):
                out_at[i, values[k] >> 6 & 3] |= <uint64_t>1 << (values[k] & 63)
                if flagged[k] >> 31 and core_begin[i] <= k < core_end[i]:
                    out_at[i, 4] |= <uint64_t>1 << (values[k] >> 58)
    return out


cdef enum:  # of words, see ``vocabulary``
    SAY = 1
    PLAIN_SAY = 2
    CLAUSE_START = 4
    SPEAKER = 8
    FIGURE_FIRST = 16
    THAT = 32
    ACCORDING = 64
    CALENDAR = 128
    NUMERIC = 256

cdef enum:  # of tokens, see ``canonical``
    OPENS = 1
    CLOSES = 2
    COMMA = 4
    COLON = 8
    DASH = 16
    PAREN = 32

cdef enum:  # of ``framing``
    LEAST_CORE = 6
    MOST_FRAME = 14


cdef inline bint _any(const uint8_t *kind, int bit, int64_t low, int64_t high) noexcept nogil:
    cdef int64_t k
    for k in range(low, high):
        if kind[k] & bit:
            return True
    return False


cdef bint _quote(const uint8_t *kind, const uint8_t *marks, int64_t n, int64_t *low, int64_t *high) noexcept nogil:
    """``framing._quotes`` of one text."""
    cdef int64_t k, first = -1, last = 0, size
    cdef bint introduced, whole
    for k in range(n):
        if first < 0 and marks[k] & OPENS:
            first = k
        if marks[k] & CLOSES:
            last = k + 1
    if first < 0 and not last:
        return False
    first, last = max(first, 0), last or n
    size = last - first
    introduced = first > 0 and ((marks[first - 1] & (COLON | COMMA)) != 0 or (kind[first - 1] & SAY) != 0)
    if size < LEAST_CORE:
        return False
    if not ((first == 0 or last == n) and 2 * size >= n) and not (introduced and 10 * size >= 3 * n):
        return False
    whole = first == 0 and last == n
    if not (whole or introduced or 10 * size >= 7 * n or _any(kind, SAY, 0, first) or _any(kind, SAY, last, n)):
        return False
    low[0], high[0] = first, last
    return True


cdef int64_t _front(const uint8_t *kind, const uint8_t *marks, const uint8_t *shapes, int64_t n) noexcept nogil:
    """``framing._front`` of one text."""
    cdef int64_t k
    cdef bint said = False, lower = False, paren = False, hit
    for k in range(min(n, <int64_t>MOST_FRAME)):
        said = said or (kind[k] & SAY) != 0
        lower = lower or (shapes[k] == 0 and (kind[k] & FIGURE_FIRST) == 0)
        paren = paren or (marks[k] & PAREN) != 0
        if marks[k] & DASH:
            hit = k < 8 and shapes[0] == 2 and not lower and (paren or k < 4)
        else:
            hit = False
        if marks[k] & COLON and said:
            hit = True
        if kind[k] & PLAIN_SAY and k + 1 < n and kind[k + 1] & CLAUSE_START and 1 <= k < 9:
            hit = True
        if marks[k] & COMMA and kind[0] & ACCORDING and k >= 2:
            hit = True
        if hit:
            return k + 2 if k + 1 < n and kind[k + 1] & THAT else k + 1
    return 0


cdef int64_t _back(const uint8_t *kind, const uint8_t *marks, const uint8_t *shapes, int64_t n) noexcept nogil:
    """``framing._back`` of one text."""
    cdef int64_t k
    cdef bint subject
    for k in range(max(<int64_t>LEAST_CORE, n - MOST_FRAME) - 1, n - 1):
        if not marks[k] & COMMA or 10 * (k + 1) < 4 * n:
            continue
        subject = shapes[k + 1] > 0 or (kind[k + 1] & SPEAKER) != 0
        if kind[k + 1] & PLAIN_SAY or (subject and (_any(kind, PLAIN_SAY, k + 1, min(k + 6, n)) or kind[n - 1] & PLAIN_SAY)):
            return k + 1
    return n


def cores(const int32_t[::1] ids, const uint8_t[::1] shapes, const uint8_t[::1] marks, const int64_t[::1] offsets,
          const uint16_t[::1] kinds):
    """First token and end of the core of every text, by the kinds of words."""
    cdef int64_t i, k, n, low, high, at, longest = 0
    _check_offsets(offsets, ids.shape[0])
    _check_numbers(ids, kinds.shape[0])
    _check(shapes.shape[0] == ids.shape[0] and marks.shape[0] == ids.shape[0])
    n = ids.shape[0]
    of_token = np.empty(n, np.uint8)
    cdef uint8_t[::1] kind = of_token
    begins, ends = np.empty(offsets.shape[0] - 1, np.int64), np.empty(offsets.shape[0] - 1, np.int64)
    cdef int64_t[::1] begin_at = begins, end_at = ends
    with nogil:
        for k in range(n):
            kind[k] = <uint8_t>kinds[ids[k]]
        for i in range(offsets.shape[0] - 1):
            at, n = offsets[i], offsets[i + 1] - offsets[i]
            low, high = 0, n
            if n >= LEAST_CORE and not _quote(&kind[at], &marks[at], n, &low, &high):
                low = _front(&kind[at], &marks[at], &shapes[at], n)
                high = _back(&kind[at], &marks[at], &shapes[at], n)
            if high - low < LEAST_CORE or 10 * (high - low) < 3 * n:
                low, high = 0, n
            begin_at[i], end_at[i] = at + low, at + high
    return begins, ends


def flagged(const int32_t[::1] ids, const uint8_t[::1] shapes, const uint8_t[::1] marks, const uint16_t[::1] kinds):
    """``sign._flagged``: word number, case, BREAK and FIGURE of every token."""
    cdef int64_t i, n = ids.shape[0]
    cdef uint32_t flags
    cdef uint16_t kind
    _check_numbers(ids, kinds.shape[0])
    _check(shapes.shape[0] == n and marks.shape[0] == n)
    out = np.empty(n, np.uint32)
    cdef uint32_t[::1] out_at = out
    with nogil:
        for i in range(n):
            kind, flags = kinds[ids[i]], shapes[i]
            if marks[i] & (COMMA | COLON | DASH | CLOSES | PAREN) or (i + 1 < n and marks[i + 1] & (OPENS | PAREN)):
                flags |= 4
            if kind & NUMERIC or (kind & CALENDAR and shapes[i]):
                flags |= 8
            out_at[i] = <uint32_t>ids[i] | flags << 28
    return out


def join_phrases(const int32_t[::1] ids, const uint8_t[::1] shapes, const uint8_t[::1] marks, const int64_t[::1] offsets,
                 const int32_t[:, ::1] table, const uint8_t[::1] heads, const uint8_t[::1] tails, int us, int of, int america):
    """Tokens with neighbours (table[k, 0], table[k, 1]) made one, table[k, 2], and "us of america" as well."""
    cdef int64_t t, i, k, stop, at = 0, n = offsets.shape[0] - 1
    cdef int32_t joined
    _check_offsets(offsets, ids.shape[0])
    _check(shapes.shape[0] == ids.shape[0] and marks.shape[0] == ids.shape[0] and table.shape[1] == 3)
    _check(heads.shape[0] == tails.shape[0])
    _check_numbers(ids, heads.shape[0])
    out_ids, out_shapes, out_marks = np.empty(len(ids), np.int32), np.empty(len(ids), np.uint8), np.empty(len(ids), np.uint8)
    out_offsets = np.zeros(n + 1, np.int64)
    cdef int32_t[::1] id_at = out_ids
    cdef uint8_t[::1] shape_at = out_shapes, mark_at = out_marks
    cdef int64_t[::1] offset_at = out_offsets
    with nogil:
        for t in range(n):
            i = offsets[t]
            while i < offsets[t + 1]:
                id_at[at], shape_at[at], mark_at[at] = ids[i], shapes[i], marks[i]
                stop = i + 1
                if i + 1 < offsets[t + 1] and heads[ids[i]] and tails[ids[i + 1]]:
                    for k in range(table.shape[0]):
                        if table[k, 0] == ids[i] and table[k, 1] == ids[i + 1]:
                            joined = table[k, 2]
                            id_at[at] = joined
                            stop = i + 2
                            if joined == us and i + 3 < offsets[t + 1] and ids[i + 2] == of and ids[i + 3] == america:
                                stop = i + 4
                            break
                    for k in range(i + 1, stop):
                        mark_at[at] |= marks[k] & 0xFE
                at += 1
                i = stop
            offset_at[t + 1] = at
    return out_ids[:at], out_shapes[:at], out_marks[:at], out_offsets


def pack(const uint64_t[::1] keys, const uint32_t[::1] node, uint32_t none, uint64_t low, uint64_t high, uint64_t low_bits):
    """Keys from low to high, cut, with their nodes in the bits that were cut off; those without a node are left out."""
    cdef int64_t i, at = 0, n = keys.shape[0]
    _check(node.shape[0] == n)
    out = np.empty(n, np.uint64)
    cdef uint64_t[::1] out_at = out
    with nogil:
        for i in range(n):
            if node[i] != none and low <= keys[i] <= high:
                out_at[at] = (keys[i] & ~low_bits) | node[i]
                at += 1
    return out[:at]


def repeated(const uint64_t[::1] packed, int bits):
    """Those whose key (above so many bits) occurs again, and a few others: two bits for each of many slots."""
    cdef int64_t i, at = 0, n = packed.shape[0], words = 64
    cdef int shift = 64 - 11
    _check(0 <= bits < 64)
    while words < n // 8:  # eight slots for each, or more
        words *= 2
        shift -= 1
    cdef uint64_t *once = <uint64_t *>calloc(2 * words, 8)
    if once == NULL:
        raise MemoryError
    cdef uint64_t *twice = once + words
    out = np.empty(n, np.uint64)
    cdef uint64_t[::1] out_at = out
    cdef uint64_t slot, bit, before
    with nogil:
        for i in range(n):
            slot = ((packed[i] >> bits) * GOLDEN) >> (shift - 1)
            bit, slot = <uint64_t>1 << (slot & 63), slot >> 6
            before = once[slot]
            twice[slot] |= before & bit
            once[slot] = before | bit
        for i in range(n):
            slot = ((packed[i] >> bits) * GOLDEN) >> (shift - 1)
            bit, slot = <uint64_t>1 << (slot & 63), slot >> 6
            if twice[slot] & bit:
                out_at[at] = packed[i]
                at += 1
    free(once)
    return out[:at].copy()


def bucket_pairs(const uint64_t[::1] packed, int bits, int64_t limit, int64_t neighbours, int64_t leaders):
    """Pairs (first << 32 | second) of the nodes in the low bits of sorted numbers whose other bits are equal, and how
    many buckets were larger than ``limit``: there only leaders are paired with all, and neighbours."""
    cdef int64_t i, j, k, s, size, stop, n = packed.shape[0], total = 0, capped = 0, at = 0
    cdef uint64_t mask = (<uint64_t>1 << bits) - 1
    _check(0 < bits <= 32 and limit > 0 and neighbours > 0 and leaders > 0)
    cdef int64_t[::1] out_at
    with nogil:
        i = 0
        while i < n:
            j = i + 1
            while j < n and packed[j] >> bits == packed[i] >> bits:
                j += 1
            size = j - i
            if size <= limit:
                total += size * (size - 1) // 2
            else:
                total += size * neighbours + leaders * size
                capped += 1
            i = j
    out = np.empty(total, np.int64)
    out_at = out
    with nogil:
        i = 0
        while i < n:
            j = i + 1
            while j < n and packed[j] >> bits == packed[i] >> bits:
                j += 1
            size = j - i
            for k in range(i, j):
                stop = j if size <= limit else min(j, k + 1 + neighbours)
                for s in range(k + 1, stop):
                    out_at[at] = <int64_t>((packed[k] & mask) << 32 | (packed[s] & mask))
                    at += 1
            if size > limit:
                for k in range(i, min(i + leaders, j)):
                    for s in range(i + leaders, j):
                        out_at[at] = <int64_t>((packed[k] & mask) << 32 | (packed[s] & mask))
                        at += 1
            i = j
    return out[:at], capped


def align(const uint64_t[::1] tokens, const int64_t[::1] a, const int64_t[::1] a_size, const int64_t[::1] b,
          const int64_t[::1] b_size):
    """``align.align``: matched tokens of each pair, and pair, place and gap of what each side has left over."""
    cdef int64_t i, k, n = a.shape[0], left = 0, right = 0, most = 0, head, tail, least, x, y, xs, ys, r, c
    _check(b.shape[0] == n)
    _check_rows(a, a_size, tokens.shape[0])
    _check_rows(b, b_size, tokens.shape[0])
    heads, tails, out_matched = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    cdef int64_t[::1] head_of = heads, tail_of = tails, matched = out_matched
    with nogil:
        for i in range(n):
            head, tail, least = 0, 0, min(a_size[i], b_size[i])
            while head < least and tokens[a[i] + head] == tokens[b[i] + head]:
                head += 1
            least -= head
            while tail < least and tokens[a[i] + a_size[i] - 1 - tail] == tokens[b[i] + b_size[i] - 1 - tail]:
                tail += 1
            head_of[i], tail_of[i] = head, tail
            left += a_size[i] - head - tail
            right += b_size[i] - head - tail
            most = max(most, max(a_size[i], b_size[i]) - head - tail)
    residues = [np.empty(size, np.int64) for size in (left, left, left, right, right, right)]
    cdef int64_t[::1] pair_a = residues[0], at_a = residues[1], gap_a = residues[2]
    cdef int64_t[::1] pair_b = residues[3], at_b = residues[4], gap_b = residues[5]
    cdef uint64_t *states = <uint64_t *>calloc(most + 1, 8)
    cdef uint8_t *hits = <uint8_t *>calloc(2 * most + 2, 1)
    cdef uint8_t *hit_x
    cdef uint8_t *hit_y
    cdef uint64_t state, mask, both, token
    cdef bint bits_a, grew, earlier
    if states == NULL or hits == NULL:
        free(states)
        free(hits)
        raise MemoryError
    left, right = 0, 0
    with nogil:
        for i in range(n):
            head = head_of[i]
            xs, ys = a_size[i] - head - tail_of[i], b_size[i] - head - tail_of[i]
            bits_a = (xs >= ys) == (max(xs, ys) <= 64)  # the bits are the longer side that fits into a word
            hit_x, hit_y = hits, hits + most + 1
            memset(hits, 0, xs)
            memset(hits + most + 1, 0, ys)
            matched[i] = head + tail_of[i]
            if 0 < min(xs, ys) <= 64:
                x, y = a[i] + head, b[i] + head
                if not bits_a:
                    x, y = y, x
                    xs, ys = ys, xs
                    hit_x, hit_y = hit_y, hit_x
                state = ~<uint64_t>0
                for r in range(ys):
                    token, mask = tokens[y + r], 0
                    for c in range(xs):
                        mask |= <uint64_t>(tokens[x + c] == token) << c
                    both = state & mask
                    state = (state + both) | (state - both)
                    states[r] = state
                r, c = ys, xs
                while r > 0 and c > 0:
                    grew = not states[r - 1] >> (c - 1) & 1
                    earlier = r > 1 and not states[r - 2] >> (c - 1) & 1
                    if not grew:
                        c -= 1
                        continue
                    if not earlier:
                        hit_x[c - 1] = hit_y[r - 1] = 1
                        matched[i] += 1
                        c -= 1
                    r -= 1
            c = head
            for k in range(a_size[i] - head - tail_of[i]):
                if hits[k]:
                    c += 1
                else:
                    pair_a[left], at_a[left], gap_a[left] = i, a[i] + head + k, c
                    left += 1
            c = head
            for k in range(b_size[i] - head - tail_of[i]):
                if hits[most + 1 + k]:
                    c += 1
                else:
                    pair_b[right], at_b[right], gap_b[right] = i, b[i] + head + k, c
                    right += 1
    free(states)
    free(hits)
    return (out_matched, *(x[:left] for x in residues[:3]), *(x[:right] for x in residues[3:]))


def name_scores(const uint8_t[::1] flags, const int64_t[::1] offsets, const int32_t[:, ::1] core):
    """``verify.name_scores``: how surely each token is a name by its case."""
    cdef int64_t i, k, size, capitals
    cdef double share
    _check_offsets(offsets, flags.shape[0])
    _check(core.shape[0] == offsets.shape[0] - 1 and core.shape[1] == 2)
    out = np.zeros(flags.shape[0], np.int8)
    cdef int8_t[::1] out_at = out
    with nogil:
        for i in range(core.shape[0]):
            size, capitals = offsets[i + 1] - offsets[i], 0
            for k in range(offsets[i] + 1, offsets[i + 1]):
                capitals += (flags[k] & 3) > 0
            share = <double>capitals / <double>max(size - 1, <int64_t>1)
            for k in range(size):
                if flags[offsets[i] + k] & 3:
                    out_at[offsets[i] + k] = 1 if share > 0.6 or k == 0 or k == core[i, 0] else 2
    return out


def frame_words(const uint64_t[::1] hashes, const uint8_t[::1] flags, const int64_t[::1] offsets, const int32_t[:, ::1] core):
    """``verify._frame_words``: a hash of the words around each core that are no names."""
    cdef int64_t i, k
    cdef uint64_t total
    _check_offsets(offsets, flags.shape[0])
    _check(hashes.shape[0] == flags.shape[0] and core.shape[0] == offsets.shape[0] - 1 and core.shape[1] == 2)
    out = np.empty(core.shape[0], np.uint64)
    cdef uint64_t[::1] out_at = out
    with nogil:
        for i in range(core.shape[0]):
            total = 0
            for k in range(offsets[i + 1] - offsets[i]):
                if (k < core[i, 0] or k >= core[i, 1]) and not flags[offsets[i] + k] & 3:
                    total += mix64(hashes[offsets[i] + k])
            out_at[i] = total
    return out


cdef inline int _ones(uint64_t x) noexcept nogil:
    x -= x >> 1 & <uint64_t>0x5555555555555555
    x = (x & <uint64_t>0x3333333333333333) + (x >> 2 & <uint64_t>0x3333333333333333)
    return <int>(((x + (x >> 4)) & <uint64_t>0x0F0F0F0F0F0F0F0F) * <uint64_t>0x0101010101010101 >> 56)


def screen(const uint64_t[:, ::1] bits, const int32_t[:, ::1] core, const int64_t[::1] first, const int64_t[::1] second,
           double least, bint veto):
    """``verify.Screen``: which pairs of rows share so many of their words, and not each a figure of its own."""
    cdef int64_t i, k, a, b, n = bits.shape[0]
    cdef int shared
    _check(bits.shape[1] == 5 and core.shape[0] == n and core.shape[1] == 2 and first.shape[0] == second.shape[0])
    sizes, out = np.empty(n, np.int32), np.zeros(first.shape[0], np.bool_)
    cdef int32_t[::1] size = sizes
    cdef uint8_t[::1] out_at = out.view(np.uint8)
    cdef bint good = True
    with nogil:
        for i in range(first.shape[0]):
            if not 0 <= first[i] < n or not 0 <= second[i] < n:
                good = False
                break
    _check(good)
    with nogil:
        for i in range(n):
            shared = 0
            for k in range(4):
                shared += _ones(bits[i, k])
            size[i] = min(shared, core[i, 1] - core[i, 0])
        for i in range(first.shape[0]):
            a, b, shared = first[i], second[i], 0
            if veto and bits[a, 4] & ~bits[b, 4] and bits[b, 4] & ~bits[a, 4]:
                continue
            for k in range(4):
                shared += _ones(bits[a, k] & bits[b, k])
            out_at[i] = <double>shared >= least * <double>min(size[a], size[b])
    return out


cdef inline int64_t _carriers(int64_t node, const uint64_t *several, const int64_t[::1] shared, const int64_t[::1] ends,
                              int64_t most, int64_t *begin) noexcept nogil:
    """How many carriers a node has, and where they begin; of a node that only one sentence carries, -1."""
    cdef int64_t low = 0, high = shared.shape[0], middle
    begin[0] = -1
    if not several[node >> 6] >> (node & 63) & 1:
        return 1
    while low < high:
        middle = (low + high) >> 1
        if shared[middle] < node:
            low = middle + 1
        else:
            high = middle
    if low == shared.shape[0] or shared[low] != node:
        return 1
    begin[0] = ends[low]
    return min(ends[low + 1] - ends[low], most)


def spell_out(const int64_t[::1] pairs, const int64_t[::1] shared, const int64_t[::1] ends, const int64_t[::1] members,
              const int32_t[::1] sentence, int64_t most):
    """``candidates._spell_out``: pairs of nodes as pairs of the sentences that carry them."""
    cdef int64_t i, x, y, at = 0, total = 0, begin_x, begin_y, size_x, size_y, one, two
    cdef bint good = True
    _check(ends.shape[0] == shared.shape[0] + 1)
    _check_offsets(ends, members.shape[0])
    bitmap = np.zeros(sentence.shape[0] // 32 + 1, np.uint64)
    cdef uint64_t[::1] bits = bitmap
    cdef uint64_t *several = &bits[0]
    with nogil:
        for i in range(shared.shape[0]):
            if not 0 <= shared[i] < 2 * sentence.shape[0]:
                good = False
                break
            several[shared[i] >> 6] |= <uint64_t>1 << (shared[i] & 63)
    _check(good)
    with nogil:
        for i in range(pairs.shape[0]):
            if pairs[i] < 0 or (pairs[i] >> 33) >= sentence.shape[0] or (<int64_t><uint32_t>pairs[i]) >> 1 >= sentence.shape[0]:
                good = False
                break
            size_x = _carriers(pairs[i] >> 32, several, shared, ends, most, &begin_x)
            size_y = _carriers(<int64_t><uint32_t>pairs[i], several, shared, ends, most, &begin_y)
            total += size_x * size_y
    _check(good)
    out = np.empty(total, np.int64)
    cdef int64_t[::1] out_at = out
    with nogil:
        for i in range(pairs.shape[0]):
            size_x = _carriers(pairs[i] >> 32, several, shared, ends, most, &begin_x)
            size_y = _carriers(<int64_t><uint32_t>pairs[i], several, shared, ends, most, &begin_y)
            for x in range(size_x):
                one = sentence[pairs[i] >> 33] if begin_x < 0 else members[begin_x + x]
                for y in range(size_y):
                    two = sentence[<int64_t><uint32_t>pairs[i] >> 1] if begin_y < 0 else members[begin_y + y]
                    out_at[at] = one << 32 | two
                    at += 1
    return out


def gather_tokens(const uint32_t[::1] tokens, const int64_t[::1] offsets, const int64_t[::1] rows, const uint64_t[::1] hashes,
                  int64_t base):
    """Of the tokens of some rows: hash, flags, and number with ``base`` added; and how many each row has."""
    cdef int64_t i, k, number, at = 0, total = 0, n = offsets.shape[0] - 1
    cdef bint good = True
    _check_offsets(offsets, tokens.shape[0])
    sizes = np.empty(rows.shape[0], np.int64)
    cdef int64_t[::1] size = sizes
    with nogil:
        for i in range(rows.shape[0]):
            if not 0 <= rows[i] < n:
                good = False
                break
            size[i] = offsets[rows[i] + 1] - offsets[rows[i]]
            total += size[i]
    _check(good)
    out_hash, out_flags, out_where = np.empty(total, np.uint64), np.empty(total, np.uint8), np.empty(total, np.int64)
    cdef uint64_t[::1] hash_at = out_hash
    cdef uint8_t[::1] flag_at = out_flags
    cdef int64_t[::1] where_at = out_where
    with nogil:
        for i in range(rows.shape[0]):
            for k in range(offsets[rows[i]], offsets[rows[i]] + size[i]):
                number = tokens[k] & 0x0FFFFFFF
                if number >= hashes.shape[0]:
                    good = False
                    break
                hash_at[at], flag_at[at], where_at[at] = hashes[number], tokens[k] >> 28, base + number
                at += 1
            if not good:
                break
    _check(good)
    return out_hash, out_flags, sizes, out_where
