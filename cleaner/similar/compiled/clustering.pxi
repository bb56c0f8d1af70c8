# Which sentences to compare, and their alignment.

def pack(const uint64_t[::1] keys, const uint32_t[::1] node, uint32_t none, uint64_t low, uint64_t high, uint64_t low_bits,
         uint64_t[::1] out, int64_t at):
    """Writes keys from low to high, cut, with their nodes in the bits that were cut off, to ``out`` from ``at`` on; those
    without a node are left out. Where the next one goes."""
    cdef int64_t i, n = keys.shape[0]
    _check(node.shape[0] == n and 0 <= at <= out.shape[0] - n)
    with nogil:
        for i in range(n):
            if node[i] != none and low <= keys[i] <= high:
                out[at] = (keys[i] & ~low_bits) | node[i]
                at += 1
    return at


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


def hopeful(const uint64_t[:, ::1] records, const int64_t[::1] pairs, double least, bint veto, int64_t[::1] seen):
    """``sketches.Sketches.hopeful``: which pairs of nodes pass the screen, by the records of their sentences. Those that
    stand in ``seen``, where the last ones are noted, are left out."""
    cdef int64_t i, k, slot, at = 0, n = records.shape[0]
    cdef int shift = 64
    cdef int64_t a, b
    cdef int shared
    cdef const uint64_t *x
    cdef const uint64_t *y
    cdef bint good = True
    while shift > 1 and (<int64_t>1 << (64 - shift)) < seen.shape[0]:
        shift -= 1
    _check(records.shape[1] == 6 and shift < 64 and (<int64_t>1 << (64 - shift)) == seen.shape[0])
    out = np.empty(pairs.shape[0], np.int64)
    cdef int64_t[::1] out_at = out
    with nogil:
        for i in range(pairs.shape[0]):
            a, b = pairs[i] >> 32, <int64_t><uint32_t>pairs[i]
            if a < 0 or a >> 1 >= n or b >> 1 >= n:
                good = False
                break
            slot = <int64_t>(<uint64_t>pairs[i] * GOLDEN >> shift)
            if seen[slot] == pairs[i]:
                continue
            seen[slot] = pairs[i]
            x, y = &records[a >> 1, 0], &records[b >> 1, 0]
            if not ((x[5] >> (62 + (a & 1)) | y[5] >> (62 + (b & 1))) & 1):
                if veto and x[4] & ~y[4] and y[4] & ~x[4]:
                    continue
                shared = 0
                for k in range(4):
                    shared += _ones(x[k] & y[k])
                if <double>shared < least * <double>min(<uint32_t>x[5], <uint32_t>y[5]):
                    continue
            out_at[at] = pairs[i]
            at += 1
    _check(good)
    return out[:at].copy()


cdef int64_t _in_common(const uint8_t *x, int64_t xs, const uint8_t *y, int64_t ys, uint64_t *place) noexcept nogil:
    """Length of the longest common subsequence; the whole of the shorter one where that is longer than 64. ``place`` is
    256 zeros, and is so again."""
    cdef int64_t k
    cdef uint64_t state = ~<uint64_t>0, both
    if xs > ys:
        x, y, xs, ys = y, x, ys, xs
    if xs == 0 or xs > 64:
        return xs
    for k in range(xs):
        place[x[k]] |= <uint64_t>1 << k
    for k in range(ys):
        both = state & place[y[k]]
        state = (state + both) | (state - both)
    for k in range(xs):
        place[x[k]] = 0
    return _ones(~state & (~<uint64_t>0 >> (64 - xs)))


def in_common(const uint8_t[::1] marks, const int64_t[::1] a, const int64_t[::1] a_size, const int64_t[::1] b,
              const int64_t[::1] b_size):
    """``align.in_common``."""
    cdef int64_t i
    cdef uint64_t place[256]
    _check(a.shape[0] == b.shape[0])
    _check_rows(a, a_size, marks.shape[0])
    _check_rows(b, b_size, marks.shape[0])
    out = np.empty(a.shape[0], np.int64)
    cdef int64_t[::1] out_at = out
    memset(place, 0, sizeof(place))
    with nogil:
        for i in range(a.shape[0]):
            out_at[i] = _in_common(&marks[0] + a[i], a_size[i], &marks[0] + b[i], b_size[i], place)
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


def is_in(const uint64_t[::1] values, const uint64_t[::1] of):
    """``ragged.is_in``."""
    cdef int64_t i
    cdef Numbering seen = Numbering(of.shape[0])
    out = np.empty(values.shape[0], np.bool_)
    cdef uint8_t[::1] out_at = out.view(np.uint8)
    cdef bint good = True
    with nogil:
        for i in range(of.shape[0]):
            if seen.number(of[i]) < 0:
                good = False
                break
        if good:
            for i in range(values.shape[0]):
                out_at[i] = seen.find(values[i]).number > 0
    if not good:
        raise MemoryError
    return out


def spoken(const uint64_t[::1] hashes, const int64_t[::1] offsets, const uint64_t[::1] known, const int64_t[::1] leading,
           const int64_t[::1] first, const int64_t[::1] of, int64_t languages):
    """``tongues.counts``: of each row of tokens, how many are function words of each language."""
    cdef int64_t i, k, s, at, shift = 64
    cdef bint good = languages > 0
    _check_offsets(offsets, hashes.shape[0])
    _check_offsets(leading, known.shape[0])
    _check(first.shape[0] == known.shape[0] + 1 and leading.shape[0] >= 2)
    _check_offsets(first, of.shape[0])
    while shift > 0 and (<int64_t>1 << (64 - shift)) < leading.shape[0] - 1:
        shift -= 1
    good = good and shift < 64 and (<int64_t>1 << (64 - shift)) == leading.shape[0] - 1
    with nogil:
        for i in range(of.shape[0]):
            good = good and 0 <= of[i] < languages
    _check(good)
    out = np.zeros((offsets.shape[0] - 1, languages), np.int32)
    cdef int32_t[:, ::1] out_at = out
    with nogil:
        for i in range(offsets.shape[0] - 1):
            for k in range(offsets[i], offsets[i + 1]):
                for at in range(leading[hashes[k] >> shift], leading[(hashes[k] >> shift) + 1]):
                    if known[at] == hashes[k]:
                        for s in range(first[at], first[at + 1]):
                            out_at[i, of[s]] += 1
    return out
