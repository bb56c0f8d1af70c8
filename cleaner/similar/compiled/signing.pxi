# Tokens to hashes, signatures and band keys.

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


cdef inline uint32_t _band_key(const uint32_t *values, const uint64_t *odd, int64_t rows) noexcept nogil:
    cdef uint64_t key = 0
    cdef int64_t r
    for r in range(rows):
        key += <uint64_t>values[r] * odd[r]
    return <uint32_t>(((key ^ (key >> 32)) * GOLDEN) >> 32)


def band_keys(const uint32_t[:, ::1] signature, int64_t bands, const uint64_t[::1] odd):
    """(bands, n) keys of (n, permutations) signatures."""
    cdef int64_t i, band, n = signature.shape[0]
    _check(bands >= 0 and bands * odd.shape[0] <= signature.shape[1] and odd.shape[0] > 0)
    out = np.empty((bands, n), np.uint32)
    cdef uint32_t[:, ::1] out_at = out
    with nogil:
        for i in range(n):
            for band in range(bands):
                out_at[band, i] = _band_key(&signature[i, band * odd.shape[0]], &odd[0], odd.shape[0])
    return out


def keys(const uint32_t[::1] hashed, const int32_t[::1] number, const int64_t[::1] starts, const int64_t[::1] lengths,
         const uint32_t[::1] a, const uint32_t[::1] b, int64_t bands, const uint64_t[::1] odd, const uint64_t[::1] last):
    """(bands + 1, rows): ``band_keys`` of ``signatures``, without holding these, and the leading bits of ``last``."""
    cdef int64_t i, band, n = starts.shape[0], count = a.shape[0], rows = odd.shape[0]
    _check_rows(starts, lengths, number.shape[0])
    _check_numbers(number, hashed.shape[0])
    _check(b.shape[0] == count and count > 0 and count % PERMUTATIONS == 0 and last.shape[0] == n)
    _check(bands >= 0 and rows > 0 and bands * rows <= count)
    out, row = np.empty((bands + 1, n), np.uint32), np.empty(count, np.uint32)
    cdef uint32_t[:, ::1] out_at = out
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
            out_at[bands, i] = <uint32_t>(last[i] >> 32)
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
