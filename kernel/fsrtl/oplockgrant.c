/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What holders of oplocks ask for: an oplock, which a request stands for until it is broken; and
 *          their word that they are done with a break, which may stand for the oplock that is left.
 *          Every request is completed here.
 */
#include "fsrtl/oplock.h"

#define FSRTLP_RH (FSRTLP_R | FSRTLP_H)
#define FSRTLP_RW (FSRTLP_R | FSRTLP_W)
#define FSRTLP_RWH (FSRTLP_R | FSRTLP_W | FSRTLP_H)

static NTSTATUS FsrtlpComplete(IRP *Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* The file's oplocks, made now; NULL: there is no memory. */
static FSRTLP_OPLOCKS *FsrtlpMakeOplocks(FSRTL_OPLOCK *Oplock)
{
    void *None = NULL;
    if (FsrtlpOplocksOf(Oplock) != NULL)
        return FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCKS *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), FSRTL_TAG, EX_KERNEL_SITE);
    if (New == NULL)
        return NULL;
    InitializeListHead(&New->Grants);
    InitializeListHead(&New->Waiters);
    if (__atomic_compare_exchange_n(
            Oplock, &None, (void *)New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return New;
    ExiFree(New);
    return None;
}

/* ---- may it be granted: locked --------------------------------------------------------------- */

/* What an oplock that is there already means for a request. */
enum FSRTLP_VERDICT { FsrtlpGoesWith, FsrtlpGivesWay, FsrtlpSwitches, FsrtlpRefuses };

static enum FSRTLP_VERDICT FsrtlpJudgeGranular(
    const FSRTLP_GRANT *There, ULONG Level, BOOLEAN SameKey)
{
    if (There->Type == FsrtlpLevel2)
        return Level == FSRTLP_R ? FsrtlpGoesWith : FsrtlpRefuses;
    if (There->Type != FsrtlpGranular)
        return FsrtlpRefuses;
    if (SameKey) /* never to less */
        return (There->Level & ~Level) == 0 ? FsrtlpSwitches : FsrtlpRefuses;
    return (There->Level & FSRTLP_W) == 0 && (Level & FSRTLP_W) == 0 ? FsrtlpGoesWith
                                                                     : FsrtlpRefuses;
}

static enum FSRTLP_VERDICT FsrtlpJudge(const FSRTLP_GRANT *There, const FSRTLP_GRANT *Wanted)
{
    if (FsrtlpIsBreaking(There))
        return FsrtlpRefuses;
    if (Wanted->Type == FsrtlpGranular)
        return FsrtlpJudgeGranular(
            There, Wanted->Level, FsRtlOplockKeysEqual(There->File, Wanted->File));
    if (There->Type == FsrtlpLevel2)
        return Wanted->Type == FsrtlpLevel2 ? FsrtlpGoesWith : FsrtlpGivesWay;
    return Wanted->Type == FsrtlpLevel2 && There->Type == FsrtlpGranular && There->Level == FSRTLP_R
        ? FsrtlpGoesWith
        : FsrtlpRefuses;
}

static BOOLEAN FsrtlpMayGrant(const FSRTLP_OPLOCKS *Oplocks, const FSRTLP_GRANT *Wanted)
{
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink; Link != &Oplocks->Grants; Link = Link->Flink) {
        if (FsrtlpJudge(CONTAINING_RECORD(Link, FSRTLP_GRANT, Link), Wanted) == FsrtlpRefuses)
            return FALSE;
    }
    return TRUE;
}

static void FsrtlpMakeRoom(
    FSRTLP_OPLOCKS *Oplocks, const FSRTLP_GRANT *Wanted, FSRTLP_OPLOCK_WORK *Work)
{
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink, *Next; Link != &Oplocks->Grants; Link = Next) {
        FSRTLP_GRANT *There = CONTAINING_RECORD(Link, FSRTLP_GRANT, Link);
        const enum FSRTLP_VERDICT Verdict = FsrtlpJudge(There, Wanted);
        Next = Link->Flink;
        if (Verdict == FsrtlpGivesWay)
            FsrtlpBreak(There, 0, FALSE, Work);
        else if (Verdict == FsrtlpSwitches)
            FsrtlpSwitch(There, Work);
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

typedef struct FSRTLP_CALL {
    FSRTL_OPLOCK *Oplock;
    IRP *Irp;
    ULONG OpenCount, Flags;
    ULONG Lower; /* what the file system itself holds of one below; FSRTLP_RWH: there is none */
} FSRTLP_CALL;

/* Opens, or locks where none is wanted to write, that speak against it from the start. */
static BOOLEAN FsrtlpIsAlone(ULONG Level, BOOLEAN Legacy, ULONG OpenCount, ULONG Flags)
{
    if (!(Level & FSRTLP_W) && !(Legacy && Level != FSRTLP_R))
        return OpenCount == 0;
    return OpenCount <= 1 || (!Legacy && (Flags & OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH) != 0);
}

static NTSTATUS FsrtlpRequest(
    FSRTL_OPLOCK *Oplock, IRP *Irp, enum FSRTLP_OPLOCK_TYPE Type, ULONG Level)
{
    FSRTLP_OPLOCKS *Oplocks = FsrtlpMakeOplocks(Oplock);
    FSRTLP_GRANT *Grant = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Grant), FSRTL_TAG, EX_KERNEL_SITE);
    FSRTLP_OPLOCK_WORK Work;
    if (Oplocks == NULL || Grant == NULL) {
        if (Grant != NULL)
            ExiFree(Grant);
        return FsrtlpComplete(Irp, STATUS_INSUFFICIENT_RESOURCES);
    }
    Grant->Type = Type;
    Grant->Level = Level;
    Grant->File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    const BOOLEAN Granted = FsrtlpMayGrant(Oplocks, Grant);
    if (Granted) {
        FsrtlpMakeRoom(Oplocks, Grant, &Work);
        InsertTailList(&Oplocks->Grants, &Grant->Link);
        if (!FsrtlpHoldIrp(Grant, Irp, &Work))
            FsrtlpDrop(Grant, &Work);
    }
    FsrtlpUnlockOplocks(Old, &Work);
    if (Granted)
        return STATUS_PENDING;
    ExiFree(Grant);
    return FsrtlpComplete(Irp, STATUS_OPLOCK_NOT_GRANTED);
}

/* A handle whose requests are waited for would wait for itself. */
static NTSTATUS FsrtlpRequestIf(const FSRTLP_CALL *Call, enum FSRTLP_OPLOCK_TYPE Type, ULONG Level)
{
    if (IoIsOperationSynchronous(Call->Irp) || (Level & ~Call->Lower) != 0 ||
        !FsrtlpIsAlone(Level, Type != FsrtlpGranular, Call->OpenCount, Call->Flags))
        return FsrtlpComplete(Call->Irp, STATUS_OPLOCK_NOT_GRANTED);
    return FsrtlpRequest(Call->Oplock, Call->Irp, Type, Level);
}

/* ---- the holder's word ----------------------------------------------------------------------- */

static FSRTLP_GRANT *FsrtlpFindBreaking(
    const FSRTLP_OPLOCKS *Oplocks, FILE_OBJECT *File, BOOLEAN Granular)
{
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink; Link != &Oplocks->Grants; Link = Link->Flink) {
        FSRTLP_GRANT *Grant = CONTAINING_RECORD(Link, FSRTLP_GRANT, Link);
        if (FsrtlpIsBreaking(Grant) && (Grant->Type == FsrtlpGranular) == Granular &&
            Grant->File == File)
            return Grant;
    }
    return NULL;
}

/* Locked. What is left of it is level, for which the request stands; 0: nothing. */
static NTSTATUS FsrtlpSettle(
    FSRTLP_GRANT *Grant, ULONG Level, const FSRTLP_CALL *Call, FSRTLP_OPLOCK_WORK *Work)
{
    const BOOLEAN Granular = Grant->Type == FsrtlpGranular;
    const BOOLEAN Below = (Level & ~Call->Lower) == 0;
    if (Level == 0 || !Below || (!Granular && IoIsOperationSynchronous(Call->Irp))) {
        FsrtlpDrop(Grant, Work);
        return Below ? STATUS_SUCCESS : STATUS_CANNOT_GRANT_REQUESTED_OPLOCK;
    }
    Grant->Level = Level;
    if (!Granular)
        Grant->Type = FsrtlpLevel2;
    if (!FsrtlpHoldIrp(Grant, Call->Irp, Work))
        FsrtlpDrop(Grant, Work);
    return STATUS_PENDING;
}

/*
 * Level: what the holder keeps of it, FSRTLP_RWH: all it can. ClosePending: it will close the file
 * instead.
 */
static NTSTATUS FsrtlpAcknowledge(
    const FSRTLP_CALL *Call, BOOLEAN Granular, ULONG Level, BOOLEAN ClosePending)
{
    FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Call->Oplock);
    IRP *Irp = Call->Irp;
    FSRTLP_OPLOCK_WORK Work;
    NTSTATUS Status = STATUS_INVALID_OPLOCK_PROTOCOL;
    if (Oplocks == NULL)
        return FsrtlpComplete(Irp, Status);
    KIRQL Old = FsrtlpLockOplocks(&Work);
    FSRTLP_GRANT *Grant = FsrtlpFindBreaking(
        Oplocks, IoGetCurrentIrpStackLocation(Irp)->FileObject, Granular);
    if (Grant != NULL && ClosePending && Grant->Type != FsrtlpLevel1) {
        Status = STATUS_SUCCESS; /* cleanup is its word */
    } else if (Grant != NULL && (!Granular || (Level & ~Grant->NewLevel) == 0)) {
        Status = FsrtlpSettle(Grant, ClosePending ? 0 : Level & Grant->NewLevel, Call, &Work);
        FsrtlpWakeWaiters(Oplocks, &Work);
    }
    FsrtlpUnlockOplocks(Old, &Work);
    return Status == STATUS_PENDING ? Status : FsrtlpComplete(Irp, Status);
}

/* FSCTL_OPLOCK_BREAK_NOTIFY: ends when no break is under way. */
static NTSTATUS FsrtlpNotify(const FSRTL_OPLOCK *Oplock, IRP *Irp)
{
    FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCK_WORK Work;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Oplocks == NULL)
        return FsrtlpComplete(Irp, Status);
    FSRTLP_OPLOCK_WAITER *Waiter = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Waiter), FSRTL_TAG, EX_KERNEL_SITE);
    if (Waiter == NULL)
        return FsrtlpComplete(Irp, STATUS_INSUFFICIENT_RESOURCES);
    Waiter->Irp = Irp;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    if (FsrtlpAnyBreaking(Oplocks)) {
        IoMarkIrpPending(Irp);
        Status = FsrtlpAddWaiter(Oplocks, Waiter) ? STATUS_PENDING : STATUS_CANCELLED;
    }
    FsrtlpUnlockOplocks(Old, &Work);
    if (Status == STATUS_PENDING)
        return Status;
    ExiFree(Waiter);
    FsrtlpComplete(Irp, Status);
    return Status == STATUS_CANCELLED ? STATUS_PENDING : Status;
}

/* ---- FSCTL_REQUEST_OPLOCK -------------------------------------------------------------------- */

static BOOLEAN FsrtlpIsLevel(ULONG Level)
{
    return Level == FSRTLP_R || Level == FSRTLP_RH || Level == FSRTLP_RW || Level == FSRTLP_RWH;
}

/* NULL: the request has none, or no room for the answer. */
static const FSRTLP_OPLOCK_INPUT *FsrtlpInputOf(IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const FSRTLP_OPLOCK_INPUT *Input = Irp->AssociatedIrp.SystemBuffer;
    if (Stack->Parameters.FileSystemControl.InputBufferLength < sizeof(*Input) ||
        Stack->Parameters.FileSystemControl.OutputBufferLength < sizeof(FSRTLP_OPLOCK_OUTPUT) ||
        Input->StructureVersion != FSRTLP_OPLOCK_VERSION || Input->StructureLength < sizeof(*Input))
        return NULL;
    return Input;
}

static NTSTATUS FsrtlpGranularControl(const FSRTLP_CALL *Call)
{
    const FSRTLP_OPLOCK_INPUT *Input = FsrtlpInputOf(Call->Irp);
    if (Input == NULL)
        return FsrtlpComplete(Call->Irp, STATUS_INVALID_PARAMETER);
    const ULONG Level = Input->RequestedOplockLevel;
    if (Input->Flags == FSRTLP_OPLOCK_REQUEST && FsrtlpIsLevel(Level))
        return FsrtlpRequestIf(Call, FsrtlpGranular, Level);
    if (Input->Flags == FSRTLP_OPLOCK_ACK && (Level == 0 || FsrtlpIsLevel(Level)))
        return FsrtlpAcknowledge(Call, TRUE, Level, FALSE);
    return FsrtlpComplete(Call->Irp, STATUS_INVALID_PARAMETER);
}

/* An open that reserves a filter oplock: nobody else has the file open, and it touches nothing. */
static NTSTATUS FsrtlpReserveFilter(const FSRTLP_CALL *Call, const IO_STACK_LOCATION *Stack)
{
    const USHORT All = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const BOOLEAN Quiet = Call->OpenCount == 1 && (FSRTLP_RH & ~Call->Lower) == 0 &&
        Stack->Parameters.Create.SecurityContext->DesiredAccess == FILE_READ_ATTRIBUTES &&
        Stack->Parameters.Create.ShareAccess == All;
    return Quiet ? STATUS_SUCCESS : STATUS_OPLOCK_NOT_GRANTED;
}

static NTSTATUS FsrtlpControl(const FSRTLP_CALL *Call)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Call->Irp);
    if (Stack->MajorFunction == IRP_MJ_CREATE)
        return FsrtlpReserveFilter(Call, Stack);
    switch (Stack->Parameters.FileSystemControl.FsControlCode) {
    case FSCTL_REQUEST_OPLOCK_LEVEL_1: return FsrtlpRequestIf(Call, FsrtlpLevel1, FSRTLP_RW);
    case FSCTL_REQUEST_OPLOCK_LEVEL_2: return FsrtlpRequestIf(Call, FsrtlpLevel2, FSRTLP_R);
    case FSCTL_REQUEST_BATCH_OPLOCK: return FsrtlpRequestIf(Call, FsrtlpBatch, FSRTLP_RWH);
    case FSCTL_REQUEST_FILTER_OPLOCK: return FsrtlpRequestIf(Call, FsrtlpFilter, FSRTLP_RH);
    case FSCTL_REQUEST_OPLOCK: return FsrtlpGranularControl(Call);
    case FSCTL_OPLOCK_BREAK_ACKNOWLEDGE: return FsrtlpAcknowledge(Call, FALSE, FSRTLP_RWH, FALSE);
    case FSCTL_OPLOCK_BREAK_ACK_NO_2: return FsrtlpAcknowledge(Call, FALSE, 0, FALSE);
    case FSCTL_OPBATCH_ACK_CLOSE_PENDING: return FsrtlpAcknowledge(Call, FALSE, 0, TRUE);
    case FSCTL_OPLOCK_BREAK_NOTIFY: return FsrtlpNotify(Call->Oplock, Call->Irp);
    default: return FsrtlpComplete(Call->Irp, STATUS_INVALID_PARAMETER);
    }
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlOplockFsctrl, FsRtlOplockFsctrlEx - grant an oplock, or take a holder's word.
 *
 * Irp:     a file system control request of FSCTL_REQUEST_OPLOCK_LEVEL_1, _2,
 *          FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_FILTER_OPLOCK, FSCTL_REQUEST_OPLOCK,
 *          FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, FSCTL_OPLOCK_BREAK_ACK_NO_2,
 *          FSCTL_OPBATCH_ACK_CLOSE_PENDING or FSCTL_OPLOCK_BREAK_NOTIFY, which is completed here;
 *          or a create request with FILE_RESERVE_OPFILTER, which is not.
 * OpenCount: for what keeps others from writing, how many handles the file has; for level 2, R and
 *          RH, whether ranges are locked.
 * Flags:   OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH: all handles have the same key.
 * IRQL:    <= APC_LEVEL
 * Returns: PENDING: it is granted, and the request ends when it is broken: with SUCCESS, and in
 *          Information FILE_OPLOCK_BROKEN_TO_…, or in its buffer what FSCTL_REQUEST_OPLOCK says;
 *          with OPLOCK_SWITCHED_TO_NEW_HANDLE; CANCELLED. OPLOCK_NOT_GRANTED: also for synchronous
 *          files; INVALID_OPLOCK_PROTOCOL: no break waits for this; SUCCESS: the word is taken;
 *          INVALID_PARAMETER: another control code, or levels and buffers that are none;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlOplockFsctrlEx, ifs/granting-oplocks, ifs/acknowledging-oplock-breaks;
 *          INF that R with its own key is not granted below RH, and that RH with its own key
 *          switches
 */
NTSTATUS NTAPI FsRtlOplockFsctrlEx(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG OpenCount, ULONG Flags)
{
    const FSRTLP_CALL Call = {Oplock, Irp, OpenCount, Flags, .Lower = FSRTLP_RWH};
    return FsrtlpControl(&Call);
}

NTSTATUS NTAPI FsRtlOplockFsctrl(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG OpenCount)
{
    return FsRtlOplockFsctrlEx(Oplock, Irp, OpenCount, 0);
}

/*
 * FsRtlUpperOplockFsctrl - the same for a file system whose file is one of another file system, in
 * which it holds an oplock itself: its holders get none that keeps more.
 *
 * LowerOplockState: OPLOCK_LEVEL_CACHE_…, what it holds below. The others: as above.
 * IRQL:    <= APC_LEVEL
 * Returns: as above; OPLOCK_NOT_GRANTED: also what would keep more than LowerOplockState;
 *          CANNOT_GRANT_REQUESTED_OPLOCK: so would what a holder wants to keep of a broken one,
 *          which is over with that.
 * Source:  DOC ntifs/FsRtlUpperOplockFsctrl; INF what becomes of the broken one; OBS
 *          tests/kernel/fsrtl/FsRtlCheckUpperOplock.c
 */
NTSTATUS NTAPI FsRtlUpperOplockFsctrl(
    FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG OpenCount, ULONG LowerOplockState, ULONG Flags)
{
    const FSRTLP_CALL Call = {Oplock, Irp, OpenCount, Flags, .Lower = LowerOplockState};
    return FsrtlpControl(&Call);
}

/*
 * FsRtlOplockIsSharedRequest - whether a request is one for an oplock that others may have, too:
 * level 2, R or RH.
 * IRQL:    <= APC_LEVEL. Source: DOC ntifs/FsRtlOplockIsSharedRequest
 */
BOOLEAN NTAPI FsRtlOplockIsSharedRequest(IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    if (Stack->MajorFunction != IRP_MJ_FILE_SYSTEM_CONTROL)
        return FALSE;
    if (Stack->Parameters.FileSystemControl.FsControlCode == FSCTL_REQUEST_OPLOCK_LEVEL_2)
        return TRUE;
    if (Stack->Parameters.FileSystemControl.FsControlCode != FSCTL_REQUEST_OPLOCK)
        return FALSE;
    const FSRTLP_OPLOCK_INPUT *Input = FsrtlpInputOf(Irp);
    return Input != NULL && Input->Flags == FSRTLP_OPLOCK_REQUEST &&
        FsrtlpIsLevel(Input->RequestedOplockLevel) && !(Input->RequestedOplockLevel & FSRTLP_W);
}
