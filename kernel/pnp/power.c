/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The system's power states, and the device tree on the way to them and back, in the order of
 * powerorder.c; going down devices whose drivers may be paged out are told before the others, and
 * coming back after them. Each is waited for, so that no two devices draw power at once, which is
 * more than DO_POWER_INRUSH asks for. What state a device itself goes to its drivers decide, who
 * ask for it with PoRequestPowerIrp. A machine that is asleep wakes at once.
 */
#include "ke/zw.h"
#include "ob/callback.h"
#include "pnp/pnpp.h"
#include "po/po.h"
#include "se/se.h"

#define PNPP_CRITICAL 0x80000000u /* POWER_ACTION_CRITICAL: nobody is asked */
#define PNPP_STATE_LOCK 3         /* PO_CB_SYSTEM_STATE_LOCK */

typedef struct PNPP_TRANSITION {
    PO_SYSTEM_CHANGE Change;
    UCHAR Minor;
    BOOLEAN Pagable; /* of this pass */
    BOOLEAN Ask;
    NTSTATUS Status;
} PNPP_TRANSITION;

/* FALSE: it objects. */
static BOOLEAN PnppSendPower(PNPP_NODE *Node, void *Context)
{
    PNPP_TRANSITION *Transition = Context;
    const BOOLEAN Query = Transition->Minor == IRP_MN_QUERY_POWER;
    if (Node->Pdo == NULL || Node->State != PNPP_STARTED || Node->Pagable != Transition->Pagable)
        return TRUE;
    NTSTATUS Status = PoiSendSystemPower(Node->Pdo, Transition->Minor, &Transition->Change,
        Query || Transition->Pagable ? PASSIVE_LEVEL : DISPATCH_LEVEL);
    if (NT_SUCCESS(Status) || Status == STATUS_NOT_SUPPORTED || !Query)
        return TRUE;
    char Path[300];
    RtlpToUtf8(&Node->Path, Path, sizeof(Path));
    KdLog("pnp", "%s: its driver objects to a sleep of the system", Path);
    Transition->Status = Status;
    return FALSE;
}

/* Twice through the tree. */
static BOOLEAN PnppWalkDown(PNPP_TRANSITION *Transition, UCHAR Minor)
{
    PnppFindPagable();
    Transition->Minor = Minor;
    Transition->Pagable = TRUE;
    if (!PnppPowerDown(PnppSendPower, Transition))
        return FALSE;
    Transition->Pagable = FALSE;
    return PnppPowerDown(PnppSendPower, Transition);
}

/* Whoever objected, or was not even asked, hears of it, too. */
static void PnppWake(PNPP_TRANSITION *Transition)
{
    Transition->Change.From = Transition->Change.To;
    Transition->Change.To = PowerSystemWorking;
    Transition->Minor = IRP_MN_SET_POWER;
    Transition->Pagable = FALSE;
    PnppPowerUp(PnppSendPower, Transition);
    Transition->Pagable = TRUE;
    PnppPowerUp(PnppSendPower, Transition);
}

/* \Callback\PowerState: the system leaves S0, or is back. */
static void PnppTellState(ULONG_PTR Working)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Callback\\PowerState");
    OBJECT_ATTRIBUTES Attributes;
    CALLBACK_OBJECT *Callback;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ExCreateCallback(&Callback, &Attributes, FALSE, TRUE)))
        return;
    ExNotifyCallback(Callback, (void *)(ULONG_PTR)PNPP_STATE_LOCK, (void *)Working);
    ObfDereferenceObject(Callback);
}

static NTSTATUS PnppSleep(void *Context)
{
    PNPP_TRANSITION *Transition = Context;
    PnppAcquire();
    PnppTellState(0);
    PnppFindPagable(); /* for those that are woken without having been put to sleep */
    if (!Transition->Ask || PnppWalkDown(Transition, IRP_MN_QUERY_POWER))
        PnppWalkDown(Transition, IRP_MN_SET_POWER);
    PnppWake(Transition);
    PnppTellState(1);
    PnppRelease();
    return Transition->Status;
}

static NTSTATUS PnppPowerOff(void *Context)
{
    PNPP_TRANSITION Transition = {
        .Change = {PowerSystemWorking, PowerSystemShutdown, PowerActionShutdownOff}};
    (void)Context;
    PnppAcquire();
    PnppTellState(0);
    PnppWalkDown(&Transition, IRP_MN_SET_POWER);
    PnppRelease();
    return STATUS_SUCCESS;
}

void PnpPowerOff(void)
{
    IoiRunAsSystem(PnppPowerOff, NULL);
}

/*
 * NtInitiatePowerAction, ZwInitiatePowerAction - put the system to sleep; it wakes at once, and
 * this returns when it has.
 *
 * SystemAction: PowerActionSleep, PowerActionHibernate. MinSystemState: PowerSystemSleeping1 to 3
 *               for sleep: the state. Flags: POWER_ACTION_CRITICAL: drivers are not asked.
 *               Asynchronous makes no difference.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: no SeShutdownPrivilege; INVALID_PARAMETER: another action
 *          or state; NOT_SUPPORTED: to go down, which is for whoever has the machine;
 *          ALREADY_COMMITTED: from a power request of another transition; or what a driver objected
 *          with. All INF.
 * Source:  INF, undocumented but for SetSuspendState; tests/kernel/pnp/ZwInitiatePowerAction.c,
 *          tests/e2e/pnp_power
 */
NTSTATUS NTAPI NtInitiatePowerAction(
    ULONG SystemAction, ULONG MinSystemState, ULONG Flags, BOOLEAN Asynchronous)
{
    PNPP_TRANSITION Transition = {
        .Change = {PowerSystemWorking, PowerSystemHibernate, (POWER_ACTION)SystemAction},
        .Ask = (Flags & PNPP_CRITICAL) == 0};
    (void)Asynchronous;
    if (!SeSinglePrivilegeCheck(SeExports->SeShutdownPrivilege, KiPreviousMode()))
        return STATUS_PRIVILEGE_NOT_HELD;
    if (SystemAction >= PowerActionShutdown && SystemAction <= PowerActionShutdownOff)
        return STATUS_NOT_SUPPORTED;
    if (SystemAction != PowerActionSleep && SystemAction != PowerActionHibernate)
        return STATUS_INVALID_PARAMETER;
    if (SystemAction == PowerActionSleep) {
        if (MinSystemState < PowerSystemSleeping1 || MinSystemState > PowerSystemSleeping3)
            return STATUS_INVALID_PARAMETER;
        Transition.Change.To = (SYSTEM_POWER_STATE)MinSystemState;
    }
    if (PnppOwned())
        return STATUS_ALREADY_COMMITTED;
    return IoiRunAsSystem(PnppSleep, &Transition);
}

NTSTATUS NTAPI ZwInitiatePowerAction(
    ULONG SystemAction, ULONG MinSystemState, ULONG Flags, BOOLEAN Asynchronous)
{
    return ZW_CALL(InitiatePowerAction, (SystemAction, MinSystemState, Flags, Asynchronous));
}
