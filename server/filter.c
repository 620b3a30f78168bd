/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See filter.h. */
#include "server/filter.h"

#include <errno.h>
#include <linux/seccomp.h>

#define X32_NUMBERS 0x40000000u

struct maker {
    struct sock_filter *program;
    size_t count;
};

static void add(struct maker *maker, uint16_t code, uint8_t yes, uint8_t no, uint32_t value)
{
    maker->program[maker->count++] = (struct sock_filter){code, yes, no, value};
}

static void load(struct maker *maker, size_t offset)
{
    add(maker, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void load_argument(struct maker *maker, unsigned argument, unsigned word)
{
    load(maker,
        offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t) +
            word * sizeof(uint32_t));
}

/* Jumps of the program are forwards; counts of instructions to pass over. */
static void jump(struct maker *maker, uint16_t test, uint32_t value, uint8_t yes, uint8_t no)
{
    add(maker, BPF_JMP | BPF_K | test, yes, no, value);
}

static void give(struct maker *maker, uint32_t action)
{
    add(maker, BPF_RET | BPF_K, 0, 0, action);
}

static uint32_t asked(const struct filter_options *options)
{
    return options->answered ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ERRNO | EPERM;
}

static uint32_t action_of(const struct filter_row *row, const struct filter_options *options)
{
    switch ((enum filter_verdict)row->verdict) {
    case FREE:
    case OURS:
        return SECCOMP_RET_ALLOW;
    case ASKED:
        return options->answered ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW;
    case CLIENTS:
        if (options->clients == FILTER_CLIENTS_ASKED)
            return options->answered ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW;
        return options->clients == FILTER_CLIENTS_FREE ? SECCOMP_RET_ALLOW : asked(options);
    case MISSING:
        return SECCOMP_RET_ERRNO | ENOSYS;
    default:
        return asked(options);
    }
}

/* With the call's number loaded, before and after. */
static void add_row(
    struct maker *maker, const struct filter_row *row, const struct filter_options *options)
{
    const uint32_t action = action_of(row, options);
    const size_t head = maker->count;
    const uint32_t value = row->test == IS_SELF ? options->process : row->value;

    jump(maker, BPF_JEQ, row->number, 0, 0); /* how much to pass over is known at the end */
    if (row->test != ALWAYS)
        load_argument(maker, row->argument, 0);
    switch ((enum filter_test)row->test) {
    case ALWAYS:
        break;
    case IS:
    case IS_SELF:
        jump(maker, BPF_JEQ, value, 0, 1);
        break;
    case HAS_BITS:
        add(maker, BPF_ALU | BPF_AND | BPF_K, 0, 0, value);
        jump(maker, BPF_JEQ, value, 0, 1);
        break;
    case IS_NULL:
        jump(maker, BPF_JEQ, 0, 0, 3);
        load_argument(maker, row->argument, 1);
        jump(maker, BPF_JEQ, 0, 0, 1);
        break;
    }
    give(maker, action);
    if (row->test != ALWAYS)
        load(maker, offsetof(struct seccomp_data, nr));
    maker->program[head].jf = (uint8_t)(maker->count - head - 1);
}

static void add_rows(struct maker *maker, const struct filter_table *table,
    const struct filter_options *options, bool of_drivers)
{
    for (size_t i = 0; i < table->count; i++) {
        if ((table->rows[i].verdict == FREE) == of_drivers && table->rows[i].verdict != REFUSED)
            add_row(maker, &table->rows[i], options);
    }
}

/* Calls from the system range trap. */
static void add_range(
    struct maker *maker, const struct filter_table *table, const struct filter_options *options)
{
    const unsigned shift = table->bits - 32;
    const uint64_t end = options->driver_base + options->driver_bytes;

    load(maker, offsetof(struct seccomp_data, instruction_pointer) + shift / 8);
    jump(maker, BPF_JGE, (uint32_t)(options->driver_base >> shift), 0, 2);
    jump(maker, BPF_JGE, (uint32_t)(end >> shift), 1, 0);
    give(maker, SECCOMP_RET_TRAP);
    load(maker, offsetof(struct seccomp_data, nr));
}

size_t filter_make(const struct filter_table *table, const struct filter_options *options,
    struct sock_filter program[FILTER_LIMIT])
{
    struct maker maker = {.program = program};

    load(&maker, offsetof(struct seccomp_data, arch));
    jump(&maker, BPF_JEQ, table->architecture, 1, 0);
    give(&maker, SECCOMP_RET_TRAP);
    load(&maker, offsetof(struct seccomp_data, nr));
    jump(&maker, BPF_JGE, X32_NUMBERS, 0, 1);
    give(&maker, SECCOMP_RET_TRAP);
    add_rows(&maker, table, options, true);
    add_range(&maker, table, options);
    add_rows(&maker, table, options, false);
    give(&maker, asked(options));
    return maker.count;
}

const char *filter_name(const struct filter_table *table, int number)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].number == number)
            return table->rows[i].name;
    }
    return NULL;
}
