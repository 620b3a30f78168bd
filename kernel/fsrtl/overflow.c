/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Work of a file system that has too little stack left: a worker's has enough. */
#include "fsrtl/wait.h"

typedef struct FSRTLP_OVERFLOW {
    WORK_QUEUE_ITEM Item;
    FSRTL_OVERFLOW_ROUTINE *Routine;
    void *Context;
    KEVENT *Event;
} FSRTLP_OVERFLOW;

static void NTAPI FsrtlpRunOverflow(void *Parameter)
{
    FSRTLP_OVERFLOW Work = *(FSRTLP_OVERFLOW *)Parameter;
    ExiFree(Parameter);
    Work.Routine(Work.Context, Work.Event);
}

/*
 * FsRtlPostStackOverflow, FsRtlPostPagingFileStackOverflow - call a routine on another stack, and
 * come back at once.
 *
 * Event:   the routine's second parameter, which it sets when it is done; the caller waits for it.
 * IRQL:    up to DISPATCH_LEVEL; the routine runs at PASSIVE_LEVEL
 * Returns: nothing; raises INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlPostStackOverflow, FsRtlPostPagingFileStackOverflow; INF that nothing is
 *          kept for paging files, of which there are none
 */
void NTAPI FsRtlPostStackOverflow(
    PVOID Context, KEVENT *Event, FSRTL_OVERFLOW_ROUTINE *StackOverflowRoutine)
{
    FSRTLP_OVERFLOW *Work = ExiAllocateZero(NonPagedPoolNx, sizeof(*Work), FSRTL_TAG, EX_CALLER);
    if (Work == NULL)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    Work->Routine = StackOverflowRoutine;
    Work->Context = Context;
    Work->Event = Event;
    Work->Item.WorkerRoutine = FsrtlpRunOverflow;
    Work->Item.Parameter = Work;
    ExQueueWorkItem(&Work->Item, CriticalWorkQueue);
}

void NTAPI FsRtlPostPagingFileStackOverflow(
    PVOID Context, KEVENT *Event, FSRTL_OVERFLOW_ROUTINE *StackOverflowRoutine)
{
    FsRtlPostStackOverflow(Context, Event, StackOverflowRoutine);
}
