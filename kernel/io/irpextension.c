/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What few requests carry besides; see irpextension.h. One driver has a request at a time, so there
 * is no lock.
 */
#include "io/irpextension.h"
#include "io/iop.h"

typedef struct IOP_IRP_EXTENSION {
    GUID Activity;
    BOOLEAN HasActivity;
    void *CreateParameters;
    void (*FreeCreateParameters)(void *List); /* NULL: it is somebody else's */
} IOP_IRP_EXTENSION;

/* NULL: none was made. */
static IOP_IRP_EXTENSION *IopFindExtension(IRP *Irp)
{
    return (Irp->AllocationFlags & IOP_HAS_PACKET) ? IopPacket(Irp)->Extension : NULL;
}

static NTSTATUS IopMakeExtension(IRP *Irp, IOP_IRP_EXTENSION **Extension)
{
    if (!(Irp->AllocationFlags & IOP_HAS_PACKET))
        return STATUS_NOT_SUPPORTED;
    if (IopPacket(Irp)->Extension == NULL)
        IopPacket(Irp)->Extension =
            ExiAllocateZero(NonPagedPoolNx, sizeof(IOP_IRP_EXTENSION), IOP_TAG_IRP, EX_KERNEL_SITE);
    *Extension = IopPacket(Irp)->Extension;
    return *Extension != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

void IopFreeExtension(IOP_PACKET *Packet)
{
    IOP_IRP_EXTENSION *Extension = Packet->Extension;
    Packet->Extension = NULL;
    if (Extension->FreeCreateParameters != NULL)
        Extension->FreeCreateParameters(Extension->CreateParameters);
    ExiFree(Extension);
}

/*
 * ---- extra create parameters ------------------------------------------------------------------
 */

void *IoiCreateParameters(IRP *Irp)
{
    const IOP_IRP_EXTENSION *Extension = IopFindExtension(Irp);
    return Extension != NULL ? Extension->CreateParameters : NULL;
}

NTSTATUS IoiSetCreateParameters(IRP *Irp, void *List, void (*Free)(void *List))
{
    IOP_IRP_EXTENSION *Extension;
    NTSTATUS Status = IopMakeExtension(Irp, &Extension);
    if (!NT_SUCCESS(Status))
        return Status;
    Extension->CreateParameters = List;
    Extension->FreeCreateParameters = Free;
    return STATUS_SUCCESS;
}

/*
 * ---- activities -------------------------------------------------------------------------------
 */

/*
 * IoGetActivityIdIrp - the activity a request belongs to.
 *
 * IRQL:    any
 * Returns: SUCCESS; NOT_FOUND: it has none.
 * Source:  DOC ntddk/IoGetActivityIdIrp; OBS tests/kernel/io/IoSetActivityIdIrp.c
 */
NTSTATUS NTAPI IoGetActivityIdIrp(IRP *Irp, GUID *Guid)
{
    const IOP_IRP_EXTENSION *Extension = IopFindExtension(Irp);
    if (Extension == NULL || !Extension->HasActivity)
        return STATUS_NOT_FOUND;
    *Guid = Extension->Activity;
    return STATUS_SUCCESS;
}

/*
 * IoSetActivityIdIrp - say which activity a request belongs to.
 *
 * Guid:    NULL: the one of the current thread, if that has issued the request.
 * IRQL:    any
 * Returns: SUCCESS; NOT_SUPPORTED: no Guid and no such thread or activity, or a request in a
 *          driver's own memory; INSUFFICIENT_RESOURCES. Windows also has UNSUCCESSFUL, while nobody
 *          traces I/O: not here.
 * Source:  DOC ntddk/IoSetActivityIdIrp; INF INSUFFICIENT_RESOURCES; OBS
 *          tests/kernel/io/IoSetActivityIdIrp.c
 */
NTSTATUS NTAPI IoSetActivityIdIrp(IRP *Irp, const GUID *Guid)
{
    IOP_IRP_EXTENSION *Extension;
    if (Guid == NULL && Irp->Tail.Overlay.Thread == PsiCurrentThread())
        Guid = IoGetActivityIdThread();
    if (Guid == NULL)
        return STATUS_NOT_SUPPORTED;
    NTSTATUS Status = IopMakeExtension(Irp, &Extension);
    if (!NT_SUCCESS(Status))
        return Status;
    Extension->Activity = *Guid;
    Extension->HasActivity = TRUE;
    return STATUS_SUCCESS;
}

/*
 * IoGetActivityIdThread - what the current thread is at, as a driver has set it. NULL: nothing.
 * IRQL: any. Source: DOC ntddk/IoGetActivityIdThread; OBS tests/kernel/io/IoSetActivityIdIrp.c
 */
const GUID *NTAPI IoGetActivityIdThread(void)
{
    return PsiCurrentThread()->Activity;
}

/*
 * IoSetActivityIdThread - say what the current thread is at.
 *
 * ActivityId: stays the caller's, and where it is, until IoClearActivityIdThread with what this
 *          returns.
 * IRQL:    any
 * Returns: what the thread was at before, NULL: nothing.
 * Source:  DOC ntddk/IoSetActivityIdThread; OBS tests/kernel/io/IoSetActivityIdIrp.c
 */
const GUID *NTAPI IoSetActivityIdThread(const GUID *ActivityId)
{
    const GUID *Original = PsiCurrentThread()->Activity;
    PsiCurrentThread()->Activity = ActivityId;
    return Original;
}

/*
 * IoClearActivityIdThread - the thread is at what it was before. IRQL: any. Source: DOC ntddk; OBS
 * as above.
 */
void NTAPI IoClearActivityIdThread(const GUID *OriginalId)
{
    PsiCurrentThread()->Activity = OriginalId;
}

/*
 * IoPropagateActivityIdToThread - the current thread is at what a request belongs to.
 *
 * PropagatedId: receives a copy, which the thread refers to. OriginalId: for
 *          IoClearActivityIdThread.
 * IRQL:    any
 * Returns: SUCCESS; NOT_FOUND: the request has no activity, and nothing has changed.
 * Source:  DOC ntddk/IoPropagateActivityIdToThread; OBS tests/kernel/io/IoSetActivityIdIrp.c
 */
NTSTATUS NTAPI IoPropagateActivityIdToThread(IRP *Irp, GUID *PropagatedId, const GUID **OriginalId)
{
    NTSTATUS Status = IoGetActivityIdIrp(Irp, PropagatedId);
    if (NT_SUCCESS(Status))
        *OriginalId = IoSetActivityIdThread(PropagatedId);
    return Status;
}

/*
 * IoTransferActivityId - trace that one activity goes on as another. Nobody traces.
 * IRQL: any. Source: DOC ntddk/IoTransferActivityId; tests/kernel/io/IoSetActivityIdIrp.c
 */
void NTAPI IoTransferActivityId(const GUID *ActivityId, const GUID *RelatedActivityId)
{
    (void)ActivityId, (void)RelatedActivityId;
}
