/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See ddi.h. With VF_DDI: routines that are for DISPATCH_LEVEL and not for less (IrqlDispatch),
 * dispatch routines that return at another IRQL (IrqlReturn). With VF_DDI_MORE: regions and spin
 * locks in pairs, the latter by what deadlock.c knows of them. Source: DOC devtest, the rules'
 * pages.
 */
#include "vf/ddi.h"

#include "io/io.h"
#include "ke/devicequeue.h"
#include "vf/deadlock.h"

/* ---- Routines for DISPATCH_LEVEL only ------------------------------------------------------- */

static void VfpCheckAtDispatch(const void *Object, ULONG_PTR Site, const char *Routine)
{
    if (VfIsOn(VF_DDI) && KiGetIrql() != DISPATCH_LEVEL)
        VfpStopRule(0x20003, "IrqlDispatch", Object, Site,
            "%s was called at IRQL %u; it may be called at DISPATCH_LEVEL only", Routine,
            KiGetIrql());
}

static BOOLEAN NTAPI VfKeInsertDeviceQueue(KDEVICE_QUEUE *Queue, KDEVICE_QUEUE_ENTRY *Entry)
{
    VfpCheckAtDispatch(Queue, VF_CALLER, "KeInsertDeviceQueue");
    return KeInsertDeviceQueue(Queue, Entry);
}

static BOOLEAN NTAPI VfKeInsertByKeyDeviceQueue(
    KDEVICE_QUEUE *Queue, KDEVICE_QUEUE_ENTRY *Entry, ULONG SortKey)
{
    VfpCheckAtDispatch(Queue, VF_CALLER, "KeInsertByKeyDeviceQueue");
    return KeInsertByKeyDeviceQueue(Queue, Entry, SortKey);
}

static KDEVICE_QUEUE_ENTRY *NTAPI VfKeRemoveDeviceQueue(KDEVICE_QUEUE *Queue)
{
    VfpCheckAtDispatch(Queue, VF_CALLER, "KeRemoveDeviceQueue");
    return KeRemoveDeviceQueue(Queue);
}

static KDEVICE_QUEUE_ENTRY *NTAPI VfKeRemoveByKeyDeviceQueue(KDEVICE_QUEUE *Queue, ULONG SortKey)
{
    VfpCheckAtDispatch(Queue, VF_CALLER, "KeRemoveByKeyDeviceQueue");
    return KeRemoveByKeyDeviceQueue(Queue, SortKey);
}

static void NTAPI VfIoStartNextPacket(DEVICE_OBJECT *DeviceObject, BOOLEAN Cancelable)
{
    VfpCheckAtDispatch(DeviceObject, VF_CALLER, "IoStartNextPacket");
    IoStartNextPacket(DeviceObject, Cancelable);
}

/* ---- Guarded regions ------------------------------------------------------------------------ */

static void NTAPI VfKeLeaveGuardedRegion(void)
{
    if (KiCurrentThread()->SpecialApcDisable == 0)
        VfpStopRule(0x4000E, "GuardedRegions", 0, VF_CALLER,
            "KeLeaveGuardedRegion was called by a thread that is in no guarded region");
    KeLeaveGuardedRegion();
}

/* ---- Dispatch routines ---------------------------------------------------------------------- */

void VfpNoteEntry(VFP_ENTRY *Entry)
{
    const KTHREAD *Thread = KiCurrentThread();
    *Entry = (VFP_ENTRY){
        KiGetIrql(), Thread->KernelApcDisable, Thread->SpecialApcDisable, VfpSpinLocksHeld()};
}

void VfpCheckEntry(const VFP_ENTRY *Entry, const void *Routine)
{
    const KTHREAD *Thread = KiCurrentThread();
    if (VfIsOn(VF_DDI_MORE) && VfpSpinLocksHeld() > Entry->SpinLocks)
        VfpSpinLockLeft((ULONG_PTR)Routine);
    if (VfIsOn(VF_DDI) && KiGetIrql() != Entry->Irql)
        VfpStopRule(0x2001D, "IrqlReturn", Routine, Routine,
            "a dispatch routine was called at IRQL %u and returned at IRQL %u", Entry->Irql,
            KiGetIrql());
    if (VfIsOn(VF_DDI_MORE) && Thread->KernelApcDisable != Entry->KernelApcDisable)
        VfpStopRule(0x40003, "CriticalRegions", Routine, Routine,
            "a dispatch routine changed the count of critical regions from %d to %d",
            (int)Entry->KernelApcDisable, (int)Thread->KernelApcDisable);
    if (VfIsOn(VF_DDI_MORE) && Thread->SpecialApcDisable != Entry->SpecialApcDisable)
        VfpStopRule(0x4000E, "GuardedRegions", Routine, Routine,
            "a dispatch routine changed the count of guarded regions from %d to %d",
            (int)Entry->SpecialApcDisable, (int)Thread->SpecialApcDisable);
}

const LDR_REPLACEMENT VfpDdiTable[] = {
    VF_REPLACE_CHECKING_IRQL(KeInsertDeviceQueue, VF_DDI),
    VF_REPLACE_CHECKING_IRQL(KeInsertByKeyDeviceQueue, VF_DDI),
    VF_REPLACE_CHECKING_IRQL(KeRemoveDeviceQueue, VF_DDI),
    VF_REPLACE_CHECKING_IRQL(KeRemoveByKeyDeviceQueue, VF_DDI),
    VF_REPLACE_CHECKING_IRQL(IoStartNextPacket, VF_DDI),
    VF_REPLACE(KeLeaveGuardedRegion, VF_DDI_MORE),
    VF_REPLACE_END,
};
