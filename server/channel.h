/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How a client's thread and the thread that stands for it in the machine's process speak: through a
 * page of memory they share. The client makes it, sealed against shrinking, and sends its
 * descriptor over the client's session, which is a connection to the machine's socket (control.h,
 * CONTROL_CLIENT). One side works at a time: whose turn it is, is a futex both know. Arguments that
 * are pointers mean the client's memory; the machine reads and writes it there.
 *
 * The session's end is the client's: Linux closes it whatever becomes of the process. A channel
 * that is dead stays so.
 */
#pragma once

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_BYTES 4096u
#define CHANNEL_REVISION 4u /* of what is below: both sides must have the same */
#define CHANNEL_ARGUMENTS 12u
#define CHANNEL_ROUTINES 16u
/* looks at the turn before sleeping, where there is more than one processor */
#define CHANNEL_SPINS 2000u

enum channel_turn {
    CHANNEL_CLIENT, /* runs its own code, or has its answer */
    CHANNEL_SERVER, /* has a request */
    CHANNEL_DEAD,   /* the other side is gone */
};

#define CHANNEL_ASLEEP 0x80000000u /* with the turn: who waits for it sleeps, and is to be woken */

/* In place of a service's number. */
#define CHANNEL_MORE 0x80000000u /* the rest of the routines of the answer before */
#define CHANNEL_LEAVE 0x80000001u /* the thread ends; there is no answer */
#define CHANNEL_DONE 0x80000002u /* the errand is: status is 0 or an errno */

/*
 * In place of the number of routines: no answer yet, but something only the client can do with its
 * memory while the service is under way. The arguments say what; it passes the turn back with
 * CHANNEL_DONE. A file is named by the machine's process and the number of the descriptor there,
 * for the client to open by itself, as far as its user may.
 */
#define CHANNEL_ERRAND 0xFFFFFFFFu
enum channel_errand {
    ERRAND_MAP,
    ERRAND_UNMAP,
    ERRAND_PROTECT,
    ERRAND_DISCARD,
    ERRAND_FLUSH,
    ERRAND_GET_CONTEXT, /* the thread's registers, as they will be when the service has returned */
    ERRAND_SET_CONTEXT,
};
enum channel_errand_argument {
    ERRAND_KIND,
    ERRAND_ADDRESS,
    ERRAND_BYTES,
    ERRAND_PROTECTION, /* 1 read, 2 write, 4 execute */
    ERRAND_FILE,       /* plus one; 0: memory of its own */
    ERRAND_OFFSET,
    ERRAND_SHARED,
    ERRAND_PROCESS,
};

/* A user APC's routine, for the client to call before it returns from the service. */
struct channel_routine {
    uint64_t routine, argument[3];
};

/*
 * A part of the client's memory that an argument points to and that is small, so that nobody has to
 * reach into the other process for it. Either the machine only reads it: then what is there comes
 * along; or it only writes there: then what it wrote goes back.
 */
#define CHANNEL_REGION_BYTES 16u
#define CHANNEL_REGIONS 2u /* a status block and an offset */
enum channel_region_use { CHANNEL_READ, CHANNEL_WRITTEN };
struct channel_region {
    uint8_t argument : 4; /* which */
    uint8_t use : 4;
    uint8_t bytes;
};
/* In an answer: those of its bytes from begin on, before end, were written. */
struct channel_written {
    uint8_t begin, end;
};

enum channel_block {
    CHANNEL_PEB,
    CHANNEL_WOW64_PEB,
    CHANNEL_IMAGE_BASE,
    CHANNEL_TEB,
    CHANNEL_BLOCKS
};

/* A thread's registers outside its services: ke/usercontext.h, which is the same. */
#define CHANNEL_CONTEXT_BYTES 656u

#define CHANNEL_REGION_WORDS (CHANNEL_REGION_BYTES / 8)
#define CHANNEL_WORDS (CHANNEL_ARGUMENTS + CHANNEL_REGIONS * CHANNEL_REGION_WORDS)

/*
 * A cache line takes as long from one processor to another as a good part of a request does. A
 * request's words are therefore its arguments that are not zero, in order, and behind them what is
 * in the regions that are read: a control request without buffers is the first line and no other,
 * and so is its answer. An answer's words are what was written in the regions, two words each, by
 * their places in the request; an errand's are those of channel_errand_argument.
 */
struct channel {
    _Atomic uint32_t turn;
    uint32_t service;
    int32_t status;
    uint32_t routine_count;
    uint16_t present; /* mask of the arguments that are not zero */
    uint8_t region_count;
    uint8_t more; /* 1: there are routines that had no room */
    union {
        struct channel_region region[CHANNEL_REGIONS];
        struct channel_written written[CHANNEL_REGIONS];
    };
    uint64_t word[CHANNEL_WORDS];
    struct channel_routine routine[CHANNEL_ROUTINES];
    /* Said once, when the channel is made: */
    uint64_t block[CHANNEL_BLOCKS]; /* where the client has what drivers read of it and its thread
                                     */
    uint32_t thread;                /* the client's thread, its number for Linux */
    /* Other threads of the machine say so, and send a byte over the session: the thread is to come
     * with any service. */
    _Atomic uint32_t wanted;
    uint64_t context[CHANNEL_CONTEXT_BYTES / 8];
};
#define CHANNEL_LINE_WORDS 5u /* of the first line */
_Static_assert(sizeof(struct channel) <= CHANNEL_BYTES, "a channel is one page");
/* The two processes may differ in word size. */
_Static_assert(sizeof(struct channel_routine) == 32 && sizeof(struct channel_region) == 2 &&
        sizeof(struct channel) == 704 + CHANNEL_CONTEXT_BYTES &&
        offsetof(struct channel, region) == 20 &&
        offsetof(struct channel, word) == 24 &&
        offsetof(struct channel, word[CHANNEL_LINE_WORDS]) == 64 &&
        offsetof(struct channel, routine) == 152 && offsetof(struct channel, block) == 664 &&
        offsetof(struct channel, context) == 704,
    "the same for 32 and 64 bits");

/* Futexes on memory two processes share. */
void channel_sleep(_Atomic uint32_t *word, uint32_t expected);
void channel_wake(_Atomic uint32_t *word);

/* Sleeps while it is this one's turn; returns whose it is then. */
static inline uint32_t channel_wait(struct channel *channel, uint32_t turn)
{
    for (;;) {
        uint32_t now = atomic_load_explicit(&channel->turn, memory_order_acquire);
        if ((now & ~CHANNEL_ASLEEP) != turn)
            return now & ~CHANNEL_ASLEEP;
        if (now == turn &&
            !atomic_compare_exchange_strong(&channel->turn, &now, turn | CHANNEL_ASLEEP))
            continue;
        channel_sleep(&channel->turn, turn | CHANNEL_ASLEEP);
    }
}

/*
 * How long one side looks at the turn before it sleeps: as long as that has been worth it. Where
 * others want the processors, or requests take their time, it is not, and whoever looks keeps the
 * other side from running. And how long it does not even look at first: whoever looks takes a copy
 * of the line from the other side, which has to fetch it back before it can write to it. That is
 * about as long as answers have been taking, so that the first look or the one after it finds them.
 */
struct channel_patience {
    unsigned most;  /* looks; 0: there is one processor */
    unsigned spins; /* now */
    unsigned quiet; /* pauses before the first */
    unsigned waits; /* since the last long look, while short ones are the rule */
    unsigned luck;  /* answers that came while looking */
};

#define CHANNEL_QUIET 24u     /* the most: about what a short service takes */
#define CHANNEL_TRY_AGAIN 64u /* waits after which a long look is tried once more */
/* answers after which others that want the processor have a turn: two that never sleep keep it else
 * */
#define CHANNEL_LUCK 128u

static inline struct channel_patience channel_patience(unsigned most)
{
    return (struct channel_patience){.most = most, .spins = most};
}

/* The turn came at this look, one of so many: what that says of the next time. */
static inline void channel_learn(struct channel_patience *patience, unsigned look, unsigned spins)
{
    const unsigned quiet = look == 0 ? patience->quiet - (patience->quiet != 0)
                                     : patience->quiet + (look + 3) / 4;

    patience->quiet = quiet < CHANNEL_QUIET ? quiet : CHANNEL_QUIET;
    patience->spins = spins > patience->most / 2 ? patience->most : spins * 2;
    if (++patience->luck % CHANNEL_LUCK == 0)
        sched_yield();
}

/* channel_wait, with as much patience as has paid. */
static inline uint32_t channel_wait_patiently(
    struct channel *channel, uint32_t turn, struct channel_patience *patience)
{
    const bool again = patience->spins < patience->most && ++patience->waits >= CHANNEL_TRY_AGAIN;
    const unsigned spins = again ? patience->most : patience->spins;

    for (unsigned i = 0; spins != 0 && i < patience->quiet; i++)
        __builtin_ia32_pause();
    for (unsigned i = 0; i < spins; i++) {
        uint32_t now = atomic_load_explicit(&channel->turn, memory_order_acquire);
        if (now != turn) {
            __asm__ volatile("prefetchw %0" : : "m"(channel->turn)); /* we write next */
            channel_learn(patience, i, spins);
            return now & ~CHANNEL_ASLEEP;
        }
        /* Have a longer request's second line come along with the turn, and not only when that has
         * been seen. */
        __builtin_prefetch(&channel->word[CHANNEL_LINE_WORDS]);
        __builtin_ia32_pause();
    }
    patience->spins = again ? 0 : spins / 4;
    patience->waits = again ? 0 : patience->waits;
    return channel_wait(channel, turn);
}

/* Gives the turn to the other side, unless the channel is dead. False: it is. */
static inline bool channel_pass(struct channel *channel, uint32_t from, uint32_t to)
{
    uint32_t now = from;

    while (!atomic_compare_exchange_strong_explicit(
        &channel->turn, &now, to, memory_order_acq_rel, memory_order_acquire)) {
        if (now != (from | CHANNEL_ASLEEP))
            return false;
    }
    if (now & CHANNEL_ASLEEP)
        channel_wake(&channel->turn);
    return true;
}

/* Sends a channel's descriptor over a session; receives one: -1: the session has ended. */
bool channel_send(int session, int file);
int channel_receive(int session);
