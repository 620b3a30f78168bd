/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Making requests up. Control codes come from the numbers in the driver's code, and from what it
 * answers to: a code it does not refuse as unknown is known from then on, and a request that was
 * answered in a new way is kept, to be changed a little.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "win32/winerror.h"

#define CODES 4096u
#define KEPT  512u

struct fuzz_maker {
    uint64_t state;
    uint32_t thread, names;
    bool changing;
    uint64_t kernel; /* address */
    uint32_t codes[CODES], code_count; /* that may be known */
    uint32_t known[CODES], known_count;
    struct fuzz_op kept[KEPT];
    uint32_t kept_count;
    uint8_t answers[1u << 14];         /* a bit for each kind of answer that was seen */
};

static uint64_t next(struct fuzz_maker *maker)
{
    maker->state += 0x9E3779B97F4A7C15u;
    uint64_t value = maker->state;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

static uint32_t below(struct fuzz_maker *maker, uint32_t limit)
{
    return (uint32_t)((next(maker) >> 32) * limit >> 32);
}

/* ---- control codes --------------------------------------------------------------------------- */

static void add_code(uint32_t *codes, uint32_t *count, uint32_t code)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (codes[i] == code)
            return;
    }
    if (*count < CODES)
        codes[(*count)++] = code;
}

/* One that the driver compares with, and those that a switch reaches from it. */
static void note_code(void *context, uint32_t code)
{
    struct fuzz_maker *maker = context;
    for (uint32_t step = 0; step < 16; step++)
        add_code(maker->codes, &maker->code_count, code + 4 * step);
}

static uint32_t make_code(struct fuzz_maker *maker)
{
    uint32_t choice = below(maker, 100);
    if (choice < 70 && maker->known_count != 0)
        return maker->known[below(maker, maker->known_count)];
    if (choice < 96 && maker->code_count != 0)
        return maker->codes[below(maker, maker->code_count)] ^
            (below(maker, 4) == 0 ? below(maker, 4) : 0);
    return 0x220000u | (0x800u + below(maker, 64)) << 2 | below(maker, 4);
}

/* ---- requests -------------------------------------------------------------------------------- */

static uint32_t make_length(struct fuzz_maker *maker)
{
    static const uint32_t usual[] = {0, 1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 100, 128,
        256, 512, 1024, 4096, 4097, 65536};
    return below(maker, 8) == 0 ? below(maker, FUZZ_BUFFER + 1)
                                : usual[below(maker, sizeof(usual) / sizeof(usual[0]))];
}

static uint8_t make_place(struct fuzz_maker *maker)
{
    uint32_t choice = below(maker, 32);
    return choice < 24 ? FUZZ_OWN
        : choice < 27  ? FUZZ_UNALIGNED
        : choice < 29  ? FUZZ_NOWHERE
        : choice < 31  ? FUZZ_KERNEL
                       : FUZZ_NULL;
}

static uint64_t make_word(struct fuzz_maker *maker, const struct fuzz_op *op)
{
    static const uint32_t usual[] = {0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 128, 255,
        256, 257, 1024, 4095, 4096, 65535, 65536, 0x100000, 0x01000000, 0x0FFFFFFF, 0x10000000,
        0x10000001, 0x1FFFFFFF, 0x20000001, 0x3FFFFFFF, 0x40000001, 0x7FFFFFFF, 0x80000000,
        0x80000001, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF};
    switch (below(maker, 8)) {
    case 0:
        return next(maker) >> below(maker, 64);
    case 1:
        return op->in_bytes + below(maker, 3) - 1;
    case 2:
        return op->out_bytes + below(maker, 3) - 1;
    case 3:
        return maker->kernel + (uint64_t)below(maker, 16) * 8;
    default:
        return usual[below(maker, sizeof(usual) / sizeof(usual[0]))];
    }
}

static void make_data(struct fuzz_maker *maker, struct fuzz_op *op)
{
    uint32_t words = 1 + below(maker, 6),
             room = op->in_bytes < FUZZ_HEAD ? op->in_bytes : FUZZ_HEAD;
    for (uint32_t i = 0; i < words && room != 0; i++) {
        uint32_t bytes = below(maker, 3) == 0 && room >= 8 ? 8 : room >= 4 ? 4 : 1;
        uint32_t at = below(maker, (room + bytes - 1) / bytes) * bytes;
        uint64_t value = make_word(maker, op);
        if (at + bytes <= room)
            memcpy(op->head + at, &value, bytes);
    }
}

/* Something in a request that is there is made anew. */
static void change_request(struct fuzz_maker *maker, struct fuzz_op *op)
{
    switch (below(maker, 6)) {
    case 0:
        op->in_bytes = make_length(maker);
        break;
    case 1:
        op->out_bytes = make_length(maker);
        break;
    case 2:
        op->in_place = make_place(maker);
        break;
    case 3:
        op->out_place = make_place(maker);
        break;
    default:
        make_data(maker, op);
        break;
    }
}

static void make_ioctl(struct fuzz_maker *maker, struct fuzz_op *op)
{
    if (maker->kept_count != 0 && below(maker, 2) == 0) {
        const uint8_t handle = op->handle, name = op->name;
        *op = maker->kept[below(maker, maker->kept_count)];
        op->handle = handle;
        op->name = name;
        for (uint32_t changes = 1 + below(maker, 3); changes != 0; changes--)
            change_request(maker, op);
    } else {
        op->code = make_code(maker);
        op->in_bytes = make_length(maker);
        op->out_bytes = make_length(maker);
        op->in_place = make_place(maker);
        op->out_place = make_place(maker);
        make_data(maker, op);
    }
    op->changed = FUZZ_STAYS;
    const uint32_t shared = (op->code & 3) == 3 ? op->in_bytes
        : (op->code & 3) != 0                   ? op->out_bytes
                                                : 0;
    if (maker->changing && shared >= 4 && below(maker, 4) != 0) {
        op->changed = below(maker, 2) == 0 ? 0
                                           : (uint8_t)below(maker, (shared < 32 ? shared : 32) / 4);
        op->change = (uint32_t)make_word(maker, op);
    }
}

void fuzz_make(struct fuzz_maker *maker, struct fuzz_op *op)
{
    uint32_t choice = below(maker, 100);
    memset(op, 0, sizeof(*op));
    op->thread = (uint8_t)maker->thread;
    op->handle = (uint8_t)(maker->thread * FUZZ_HANDLES + below(maker, FUZZ_HANDLES));
    op->name = (uint8_t)below(maker, maker->names);
    op->changed = FUZZ_STAYS;
    op->kind = choice < 90 ? FUZZ_IOCTL
        : choice < 93      ? FUZZ_READ
        : choice < 96      ? FUZZ_WRITE
        : choice < 98      ? FUZZ_OPEN
                           : FUZZ_CLOSE;
    if (op->kind == FUZZ_IOCTL) {
        make_ioctl(maker, op);
    } else if (op->kind == FUZZ_READ) {
        op->out_bytes = make_length(maker);
        op->offset = below(maker, 4) == 0 ? make_length(maker) : 0;
        op->out_place = make_place(maker);
    } else if (op->kind == FUZZ_WRITE) {
        op->in_bytes = make_length(maker);
        op->offset = below(maker, 4) == 0 ? make_length(maker) : 0;
        op->in_place = make_place(maker);
        make_data(maker, op);
    }
}

bool fuzz_learn(struct fuzz_maker *maker, const struct fuzz_op *op, uint32_t error, uint32_t bytes)
{
    if (op->kind != FUZZ_IOCTL || error == ERROR_INVALID_FUNCTION || error == ERROR_NOT_SUPPORTED ||
        error == ERROR_ACCESS_DENIED || error == ERROR_NOACCESS)
        return false;
    uint32_t length = bytes < 64 ? bytes : 64 + (bytes >> 8);
    uint32_t hash = (op->code * 31 + error) * 31 + length;
    hash = (hash ^ hash >> 15) * 0x2C1B3C6Du;
    uint8_t *answer = &maker->answers[(hash >> 3) % sizeof(maker->answers)];
    if (*answer & 1u << (hash & 7))
        return false;
    *answer |= (uint8_t)(1u << (hash & 7));
    if (error != ERROR_INVALID_PARAMETER)
        add_code(maker->known, &maker->known_count, op->code);
    maker->kept[maker->kept_count < KEPT ? maker->kept_count++ : below(maker, KEPT)] = *op;
    return true;
}

uint32_t fuzz_codes_known(const struct fuzz_maker *maker)
{
    return maker->known_count;
}

struct fuzz_maker *fuzz_maker_create(const struct fuzz_plan *plan, uint32_t thread, uint32_t names)
{
    struct fuzz_maker *maker = calloc(1, sizeof(*maker));
    if (maker == NULL)
        return NULL;
    maker->state = plan->seed * 0x2545F4914F6CDD1Du + thread;
    maker->thread = thread;
    maker->names = names;
    maker->changing = plan->changing;
    maker->kernel = fuzz_ground(plan->x86)->kernel;
    fuzz_scan(plan->driver, note_code, maker);
    return maker;
}

void fuzz_maker_destroy(struct fuzz_maker *maker)
{
    free(maker);
}
