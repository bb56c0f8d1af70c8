# Texts to chunks, and chunks to tokens.

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
    cdef int64_t[FLIGHT] begun, spans
    cdef int waiting = 0, k
    cdef bint good = True
    with nogil:
        for i in range(n):
            if data[i] > 32:
                continue
            if i > begin:
                hashes[waiting], begun[waiting], spans[waiting] = _hash(&data[begin], i - begin), begin, i - begin
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
                        begin_at[fresh], size_at[fresh] = begun[k], spans[k]
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


cdef int64_t _digits(const uint8_t *text, int64_t size) noexcept nogil:
    """How many digits it begins with."""
    cdef int64_t i = 0
    while i < size and 48 <= text[i] <= 57:
        i += 1
    return i


cdef int64_t _figure(const uint8_t *text, int64_t size) noexcept nogil:
    """How long the number is that it begins with, 0 where digits, commas and points are no whole number: digits with
    decimals, as often as there are points, or digits in threes and decimals."""
    cdef int64_t end = 0, k, more
    cdef bint threes
    while end < size and (48 <= text[end] <= 57 or text[end] == 44 or text[end] == 46):
        end += 1
    k = _digits(text, end)
    if not k:
        return 0
    threes = k < end and text[k] == 44
    if threes and k > 3:
        return 0
    while k < end and text[k] == 44:
        if not threes or _digits(text + k + 1, end - k - 1) != 3:
            return 0
        k += 4
    while k < end:
        more = _digits(text + k + 1, end - k - 1)
        if text[k] != 46 or not more:
            return 0
        k += 1 + more
        if threes and k < end:
            return 0
    return end


cdef bint _pieces(const uint8_t *text, int64_t size) noexcept nogil:
    """Is it words of letters, with single apostrophes between them, and numbers, after the words, with dollar and per cent
    signs, and hyphens between all of these?"""
    cdef int64_t i = 0, more
    cdef bint words = False, figures = False
    while True:
        if i < size and 97 <= (text[i] | 32) <= 122:
            if figures:
                return False  # "th", "bn": what follows a number may belong to it
            words = True
            while i < size and (97 <= (text[i] | 32) <= 122 or text[i] == 39 and text[i - 1] != 39):
                i += 1
            if text[i - 1] == 39:
                return False
        else:
            figures = True
            if i < size and text[i] == 36:
                if words:
                    return False  # "US-$"
                i += 1
            more = _figure(text + i, size - i)
            if not more:
                return False
            i += more
            if i < size and text[i] == 37:
                i += 1
        if i == size:
            return True
        if text[i] != 45:
            return False
        i += 1


cdef bint _care(const uint8_t *text, int64_t size) noexcept nogil:
    """Does it hold an apostrophe, or match ``canonical.NEEDS_CARE``, or is it a sign or a number of more than six digits?"""
    cdef int64_t i
    cdef uint8_t c, d
    if text[0] < 65:
        return size > 6 or text[0] < 49 or _digits(text, size) < size
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
                if k < high and fold[k] != 45 and (k == first or fold[k] != 37 and fold[k - 1] != 36):
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
                first = k + 1 if k == high or fold[k] == 45 else k
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
