/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A machine that is explored. When all its threads wait it is stopped: each of them says where it
 * is on its way out of the kernel, and that is the finding.
 */
#include "vf/explore.h"

#include <stdio.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "kd/kd.h"
#include "ke/turns.h"
#include "vf/follow.h"
#include "vf/schedule.h"
#include "vf/vfp.h"

#define VFP_MOST_CHOICES 200000u /* that are kept of a run; who explores in order goes no further */
#define VFP_STACK_LIMIT 24u
#define VFP_TEXT_BYTES 3000u

static VF_SCHEDULE VfpSchedule;
static UCHAR VfpTrace[VFP_MOST_CHOICES];
static char VfpText[VFP_TEXT_BYTES]; /* of a finding about threads, as far as they have said where
                                        they are */

/* ---- where threads are ----------------------------------------------------------------------- */

static void VfpSay(const char *Format, ...) __attribute__((format(printf, 1, 2)));
static void VfpSay(const char *Format, ...)
{
    const SIZE_T Used = strlen(VfpText);
    va_list Arguments;
    va_start(Arguments, Format);
    vsnprintf(VfpText + Used, sizeof(VfpText) - Used, Format, Arguments);
    va_end(Arguments);
}

/* The frames of drivers; how many there are. */
static ULONG VfpSayStack(const ULONG_PTR *Frame, ULONG Count)
{
    ULONG Said = 0;
    for (ULONG Index = 0; Index < Count; Index++) {
        const LDR_IMAGE *Image = LdrFindImage(Frame[Index]);
        if (Image != NULL)
            VfpSay("\n  %02u %s+0x%lx", (unsigned)++Said, Image->Name,
                (unsigned long)(Frame[Index] - (ULONG_PTR)Image->Base));
    }
    return Said;
}

/* Each thread that leaves the stopped machine. */
static void VfpSayWhere(void)
{
    ULONG_PTR Frame[VFP_STACK_LIMIT];
    const ULONG Count = VfpWalkStack(Frame, VFP_STACK_LIMIT);
    ULONG Drivers = 0;
    for (ULONG Index = 0; Index < Count; Index++)
        Drivers += LdrFindImage(Frame[Index]) != NULL;
    if (Drivers == 0)
        return;
    VfpSay("\nthread %u waits, at IRQL %u:", host_turn_number(), KiGetIrql());
    VfpSayStack(Frame, Count);
}

/* ---- the end of what cannot go on ------------------------------------------------------------ */

static void VfpStuck(void *Context)
{
    static KI_PCR Boot;
    const BOOLEAN Attached = KeAttached();
    (void)Context;
    if (KiStopped)
        return;
    VfpText[0] = 0;
    if (!Attached)
        KeBindBootPcr(&Boot);
    KeLeavesStopped = VfpSayWhere;
    KiStopped = 1;
    KeStopThreads();
    KeLeavesStopped = NULL;
    if (Attached && KiHostThread->TrapFrame != NULL)
        VfpSayWhere();
    KdFinding(DOTSYS_FINDING_DEADLOCK, 0, "every thread waits, and nobody is left to wake one%s",
        VfpText);
    if (Attached && KiHostThread->TrapFrame != NULL)
        KeLeaveKernel(STATUS_HOST_DOWN);
    if (!Attached)
        KeBindBootPcr(NULL);
}

static unsigned VfpChoose(void *Context, const struct host_turn *Turn)
{
    return VfChoose(Context, Turn);
}

/* ---- from when on, and until when ------------------------------------------------------------ */

NTSTATUS VfExplore(const char *Schedule)
{
    const struct host_turns Turns = {VfpChoose, VfpStuck, &VfpSchedule};
    if (!VfParseSchedule(Schedule, &VfpSchedule))
        return STATUS_INVALID_PARAMETER;
    VfpSchedule.Trace = VfpTrace;
    VfpSchedule.TraceRoom = sizeof(VfpTrace);
    if (VfpSchedule.Follows && !VfpStartFollowing())
        return STATUS_INSUFFICIENT_RESOURCES;
    KeTakesTurns = TRUE;
    host_turns_begin(&Turns);
    return STATUS_SUCCESS;
}

void VfEndExploring(void)
{
    if (!KeTakesTurns)
        return;
    if (VfpSchedule.Follows)
        VfpStopFollowing();
    host_turns_end();
    KeTakesTurns = FALSE;
}

const UCHAR *VfGetTrace(ULONG *Count)
{
    *Count = VfpSchedule.Step < VfpSchedule.TraceRoom ? VfpSchedule.Step : VfpSchedule.TraceRoom;
    return VfpTrace;
}
