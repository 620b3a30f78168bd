/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How a client's thread and the thread that stands for it in the machine's process speak: through a page of memory they share.
 * The client makes it, sealed against shrinking, and sends its descriptor over the client's session, which is a connection to
 * the machine's socket (control.h, CONTROL_CLIENT). One side works at a time: whose turn it is, is a futex both know. Arguments
 * that are pointers mean the client's memory; the machine reads and writes it there.
 *
 * The session's end is the client's: Linux closes it whatever becomes of the process. A channel that is dead stays so.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define CHANNEL_BYTES 4096u
#define CHANNEL_ARGUMENTS 12u
#define CHANNEL_ROUTINES 16u
#define CHANNEL_SPINS 2000u /* looks at the turn before sleeping, where there is more than one processor */

enum channel_turn {
    CHANNEL_CLIENT, /* runs its own code, or has its answer */
    CHANNEL_SERVER, /* has a request */
    CHANNEL_DEAD,   /* the other side is gone */
};

/* In place of a service's number. */
#define CHANNEL_MORE 0x80000000u /* the rest of the routines of the answer before */
#define CHANNEL_LEAVE 0x80000001u /* the thread ends; there is no answer */

/* A user APC's routine, for the client to call before it returns from the service. */
struct channel_routine {
    uint64_t routine, argument[3];
};

/*
 * A part of the client's memory that a request means and that is small: what is there now comes along in the channel's data,
 * and what the machine writes goes back in it, so that nobody has to reach into the other process.
 */
struct channel_region {
    uint64_t address;
    uint32_t bytes;
    uint32_t offset;  /* in data */
    uint32_t writable;
    uint32_t begin, end; /* in an answer: which of its bytes were written */
    uint32_t unused;
};

#define CHANNEL_REGIONS 4u
#define CHANNEL_DATA 2048u

struct channel {
    _Atomic uint32_t turn;
    uint32_t service;
    uint64_t argument[CHANNEL_ARGUMENTS];
    int32_t status;
    uint32_t routine_count;
    uint32_t more; /* 1: there are routines that had no room */
    uint32_t unused;
    struct channel_routine routine[CHANNEL_ROUTINES];
    uint32_t region_count, unused2;
    struct channel_region region[CHANNEL_REGIONS];
    uint8_t data[CHANNEL_DATA];
};
_Static_assert(sizeof(struct channel) <= CHANNEL_BYTES, "a channel is one page");

/* Waits while it is this one's turn; returns whose it is. spins: before sleeping. */
static inline uint32_t channel_wait(struct channel *channel, uint32_t turn, unsigned spins,
    void (*sleep)(_Atomic uint32_t *word, uint32_t expected))
{
    uint32_t now;

    for (unsigned i = 0; i < spins; i++) {
        now = atomic_load_explicit(&channel->turn, memory_order_acquire);
        if (now != turn)
            return now;
        __builtin_ia32_pause();
    }
    while ((now = atomic_load_explicit(&channel->turn, memory_order_acquire)) == turn)
        sleep(&channel->turn, turn);
    return now;
}

/* Futexes on memory two processes share. */
void channel_sleep(_Atomic uint32_t *word, uint32_t expected);
void channel_wake(_Atomic uint32_t *word);

/* Gives the turn to the other side, unless the channel is dead. False: it is. */
static inline bool channel_pass(struct channel *channel, uint32_t from, uint32_t to)
{
    uint32_t expected = from;

    if (!atomic_compare_exchange_strong_explicit(
            &channel->turn, &expected, to, memory_order_acq_rel, memory_order_acquire))
        return false;
    channel_wake(&channel->turn);
    return true;
}

/* Sends a channel's descriptor over a session; receives one: -1: the session has ended. */
bool channel_send(int session, int file);
int channel_receive(int session);
