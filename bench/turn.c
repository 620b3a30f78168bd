/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A turn passed to another process and back, and nothing else done. The plain one is the limit of a
 * request to another process: a word of shared memory, looked at and then slept at, and a wake with
 * each turn. The other is a channel's, as a client has one, whose sides also know whether anybody
 * sleeps, and when to look.
 */
#include <err.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static unsigned bench_spins(void)
{
    return host_processor_count() > 1 ? CHANNEL_SPINS : 0;
}

static uint32_t bench_wait_plainly(struct channel *channel, uint32_t turn, unsigned spins)
{
    uint32_t now;

    for (unsigned i = 0; i < spins; i++) {
        now = atomic_load_explicit(&channel->turn, memory_order_acquire);
        if (now != turn)
            return now;
        __builtin_ia32_pause();
    }
    while ((now = atomic_load(&channel->turn)) == turn)
        channel_sleep(&channel->turn, turn);
    return now;
}

static void bench_pass_plainly(struct channel *channel, uint32_t to)
{
    atomic_store(&channel->turn, to);
    channel_wake(&channel->turn);
}

static void bench_be_partner(struct bench_turn *turn)
{
    if (turn->plain) {
        while (bench_wait_plainly(turn->channel, CHANNEL_CLIENT, turn->patience.most) ==
            CHANNEL_SERVER)
            bench_pass_plainly(turn->channel, CHANNEL_CLIENT);
    } else {
        while (channel_wait_patiently(turn->channel, CHANNEL_CLIENT, &turn->patience) ==
            CHANNEL_SERVER)
            channel_pass(turn->channel, CHANNEL_SERVER, CHANNEL_CLIENT);
    }
}

void bench_open_turn(struct bench_turn *turn, bool plain, bool apart)
{
    turn->plain = plain;
    turn->patience = channel_patience(bench_spins());
    turn->channel = mmap(
        NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (turn->channel == MAP_FAILED)
        err(1, "mmap");
    turn->partner = fork();
    if (turn->partner < 0)
        err(1, "fork");
    if (turn->partner == 0) {
        if (apart)
            bench_pin(1);
        bench_be_partner(turn);
        _exit(0);
    }
}

void bench_repeat_turn(void *context, unsigned long count)
{
    struct bench_turn *turn = context;

    for (; turn->plain && count > 0; count--) {
        bench_pass_plainly(turn->channel, CHANNEL_SERVER);
        bench_wait_plainly(turn->channel, CHANNEL_SERVER, turn->patience.most);
    }
    for (; count > 0; count--) {
        channel_pass(turn->channel, CHANNEL_CLIENT, CHANNEL_SERVER);
        channel_wait_patiently(turn->channel, CHANNEL_SERVER, &turn->patience);
    }
}

void bench_close_turn(struct bench_turn *turn)
{
    atomic_store(&turn->channel->turn, CHANNEL_DEAD);
    channel_wake(&turn->channel->turn);
    waitpid(turn->partner, NULL, 0);
    munmap(turn->channel, CHANNEL_BYTES);
}
