/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The limit of a request to another process: a turn passed there and back, in a channel as a client
 * has one, and nothing else done. Both sides wait as a client and a machine do.
 */
#include <err.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static struct channel_patience bench_patience(void)
{
    return channel_patience(host_processor_count() > 1 ? CHANNEL_SPINS : 0);
}

static void bench_be_partner(struct channel *channel, struct channel_patience patience)
{
    while (channel_wait_patiently(channel, CHANNEL_CLIENT, &patience, channel_sleep) ==
           CHANNEL_SERVER)
        channel_pass(channel, CHANNEL_SERVER, CHANNEL_CLIENT);
}

void bench_open_turn(struct bench_turn *turn, bool apart)
{
    turn->patience = bench_patience();
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
        bench_be_partner(turn->channel, turn->patience);
        _exit(0);
    }
}

void bench_repeat_turn(void *context, unsigned long count)
{
    struct bench_turn *turn = context;

    while (count-- > 0) {
        channel_pass(turn->channel, CHANNEL_CLIENT, CHANNEL_SERVER);
        channel_wait_patiently(turn->channel, CHANNEL_SERVER, &turn->patience, channel_sleep);
    }
}

void bench_close_turn(struct bench_turn *turn)
{
    atomic_store(&turn->channel->turn, CHANNEL_DEAD);
    channel_wake(&turn->channel->turn);
    waitpid(turn->partner, NULL, 0);
    munmap(turn->channel, CHANNEL_BYTES);
}
