/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Hard errors: what Windows tells or asks the user in a box. Nobody is there to answer: an
 * informational one goes to the machine's log, and for a request that failed with one the answer is
 * always Cancel, as where a thread wants no boxes. With each thread goes a device that has to be
 * verified, for file systems.
 */
#include "io/iop.h"

/* IoSetThreadHardErrorMode - whether the thread wants boxes; returns what it wanted before. IRQL:
 * any. Source: DOC ntifs; OBS. */
BOOLEAN NTAPI IoSetThreadHardErrorMode(BOOLEAN EnableHardErrors)
{
    ETHREAD *Thread = PsiCurrentThread();
    BOOLEAN Before = !Thread->HardErrorsAreDisabled;
    Thread->HardErrorsAreDisabled = !EnableHardErrors;
    return Before;
}

/* PsGetThreadHardErrorsAreDisabled - of any thread. IRQL: any. Source: INF from its name; OBS
 * tests/kernel/io. */
BOOLEAN NTAPI PsGetThreadHardErrorsAreDisabled(ETHREAD *Thread)
{
    return Thread->HardErrorsAreDisabled;
}

/* PsSetThreadHardErrorsAreDisabled - for any thread. IRQL: any. Source: INF from its name; OBS
 * tests/kernel/io. */
void NTAPI PsSetThreadHardErrorsAreDisabled(ETHREAD *Thread, BOOLEAN HardErrorsAreDisabled)
{
    Thread->HardErrorsAreDisabled = HardErrorsAreDisabled != FALSE;
}

/*
 * IoRaiseHardError - ask the user what to do about a request that failed. The answer is Cancel: it
 * is completed as it is.
 * Irp: with the status in IoStatus; no longer the caller's. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs/IoRaiseHardError; INF that nobody answers; OBS
 * tests/kernel/io/IoRaiseHardError.c
 */
void NTAPI IoRaiseHardError(IRP *Irp, VPB *Vpb, DEVICE_OBJECT *RealDeviceObject)
{
    (void)Vpb;
    (void)RealDeviceObject;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_DISK_INCREMENT);
}

/*
 * IoRaiseInformationalHardError - tell the user something.
 * String: what the message names, optional. Thread: optional.
 * IRQL: up to APC_LEVEL. Returns: FALSE when Thread, or the calling one, wants no boxes; else TRUE,
 * it is in the log.
 * Source: DOC ntifs/IoRaiseInformationalHardError; OBS tests/kernel/io/IoRaiseHardError.c
 */
BOOLEAN NTAPI IoRaiseInformationalHardError(
    NTSTATUS ErrorStatus, UNICODE_STRING *String, KTHREAD *Thread)
{
    const ETHREAD *Told = Thread != NULL ? (const ETHREAD *)Thread : PsiCurrentThread();
    char Text[512] = "";
    if (Told->HardErrorsAreDisabled)
        return FALSE;
    if (String != NULL)
        RtlpToUtf8(String, Text, sizeof(Text));
    KdLog(
        "system", "hard error 0x%08X%s%s\n", (unsigned)ErrorStatus, Text[0] != 0 ? ": " : "", Text);
    return TRUE;
}

/*
 * IoSetHardErrorOrVerifyDevice - the device that a request failed for: for the thread that issued
 * it to verify.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS tests/kernel/io/IoRaiseHardError.c
 */
void NTAPI IoSetHardErrorOrVerifyDevice(IRP *Irp, DEVICE_OBJECT *DeviceObject)
{
    IoSetDeviceToVerify((ETHREAD *)Irp->Tail.Overlay.Thread, DeviceObject);
}

/* IoGetDeviceToVerify, IoSetDeviceToVerify - of a thread. IRQL: any. Source: DOC ntifs; OBS
 * tests/kernel/io. */
DEVICE_OBJECT *NTAPI IoGetDeviceToVerify(ETHREAD *Thread)
{
    return Thread->DeviceToVerify;
}

void NTAPI IoSetDeviceToVerify(ETHREAD *Thread, DEVICE_OBJECT *DeviceObject)
{
    if (Thread != NULL)
        Thread->DeviceToVerify = DeviceObject;
}
