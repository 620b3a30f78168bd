/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Registers of a served client's threads, which drivers read and change (ps/context.h), and other
 * errands. A thread in a service tells the place where it waits for the answer; what is set there
 * it takes on when the answer has come, and whoever brings the old registers back later finds the
 * answer kept. One that is not in a service is interrupted by a signal and enters one; what it
 * tells are the interrupted registers.
 */
#include "servedp.h"

#include <string.h>

#include "errand.h"
#include "ke/usercontext.h"
#include "numbers.h"

/* In a frame of ServedRunErrands, which stays while the service is under way. */
struct served_landing {
    void *Jump[8];
    bool Set;           /* the thread's context is what it goes on with */
    volatile bool Left; /* it has: who comes here now was sent back */
    char Answer[offsetof(struct channel, context)];
};

static void ServedTellContext(struct served_thread *Thread, const struct served_landing *Landing)
{
    KE_USER_CONTEXT User = {.Bits = 8 * sizeof(void *)};

    if (Thread->interrupted != NULL)
        KeContextToUser(Thread->interrupted, &User);
    else if (Landing->Set)
        KeContextToUser(&Thread->context, &User);
    else
        KeJumpToUser(Landing->Jump, &User);
    memcpy(Thread->channel->context, &User, sizeof(User));
}

static void ServedChangeContext(struct served_thread *Thread, struct served_landing *Landing)
{
    KE_USER_CONTEXT User;

    memcpy(&User, Thread->channel->context, sizeof(User));
    if (Thread->interrupted != NULL) {
        KeUserToContext(&User, Thread->interrupted);
        return;
    }
    memset(&Thread->context, 0, sizeof(Thread->context));
    Thread->context.ContextFlags = CONTEXT_ALL;
    KeUserToContext(&User, &Thread->context);
    Landing->Set = true;
}

static int ServedRunErrand(struct channel *Channel, struct served_landing *Landing)
{
    switch (Channel->word[ERRAND_KIND]) {
    case ERRAND_GET_CONTEXT: ServedTellContext(ServedThis, Landing); return 0;
    case ERRAND_SET_CONTEXT: ServedChangeContext(ServedThis, Landing); return 0;
    default: return served_errand(Channel->word);
    }
}

/* All but whose turn it is. */
#define SERVED_KEPT offsetof(struct channel, service)

static __attribute__((noreturn)) void ServedGoOn(struct served_landing *Landing)
{
    struct served_thread *Thread = ServedThis;
    const NTSTATUS Status = Thread->channel->status;

    memcpy(Landing->Answer + SERVED_KEPT, (const char *)Thread->channel + SERVED_KEPT,
        sizeof(Landing->Answer) - SERVED_KEPT);
    Landing->Left = true;
    Thread->busy = false;
    while (atomic_load(&Thread->channel->wanted)) {
        Thread->interrupted = &Thread->context;
        ServedCome(Thread);
        Thread->interrupted = NULL;
    }
    KeGoOnAt(&Thread->context, Status);
}

static void ServedComeBack(const struct served_landing *Landing)
{
    struct served_thread *Thread = ServedThis;

    Thread->busy = true;
    memcpy((char *)Thread->channel + SERVED_KEPT, Landing->Answer + SERVED_KEPT,
        sizeof(Landing->Answer) - SERVED_KEPT);
}

static bool ServedRunEach(struct channel *Channel, struct served_landing *Landing)
{
    bool Answered = true;

    while (Answered && Channel->routine_count == CHANNEL_ERRAND) {
        Channel->status = ServedRunErrand(Channel, Landing);
        Answered = ServedPassAndWait(Channel, CHANNEL_DONE);
    }
    return Answered;
}

__attribute__((noinline)) bool ServedRunErrands(struct channel *Channel)
{
    struct served_landing Landing;

    Landing.Set = false;
    Landing.Left = false;
    KiSaveJump(Landing.Jump);
    if (Landing.Left) {
        ServedComeBack(&Landing);
        return true;
    }
    if (!ServedRunEach(Channel, &Landing))
        return false;
    if (Landing.Set)
        ServedGoOn(&Landing);
    return true;
}

/* ---- outside services ------------------------------------------------------------------------ */

void ServedCome(struct served_thread *Thread)
{
    static const LARGE_INTEGER NoTime;
    struct channel *Channel = Thread->channel;

    Thread->busy = true;
    atomic_store(&Channel->wanted, 0);
    Channel->word[0] = (uintptr_t)&NoTime;
    Channel->present = 2; /* the second argument of two, the first being FALSE */
    Channel->region_count = 0;
    if (ServedPassAndWait(Channel, SYS_NUMBER_DelayExecution) &&
        Channel->routine_count == CHANNEL_ERRAND)
        ServedRunErrands(Channel);
    Thread->busy = false;
}

/* On any thread, anywhere. One that is busy looks whether it is wanted when it no longer is. */
static bool ServedInterrupted(CONTEXT *Context)
{
    struct served_thread *Thread = ServedThis;

    if (Thread == NULL || Thread->busy || !atomic_load(&Thread->channel->wanted))
        return false;
    Thread->interrupted = Context;
    ServedCome(Thread);
    Thread->interrupted = NULL;
    return true;
}

void ServedInterruptWanted(const struct served_thread *Threads)
{
    if (host_interrupts_install(ServedInterrupted) != 0)
        return;
    for (; Threads != NULL; Threads = Threads->next) {
        if (atomic_load(&Threads->channel->wanted))
            host_thread_interrupt(Threads->host);
    }
}
