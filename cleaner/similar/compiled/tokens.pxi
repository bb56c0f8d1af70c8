# Tokens as they stand in a text: the core of a sentence, phrases, flags.

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
