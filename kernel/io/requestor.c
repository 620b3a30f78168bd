/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who a request is for and what it runs on: the process that sent it, its bitness, whether it is
 * waited for, the current thread's stack and top-level request.
 */
#include "io/iop.h"

/*
 * IoGetRequestorProcess - the process of the thread that issued Irp, not referenced.
 * IRQL: up to DISPATCH_LEVEL. NULL: the IRP has no thread. Source: DOC ntifs/IoGetRequestorProcess.
 */
EPROCESS *NTAPI IoGetRequestorProcess(IRP *Irp)
{
    const ETHREAD *Thread = (const ETHREAD *)Irp->Tail.Overlay.Thread;
    return Thread != NULL ? Thread->Process : NULL;
}

/*
 * IoGetRequestorProcessId - its identifier.
 * IRQL: up to DISPATCH_LEVEL. 0: the IRP has no thread. Source: DOC ntifs/IoGetRequestorProcessId.
 */
ULONG NTAPI IoGetRequestorProcessId(IRP *Irp)
{
    const EPROCESS *Process = IoGetRequestorProcess(Irp);
    return Process != NULL ? (ULONG)(ULONG_PTR)Process->UniqueProcessId : 0;
}

/*
 * IoIs32bitProcess - whether the request comes from a 32-bit program.
 *
 * Irp:     NULL: whether the current process is one.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: FALSE for requests of the kernel. Always TRUE on a 32-bit machine (INF: all its programs
 * are).
 * Source:  DOC wdm/IoIs32bitProcess; tests/kernel/io/IoIs32bitProcess.c
 */
BOOLEAN NTAPI IoIs32bitProcess(IRP *Irp)
{
#if defined(__i386__)
    (void)Irp;
    return TRUE;
#else
    if (Irp == NULL)
        return PsGetCurrentProcess()->Wow64;
    if (Irp->RequestorMode == KernelMode)
        return FALSE;
    const EPROCESS *Process = IoGetRequestorProcess(Irp);
    return Process != NULL && Process->Wow64;
#endif
}

/*
 * IoIsOperationSynchronous - whether whoever sent Irp waits for it: synchronous file, synchronous
 * service or synchronous paging. Asynchronous paging never is.
 * IRQL:   any. The IRP has a current stack location.
 * Source: DOC ntifs/IoIsOperationSynchronous; tests/kernel/io/IoIsOperationSynchronous.c
 */
BOOLEAN NTAPI IoIsOperationSynchronous(IRP *Irp)
{
    if (Irp->Flags & IRP_PAGING_IO)
        return (Irp->Flags & IRP_SYNCHRONOUS_PAGING_IO) != 0;
    if (Irp->Flags & IRP_SYNCHRONOUS_API)
        return TRUE;
    const FILE_OBJECT *File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    return File != NULL && (File->Flags & FO_SYNCHRONOUS_IO) != 0;
}

/* ---- the current thread ---------------------------------------------------------------------- */

/* Kept with the thread it was set on: a host thread may stop being a kernel thread and become one
 * again. */
static _Thread_local struct {
    const ETHREAD *Thread;
    IRP *Irp;
} IopTopLevel;

/*
 * IoGetTopLevelIrp - what IoSetTopLevelIrp stored for this thread, NULL: nothing.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/IoGetTopLevelIrp;
 * tests/kernel/io/IoGetTopLevelIrp.c
 */
IRP *NTAPI IoGetTopLevelIrp(void)
{
    return IopTopLevel.Thread == PsiCurrentThread() ? IopTopLevel.Irp : NULL;
}

/*
 * IoSetTopLevelIrp - store an IRP or an FSRTL_ value with this thread.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/IoSetTopLevelIrp;
 * tests/kernel/io/IoGetTopLevelIrp.c
 */
void NTAPI IoSetTopLevelIrp(IRP *Irp)
{
    IopTopLevel.Thread = PsiCurrentThread();
    IopTopLevel.Irp = Irp;
}

/* IoGetInitialStack - the end of this thread's stack it starts from (its highest address). Source:
 * DOC wdm. */
void *NTAPI IoGetInitialStack(void)
{
    return KiCurrentThread()->StackBase;
}

/*
 * IoGetStackLimits - this thread's kernel stack: from *LowLimit up to, not including, *HighLimit.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/IoGetStackLimits;
 * tests/kernel/io/IoGetStackLimits.c
 */
void NTAPI IoGetStackLimits(ULONG_PTR *LowLimit, ULONG_PTR *HighLimit)
{
    const KTHREAD *Thread = KiCurrentThread();
    *LowLimit = (ULONG_PTR)Thread->StackLimit;
    *HighLimit = (ULONG_PTR)Thread->StackBase;
}

/*
 * IoWithinStackLimits - whether a region lies within the current thread's kernel stack. IRQL: up to
 * APC_LEVEL. Returns 1: it does; 0.
 * Source: DOC ntifs/IoWithinStackLimits; tests as above.
 */
ULONG NTAPI IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize)
{
    ULONG_PTR Low, High;
    IoGetStackLimits(&Low, &High);
    return RegionStart >= Low && RegionStart <= High && RegionSize <= High - RegionStart;
}
