/* What a careful C programmer would write for core output on one calendar with
 * FS links, compiled on the spot: sampling, forward pass, histograms, sums,
 * criticality, correlation. One block of iterations stays in cache, one row at
 * a time; the compiler vectorises the rows. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512
#define BINS 256
#define TAIL_CELLS 384

typedef struct {
    int64_t start, finish, square, critical, moment, product;
} sums_t;

static void draw_words(uint64_t key, int64_t block, uint64_t *words) {
    uint64_t base = key + (uint64_t)block * (BLOCK / 2) + 0x9E3779B97F4A7C15ull;
    for (int k = 0; k < BLOCK / 2; k++) {
        uint64_t z = base + k;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        words[k] = z ^ (z >> 31);
    }
}

static void sample_triangle(const uint32_t *bits, const float *shape, int32_t *out) {
    float low = shape[0], high = shape[1], split = shape[2], left = shape[3], right = shape[4];
    for (int k = 0; k < BLOCK; k++) {
        float u = (float)(int32_t)(bits[k] >> 8) * 0x1p-24f;
        float root = sqrtf(u < split ? u * left : (1.0f - u) * right);
        out[k] = (int32_t)(u < split ? low + root : high - root);
    }
}

static void sample_table(const uint32_t *bits, const float *shape, const uint32_t *table,
                         int32_t *out) {
    uint16_t cell[BLOCK];
    int32_t part[BLOCK];
    uint32_t found[BLOCK];
    float low = shape[0], scale = shape[1];
    for (int k = 0; k < BLOCK; k++) {
        int32_t odd = (int32_t)((bits[k] >> 7) & 0xFFFFFE) | 1, pattern;
        float value = (float)odd;
        memcpy(&pattern, &value, 4);
        cell[k] = (uint16_t)((pattern >> 19) - 127 * 16 + (int32_t)(bits[k] >> 31) * TAIL_CELLS);
        part[k] = (pattern & ((1 << 19) - 1)) >> 2;
    }
    for (int k = 0; k < BLOCK; k++)
        found[k] = table[cell[k]];
    for (int k = 0; k < BLOCK; k++) {
        int32_t upper = -(int32_t)(bits[k] >> 31);
        int32_t step = ((int32_t)(found[k] & 0x3FFF) * part[k]) >> 17;
        out[k] = (int32_t)(low + scale * (float)((int32_t)(found[k] >> 14) + ((step ^ upper) - upper)));
    }
}

static void bin_row(const int32_t *row, int32_t low, int32_t width, uint8_t *out) {
    float inverse = (1.0f + 0x1p-20f) / (float)width;
    for (int k = 0; k < BLOCK; k++) {
        int32_t place = (int32_t)((float)(row[k] - low) * inverse);
        place = place < 0 ? 0 : place;
        out[k] = (uint8_t)(place > BINS - 1 ? BINS - 1 : place);
    }
}

/* shape: five floats a task; table: 768 words a task, or NULL for triangles. */
int simulate(int32_t tasks, int32_t blocks, const uint64_t *keys, const float *shape,
             const uint32_t *table, const int32_t *first, const int32_t *before,
             const uint8_t *may_end, const int32_t *scale, uint32_t *bins, sums_t *sums,
             int32_t *ends) {
    int32_t *finish = malloc(sizeof(int32_t) * BLOCK * (size_t)tasks);
    uint8_t *tight = malloc(BLOCK * (size_t)(first[tasks] + 1));
    uint8_t *critical = malloc(BLOCK * (size_t)tasks);
    int32_t start[BLOCK], duration[BLOCK];
    uint64_t words[BLOCK / 2];
    uint8_t at_start[BLOCK], at_finish[BLOCK];
    if (!finish || !tight || !critical)
        return 1;
    for (int32_t block = 0; block < blocks; block++) {
        int32_t *end = ends + (size_t)block * BLOCK;
        memset(end, 0, sizeof(int32_t) * BLOCK);
        memset(critical, 0, BLOCK * (size_t)tasks);
        for (int32_t task = 0; task < tasks; task++) {
            int32_t *own = finish + (size_t)task * BLOCK;
            draw_words(keys[task], block, words);
            if (table)
                sample_table((uint32_t *)words, shape + 5 * task, table + 768 * (size_t)task, duration);
            else
                sample_triangle((uint32_t *)words, shape + 5 * task, duration);
            memset(start, 0, sizeof start);
            for (int32_t link = first[task]; link < first[task + 1]; link++) {
                const int32_t *other = finish + (size_t)before[link] * BLOCK;
                for (int k = 0; k < BLOCK; k++)
                    start[k] = other[k] > start[k] ? other[k] : start[k];
            }
            int64_t starts = 0, finishes = 0, squares = 0;
            for (int k = 0; k < BLOCK; k++) {
                own[k] = start[k] + duration[k];
                starts += start[k];
                finishes += own[k];
                squares += (int64_t)duration[k] * duration[k];
            }
            sums[task].start += starts;
            sums[task].finish += finishes;
            sums[task].square += squares;
            for (int32_t link = first[task]; link < first[task + 1]; link++) {
                const int32_t *other = finish + (size_t)before[link] * BLOCK;
                uint8_t *holds = tight + (size_t)link * BLOCK;
                for (int k = 0; k < BLOCK; k++)
                    holds[k] = other[k] == start[k];
            }
            if (may_end[task])
                for (int k = 0; k < BLOCK; k++)
                    end[k] = own[k] > end[k] ? own[k] : end[k];
            const int32_t *place = scale + 4 * (size_t)task;
            uint32_t *counts = bins + 2 * BINS * (size_t)task;
            bin_row(start, place[0], place[1], at_start);
            bin_row(own, place[2], place[3], at_finish);
            for (int k = 0; k < BLOCK; k++) {
                counts[at_start[k]]++;
                counts[BINS + at_finish[k]]++;
            }
        }
        for (int32_t task = tasks - 1; task >= 0; task--) {
            uint8_t *mark = critical + (size_t)task * BLOCK;
            const int32_t *own = finish + (size_t)task * BLOCK;
            if (may_end[task])
                for (int k = 0; k < BLOCK; k++)
                    mark[k] |= own[k] == end[k];
            uint32_t count = 0;
            for (int k = 0; k < BLOCK; k++)
                count += mark[k];
            sums[task].critical += count;
            if (!count)
                continue;
            for (int32_t link = first[task]; link < first[task + 1]; link++) {
                uint8_t *other = critical + (size_t)before[link] * BLOCK;
                const uint8_t *holds = tight + (size_t)link * BLOCK;
                for (int k = 0; k < BLOCK; k++)
                    other[k] |= mark[k] & holds[k];
            }
        }
    }
    free(finish);
    free(tight);
    free(critical);
    return 0;
}

/* Each task's uniforms once more, against the rank of the finish. */
void correlate(int32_t tasks, int32_t blocks, const uint64_t *keys, const int32_t *rank,
               sums_t *sums) {
    uint64_t words[BLOCK / 2];
    const uint32_t *bits = (const uint32_t *)words;
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t task = 0; task < tasks; task++) {
            const int32_t *own = rank + (size_t)block * BLOCK;
            int64_t moment = 0, product = 0;
            draw_words(keys[task], block, words);
            for (int k = 0; k < BLOCK; k++) {
                int32_t u = (int32_t)(bits[k] >> 16) - 32768;
                moment += u;
                product += (int64_t)u * own[k];
            }
            sums[task].moment += moment;
            sums[task].product += product;
        }
}
