/* The two loops of signing that are arithmetic on many numbers at a time, for whatever the processor has. */
#ifndef CLEANER_WIDE_H
#define CLEANER_WIDE_H

#include <stdint.h>
#include <string.h>

#define PERMUTATIONS 32

#if defined(__GNUC__)
#define LANES 8
typedef uint32_t lanes __attribute__((vector_size(4 * LANES), may_alias));
#define INSIDE static inline __attribute__((always_inline))
#define FETCH(p) __builtin_prefetch(p)
#else
#define LANES 1
typedef uint32_t lanes;
#define INSIDE static __inline
#define FETCH(p) ((void)0)
#endif

#define ROTATED(x, n) (((x) << (n)) | ((x) >> (32 - (n))))
#define ROUND(f, k)                                \
    if (i >= 16) {                                 \
        t = w[(i - 3) & 15] ^ w[(i - 8) & 15] ^ w[(i - 14) & 15] ^ w[i & 15]; \
        w[i & 15] = ROTATED(t, 1);                 \
    }                                              \
    t = ROTATED(a, 5) + (f) + e + w[i & 15] + (k); \
    e = d;                                         \
    d = c;                                         \
    c = ROTATED(b, 30);                            \
    b = a;                                         \
    a = t;

/* One block of SHA-1 (FIPS 180-4) for LANES messages together; w is overwritten. */
INSIDE void compress_body(lanes *state, lanes *w) {
    lanes a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], t;
    int i = 0;
    for (; i < 20; i++) {
        ROUND(d ^ (b & (c ^ d)), 0x5A827999u)
    }
    for (; i < 40; i++) {
        ROUND(b ^ c ^ d, 0x6ED9EBA1u)
    }
    for (; i < 60; i++) {
        ROUND((b & c) | (d & (b | c)), 0x8F1BBCDCu)
    }
    for (; i < 80; i++) {
        ROUND(b ^ c ^ d, 0xCA62C1D6u)
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* out[p] = the least a[p] * h + b[p] over the hashes of a row; count is a multiple of PERMUTATIONS. */
INSIDE void least_body(const uint32_t *hashed, const int32_t *number, int64_t n, const uint32_t *a, const uint32_t *b,
                       int64_t count, uint32_t *out) {
    for (int64_t p = 0; p < count; p += PERMUTATIONS) {
        uint32_t best[PERMUTATIONS], x[PERMUTATIONS], y[PERMUTATIONS];
        memcpy(x, a + p, sizeof x);
        memcpy(y, b + p, sizeof y);
        memset(best, 0xFF, sizeof best);
        for (int64_t i = 0; i < n; i++) {
            const uint32_t h = hashed[number[i]];
            for (int k = 0; k < PERMUTATIONS; k++) {
                const uint32_t t = x[k] * h + y[k];
                best[k] = t < best[k] ? t : best[k];
            }
        }
        memcpy(out + p, best, sizeof best);
    }
}

static void compress_plain(lanes *state, lanes *w) { compress_body(state, w); }
static void least_plain(const uint32_t *hashed, const int32_t *number, int64_t n, const uint32_t *a, const uint32_t *b,
                        int64_t count, uint32_t *out) {
    least_body(hashed, number, n, a, b, count, out);
}

/* The same with 256-bit registers, where the processor turns out to have them: a wheel does not know. */
#if defined(__GNUC__) && defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
AVX2 static void compress_avx2(lanes *state, lanes *w) { compress_body(state, w); }
AVX2 static void least_avx2(const uint32_t *hashed, const int32_t *number, int64_t n, const uint32_t *a,
                            const uint32_t *b, int64_t count, uint32_t *out) {
    least_body(hashed, number, n, a, b, count, out);
}
static int wide(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") != 0;
}
#else
#define compress_avx2 compress_plain
#define least_avx2 least_plain
static int wide(void) { return 0; }
#endif

static void compress(int wide, lanes *state, lanes *w) { (wide ? compress_avx2 : compress_plain)(state, w); }
static void least(int wide, const uint32_t *hashed, const int32_t *number, int64_t n, const uint32_t *a,
                  const uint32_t *b, int64_t count, uint32_t *out) {
    (wide ? least_avx2 : least_plain)(hashed, number, n, a, b, count, out);
}

#endif
