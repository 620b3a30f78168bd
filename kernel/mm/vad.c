/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See vad.h. Records lie outside the system range, where no driver reaches them. Mapping goes on
 * under the lock: it decides who gets an address. The program maps memory of its own at any time,
 * so a place that was free may be taken when it is tried.
 */
#include "mm/vad.h"

#include <string.h>

#include "ke/ordered.h"
#include "mm/alias.h"
#include "mm/mip.h"
#include "mm/space.h"

#define MI_GRANULARITY   ((SIZE_T)0x10000)
#define MI_TRIES         8
#define MI_WOW64_HIGHEST ((ULONG_PTR)0x7FFEFFFF)
#if defined(__x86_64__)
/* a pointer that was cut to 32 bits is found out */
#define MI_LOWEST_CHOICE ((ULONG_PTR)0x10000000000)
#else
#define MI_LOWEST_CHOICE ((ULONG_PTR)0x1000000)
#endif

/* Of one space. Lock, an event, is waited for: an errand may take its time. */
typedef struct MI_USER {
    KEVENT Lock;
    LIST_ENTRY Vads;
} MI_USER;

static MI_USER MiOwn; /* of this process */
void (*MiViewGone)(void *Owner);

static BOOLEAN MiTakeGuardPage(ULONG_PTR Address);

static void MiBeginUser(MI_USER *User)
{
    KeInitializeEvent(&User->Lock, SynchronizationEvent, TRUE);
    User->Vads.Flink = User->Vads.Blink = &User->Vads;
}

void MiResetUserMemory(void)
{
    MiBeginUser(&MiOwn);
    KeTakeGuardPage = MiTakeGuardPage;
    MiResetSecured();
}

/* The records of a space, made the first time. NULL: out of memory. */
static MI_USER *MiUserOf(MM_SPACE *Space)
{
    struct MI_USER *None = NULL;
    if (Space == NULL)
        return &MiOwn;
    struct MI_USER *User = __atomic_load_n(&Space->User, __ATOMIC_ACQUIRE);
    if (User != NULL)
        return User;
    User = host_private_allocate(sizeof(*User));
    if (User == NULL)
        return NULL;
    MiBeginUser(User);
    if (__atomic_compare_exchange_n(
            &Space->User, &None, User, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return User;
    host_private_free(User, sizeof(*User));
    return None;
}

static void MiLock(MI_USER *User)
{
    KiAcquireMutex(&User->Lock);
}

static void MiUnlock(MI_USER *User)
{
    KiReleaseEvent(&User->Lock);
}

/* ---- what the host does, here or in the other process ---------------------------------------- */

static int MiErrand(const MM_SPACE *Space, MM_ERRAND Errand)
{
    return MmRunErrand != NULL ? MmRunErrand(Space, &Errand) : ENOTSUP;
}

static int MiHostMap(MM_SPACE *Space, ULONG_PTR At, SIZE_T Bytes, unsigned Protection, int File,
    ULONG64 Offset, BOOLEAN Shared)
{
    if (Space == NULL)
        return host_user_map(At, Bytes, Protection, File, Offset, Shared);
    return MiErrand(Space, (MM_ERRAND){.Kind = MM_ERRAND_MAP,
                               .Address = At,
                               .Bytes = Bytes,
                               .Protection = Protection,
                               .File = File == HOST_RAM_FILE ? host_ram_file() : File,
                               .Offset = Offset,
                               .Shared = Shared});
}

static int MiHostUnmap(MM_SPACE *Space, ULONG_PTR At, SIZE_T Bytes)
{
    if (Space != NULL)
        return MiErrand(Space, (MM_ERRAND){.Kind = MM_ERRAND_UNMAP, .Address = At, .Bytes = Bytes});
    host_user_unmap(At, Bytes);
    return 0;
}

int MiProtectHost(MM_SPACE *Space, ULONG_PTR At, SIZE_T Bytes, unsigned Protection)
{
    if (Space == NULL)
        return host_mem_protect((void *)At, Bytes, Protection);
    return MiErrand(Space,
        (MM_ERRAND){
            .Kind = MM_ERRAND_PROTECT, .Address = At, .Bytes = Bytes, .Protection = Protection});
}

static void MiHostDiscard(MM_SPACE *Space, ULONG_PTR At, SIZE_T Bytes)
{
    if (Space == NULL)
        host_user_discard(At, Bytes);
    else
        MiErrand(Space, (MM_ERRAND){.Kind = MM_ERRAND_DISCARD, .Address = At, .Bytes = Bytes});
}

int MiFlushUser(MM_SPACE *Space, ULONG_PTR At, SIZE_T Bytes)
{
    if (Space == NULL)
        return host_user_flush(At, Bytes);
    return MiErrand(Space, (MM_ERRAND){.Kind = MM_ERRAND_FLUSH, .Address = At, .Bytes = Bytes});
}

/* ---- the end of a space ---------------------------------------------------------------------- */

static void MiDropVads(MI_USER *User, BOOLEAN Own)
{
    while (User->Vads.Flink != &User->Vads) {
        MI_VAD *Vad = CONTAINING_RECORD(User->Vads.Flink, MI_VAD, Link);
        MiUnlink(&Vad->Link);
        if (Own)
            host_user_unmap(Vad->Base, Vad->Bytes);
        else if (Vad->Kind == MI_VAD_SECTION && MiViewGone != NULL)
            MiViewGone(Vad->Owner);
        host_private_free(Vad, Vad->RecordBytes);
    }
}

void MiEndSpaceMemory(MM_SPACE *Space)
{
    if (Space->User == NULL)
        return;
    MiDropVads(Space->User, FALSE);
    host_private_free(Space->User, sizeof(MI_USER));
    Space->User = NULL;
}

void MiEndUserMemory(void)
{
    MiDropVads(&MiOwn, TRUE);
    MiEndSecured();
}

BOOLEAN MiHostProtection(ULONG Protect, unsigned *Protection)
{
    const ULONG Modifiers = PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE;
    switch (Protect & ~Modifiers) {
    case PAGE_NOACCESS: *Protection = HOST_NO_ACCESS; return (Protect & Modifiers) == 0;
    case PAGE_READONLY: *Protection = HOST_READ; break;
    case PAGE_READWRITE:
    case PAGE_WRITECOPY: *Protection = HOST_READ | HOST_WRITE; break;
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ: *Protection = HOST_READ | HOST_EXECUTE; break;
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY: *Protection = HOST_READ | HOST_WRITE | HOST_EXECUTE; break;
    default: return FALSE;
    }
    if (Protect & PAGE_GUARD)
        *Protection = HOST_NO_ACCESS;
    return ((Protect & Modifiers) & ((Protect & Modifiers) - 1)) == 0;
}

static MI_VAD *MiVadOf(MI_USER *User, ULONG_PTR Address)
{
    for (LIST_ENTRY *Link = User->Vads.Flink; Link != &User->Vads; Link = Link->Flink) {
        MI_VAD *Vad = CONTAINING_RECORD(Link, MI_VAD, Link);
        if (Address - Vad->Base < Vad->Bytes)
            return Vad;
    }
    return NULL;
}

/* ---- making and taking away ------------------------------------------------------------------ */

static MI_VAD *MiNewVad(const MI_VAD *Content, SIZE_T Bytes)
{
    SIZE_T RecordBytes = sizeof(MI_VAD) + Bytes / PAGE_SIZE * sizeof(USHORT);
    MI_VAD *Vad = MmShouldFail() ? NULL : host_private_allocate(RecordBytes);
    if (Vad == NULL)
        return NULL;
    *Vad = *Content;
    Vad->Bytes = Bytes;
    Vad->Page = (USHORT *)(Vad + 1);
    Vad->RecordBytes = RecordBytes;
    return Vad;
}

static int MiMapRun(
    MM_SPACE *Space, ULONG_PTR At, PFN_NUMBER Pfn, SIZE_T Bytes, unsigned Protection)
{
    ULONG64 Physical = (ULONG64)Pfn * PAGE_SIZE;
    SIZE_T Ram = Physical >= MM_RAM_BYTES          ? 0
                 : Bytes < MM_RAM_BYTES - Physical ? Bytes
                                                   : (SIZE_T)(MM_RAM_BYTES - Physical);
    int Error = Ram != 0 ? MiHostMap(Space, At, Ram, Protection, HOST_RAM_FILE, Physical, TRUE) : 0;
    int File = Ram != Bytes ? MiAbsentFile() : 0;
    if (File < 0)
        Error = ENOMEM;
    for (SIZE_T Done = Ram; Error == 0 && Done < Bytes; Done += MI_ABSENT_BYTES) {
        SIZE_T Chunk = Bytes - Done < MI_ABSENT_BYTES ? Bytes - Done : MI_ABSENT_BYTES;
        Error = MiHostMap(Space, At + Done, Chunk, Protection, File, 0, FALSE);
    }
    return Error;
}

static int MiMapRuns(
    MM_SPACE *Space, ULONG_PTR At, const PFN_NUMBER *Pfn, ULONG Count, unsigned Protection)
{
    int Error = 0;
    ULONG First = 0, Next;
    for (; Error == 0 && First < Count; First = Next) {
        for (Next = First + 1; Next < Count && Pfn[Next] == Pfn[First] + (Next - First); Next++)
            ;
        if (MiIsUserPfn(Pfn[First]))
            Error = EINVAL;
        else
            Error = MiMapRun(Space, At + (SIZE_T)First * PAGE_SIZE, Pfn[First],
                (SIZE_T)(Next - First) * PAGE_SIZE, Protection);
    }
    return Error;
}

static int MiMapVad(MM_SPACE *Space, const MI_VAD *Vad, const MI_VAD_SOURCE *Source, BOOLEAN Commit)
{
    unsigned Protection = HOST_NO_ACCESS;
    if (Commit && !MiHostProtection(Vad->Protect, &Protection))
        return EINVAL;
    if (Source->Pfn == NULL)
        return MiHostMap(Space, Vad->Base, Vad->Bytes, Protection, Source->File, Source->Offset,
            Source->File != -1 && !Vad->CopyOnWrite);
    int Error = MiMapRuns(
        Space, Vad->Base, Source->Pfn, (ULONG)(Vad->Bytes / PAGE_SIZE), Protection);
    if (Error != 0 && Error != EEXIST)
        MiHostUnmap(Space, Vad->Base, Vad->Bytes);
    return Error;
}

NTSTATUS MiStatusOfMap(int Error)
{
    return Error == 0         ? STATUS_SUCCESS
           : Error == EEXIST  ? STATUS_CONFLICTING_ADDRESSES
           : Error == EACCES  ? STATUS_SECTION_PROTECTION
           : Error == EINVAL  ? STATUS_INVALID_PARAMETER
           : Error == ENOTSUP ? STATUS_NOT_SUPPORTED
                              : STATUS_INSUFFICIENT_RESOURCES;
}

/* The lock held. */
static NTSTATUS MiPlaceVad(MM_SPACE *Space, MI_VAD *Vad, const MI_VAD_SOURCE *Source,
    BOOLEAN Commit, ULONG_PTR Highest, BOOLEAN TopDown)
{
    if (Vad->Base != 0)
        return MiStatusOfMap(MiMapVad(Space, Vad, Source, Commit));
    const ULONG Process = Space != NULL ? Space->ProcessId : 0;
    const ULONG_PTR Limit = Space != NULL && Space->Wow64 ? MI_WOW64_HIGHEST
                                                          : MM_HIGHEST_USER_ADDRESS;
    int Error = EEXIST;
    for (ULONG Try = 0; Error == EEXIST && Try < MI_TRIES; Try++) {
        ULONG_PTR End = Highest >= Limit ? Limit + 1 : Highest + 1;
        Vad->Base = End > MI_LOWEST_CHOICE
            ? host_user_find(Process, Vad->Bytes, MI_LOWEST_CHOICE, End, MI_GRANULARITY, TopDown)
            : 0;
        if (Vad->Base == 0)
            Vad->Base = host_user_find(
                Process, Vad->Bytes, MI_GRANULARITY, End, MI_GRANULARITY, TopDown);
        if (Vad->Base == 0)
            return STATUS_NO_MEMORY;
        Error = MiMapVad(Space, Vad, Source, Commit);
    }
    return MiStatusOfMap(Error);
}

NTSTATUS MiCreateVad(MM_SPACE *Space, const MI_VAD *Content, const MI_VAD_SOURCE *Source,
    BOOLEAN Commit, ULONG_PTR Highest, BOOLEAN TopDown, ULONG_PTR *Base)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MI_VAD *Vad = MiNewVad(Content, Content->Bytes);
    if (Vad == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MiLock(User);
    NTSTATUS Status = MiPlaceVad(Space, Vad, Source, Commit, Highest, TopDown);
    if (NT_SUCCESS(Status)) {
        for (SIZE_T Index = 0; Commit && Index < Vad->Bytes / PAGE_SIZE; Index++)
            Vad->Page[Index] = (USHORT)Vad->Protect;
        *Base = Vad->Base;
        MiLink(&User->Vads, &Vad->Link);
    }
    MiUnlock(User);
    if (!NT_SUCCESS(Status))
        host_private_free(Vad, Vad->RecordBytes);
    return Status;
}

BOOLEAN MiFindVad(MM_SPACE *Space, const void *Address, MI_VAD *Found)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return FALSE;
    MiLock(User);
    const MI_VAD *Vad = MiVadOf(User, (ULONG_PTR)Address);
    if (Vad != NULL) {
        *Found = *Vad;
        Found->Page = NULL;
    }
    MiUnlock(User);
    return Vad != NULL;
}

NTSTATUS MiRemoveVad(MM_SPACE *Space, const void *Address, enum MI_VAD_KIND Kind, MI_VAD *Removed)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_NOT_MAPPED_VIEW;
    MiLock(User);
    MI_VAD *Vad = MiVadOf(User, (ULONG_PTR)Address);
    if (Vad != NULL && Vad->Kind == Kind)
        Status = MiIsSecured(Space, Vad->Base, Vad->Bytes) ? STATUS_INVALID_PAGE_PROTECTION
                                                           : STATUS_SUCCESS;
    if (NT_SUCCESS(Status)) {
        *Removed = *Vad;
        Removed->Page = NULL;
        Status = MiStatusOfMap(MiHostUnmap(Space, Vad->Base, Vad->Bytes));
    }
    if (NT_SUCCESS(Status))
        MiUnlink(&Vad->Link);
    MiUnlock(User);
    if (NT_SUCCESS(Status))
        host_private_free(Vad, Vad->RecordBytes);
    return Status;
}

/* ---- pages of one ---------------------------------------------------------------------------- */

/* Gives pages of a record a protection; 0: none any more. The lock held. */
static NTSTATUS MiSetPages(
    MM_SPACE *Space, MI_VAD *Vad, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect)
{
    unsigned Protection = HOST_NO_ACCESS;
    if (Protect != 0 && !MiHostProtection(Protect, &Protection))
        return STATUS_INVALID_PAGE_PROTECTION;
    int Error = MiProtectHost(Space, Base, Bytes, Protection);
    if (Error != 0)
        return Error == ENOTSUP ? STATUS_NOT_SUPPORTED : STATUS_INSUFFICIENT_RESOURCES;
    for (SIZE_T Index = (Base - Vad->Base) / PAGE_SIZE, End = Index + Bytes / PAGE_SIZE;
         Index < End; Index++)
        Vad->Page[Index] = (USHORT)(Protect |
            (Protect != 0 ? Vad->Page[Index] & MI_PAGE_LOCKED : 0));
    return STATUS_SUCCESS;
}

static BOOLEAN MiIsInside(const MI_VAD *Vad, ULONG_PTR Base, SIZE_T Bytes)
{
    return Bytes <= Vad->Bytes && Base - Vad->Base <= Vad->Bytes - Bytes;
}

static NTSTATUS MiCommitLocked(
    MM_SPACE *Space, MI_VAD *Vad, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect)
{
    unsigned Protection;
    if (Vad == NULL || !MiIsInside(Vad, Base, Bytes))
        return STATUS_CONFLICTING_ADDRESSES;
    if (Vad->Kind != MI_VAD_PRIVATE && !Vad->Reserve)
        return STATUS_ALREADY_COMMITTED;
    if (Vad->Kind == MI_VAD_SECTION &&
        (!MiHostProtection(Protect & ~(ULONG)PAGE_GUARD, &Protection) ||
            (Protection & ~Vad->Allowed)))
        return STATUS_SECTION_PROTECTION;
    if (MiIsSecured(Space, Base, Bytes))
        return STATUS_INVALID_PAGE_PROTECTION;
    return MiSetPages(Space, Vad, Base, Bytes, Protect);
}

NTSTATUS MiCommitUser(MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (MmShouldFail())
        return STATUS_INSUFFICIENT_RESOURCES;
    MiLock(User);
    NTSTATUS Status = MiCommitLocked(Space, MiVadOf(User, Base), Base, Bytes, Protect);
    MiUnlock(User);
    return Status;
}

NTSTATUS MiResetUser(MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MiLock(User);
    const MI_VAD *Vad = MiVadOf(User, Base);
    NTSTATUS Status = Vad != NULL && MiIsInside(Vad, Base, Bytes) ? STATUS_SUCCESS
                                                                  : STATUS_CONFLICTING_ADDRESSES;
    MiUnlock(User);
    return Status; /* what is no longer needed may also stay */
}

/* The range to free of a record, and whether it may be. */
static NTSTATUS MiFreeRange(
    const MM_SPACE *Space, const MI_VAD *Vad, ULONG_PTR *Base, SIZE_T *Bytes)
{
    if (Vad == NULL)
        return STATUS_MEMORY_NOT_ALLOCATED;
    if (Vad->Kind != MI_VAD_PRIVATE)
        return STATUS_UNABLE_TO_DELETE_SECTION;
    if (*Bytes == 0) {
        if (*Base != Vad->Base)
            return STATUS_FREE_VM_NOT_AT_BASE;
        *Bytes = Vad->Bytes;
    }
    if (!MiIsInside(Vad, *Base, *Bytes))
        return STATUS_UNABLE_TO_FREE_VM;
    return MiIsSecured(Space, *Base, *Bytes) ? STATUS_INVALID_PAGE_PROTECTION : STATUS_SUCCESS;
}

NTSTATUS MiDecommitUser(MM_SPACE *Space, ULONG_PTR *Base, SIZE_T *Bytes)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MiLock(User);
    MI_VAD *Vad = MiVadOf(User, *Base);
    NTSTATUS Status = MiFreeRange(Space, Vad, Base, Bytes);
    if (NT_SUCCESS(Status))
        Status = MiSetPages(Space, Vad, *Base, *Bytes, 0);
    if (NT_SUCCESS(Status))
        MiHostDiscard(Space, *Base, *Bytes);
    MiUnlock(User);
    return Status;
}

/*
 * What is left of a record on either side of a released part. Tail: a new record for what lies
 * behind, unless it is empty.
 */
static void MiCutVad(MI_USER *User, MI_VAD *Vad, MI_VAD *Tail, ULONG_PTR Base, SIZE_T Bytes)
{
    SIZE_T Before = Base - Vad->Base;
    if (Tail != NULL) {
        Tail->Base = Base + Bytes;
        memcpy(Tail->Page, Vad->Page + (Before + Bytes) / PAGE_SIZE,
            Tail->Bytes / PAGE_SIZE * sizeof(USHORT));
        MiLink(&User->Vads, &Tail->Link);
    }
    if (Before != 0)
        Vad->Bytes = Before;
    else
        MiUnlink(&Vad->Link);
}

NTSTATUS MiReleaseUser(MM_SPACE *Space, ULONG_PTR *Base, SIZE_T *Bytes)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MI_VAD *Gone = NULL, *Tail = NULL;
    MiLock(User);
    MI_VAD *Vad = MiVadOf(User, *Base);
    NTSTATUS Status = MiFreeRange(Space, Vad, Base, Bytes);
    if (NT_SUCCESS(Status)) {
        SIZE_T Before = *Base - Vad->Base, Behind = Vad->Bytes - Before - *Bytes;
        if (Behind != 0)
            Tail = MiNewVad(Vad, Behind);
        if (Behind != 0 && Tail == NULL)
            Status = STATUS_INSUFFICIENT_RESOURCES;
        Gone = Before == 0 ? Vad : NULL;
    }
    if (NT_SUCCESS(Status))
        Status = MiStatusOfMap(MiHostUnmap(Space, *Base, *Bytes));
    if (NT_SUCCESS(Status))
        MiCutVad(User, Vad, Tail, *Base, *Bytes);
    else if (Tail != NULL)
        host_private_free(Tail, Tail->RecordBytes);
    MiUnlock(User);
    if (NT_SUCCESS(Status) && Gone != NULL)
        host_private_free(Gone, Gone->RecordBytes);
    return Status;
}

static NTSTATUS MiProtectLocked(
    MM_SPACE *Space, MI_VAD *Vad, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect, ULONG *OldProtect)
{
    unsigned Protection;
    if (!MiIsInside(Vad, Base, Bytes))
        return STATUS_CONFLICTING_ADDRESSES;
    SIZE_T First = (Base - Vad->Base) / PAGE_SIZE;
    for (SIZE_T Index = First; Index < First + Bytes / PAGE_SIZE; Index++) {
        if (Vad->Page[Index] == 0)
            return STATUS_NOT_COMMITTED;
    }
    BOOLEAN Copies = (Protect & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0;
    if (Vad->Kind == MI_VAD_PRIVATE && Copies)
        return STATUS_INVALID_PAGE_PROTECTION;
    if (Vad->Kind != MI_VAD_PRIVATE) {
        if (!MiHostProtection(Protect & ~(ULONG)PAGE_GUARD, &Protection))
            return STATUS_INVALID_PAGE_PROTECTION;
        if ((Protection & ~Vad->Allowed) != 0 || (Copies && !Vad->CopyOnWrite))
            return STATUS_SECTION_PROTECTION;
    }
    if (MiIsSecured(Space, Base, Bytes))
        return STATUS_INVALID_PAGE_PROTECTION;
    *OldProtect = Vad->Page[First] & ~MI_PAGE_LOCKED;
    return MiSetPages(Space, Vad, Base, Bytes, Protect);
}

NTSTATUS MiProtectUser(
    MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect, ULONG *OldProtect)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MiLock(User);
    MI_VAD *Vad = MiVadOf(User, Base);
    NTSTATUS Status = Vad != NULL ? MiProtectLocked(Space, Vad, Base, Bytes, Protect, OldProtect)
                                  : STATUS_NOT_FOUND;
    MiUnlock(User);
    return Status;
}

/* The first touch of a guard page takes the guard away. */
static BOOLEAN MiTakeGuardPage(ULONG_PTR Address)
{
    MM_SPACE *Space = KiHostThread->Space;
    MI_USER *User = Space != NULL ? __atomic_load_n(&Space->User, __ATOMIC_ACQUIRE) : &MiOwn;
    ULONG_PTR Page = Address & ~(ULONG_PTR)(PAGE_SIZE - 1);
    BOOLEAN Taken = FALSE;
    if (User == NULL)
        return FALSE;
    MiLock(User);
    MI_VAD *Vad = MiVadOf(User, Address);
    ULONG Protect = Vad != NULL ? Vad->Page[(Page - Vad->Base) / PAGE_SIZE] & ~MI_PAGE_LOCKED : 0;
    if (Protect & PAGE_GUARD)
        Taken = NT_SUCCESS(MiSetPages(Space, Vad, Page, PAGE_SIZE, Protect & ~(ULONG)PAGE_GUARD));
    MiUnlock(User);
    return Taken;
}

NTSTATUS MiLockUser(MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, BOOLEAN Lock)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_SUCCESS;
    MiLock(User);
    MI_VAD *Vad = MiVadOf(User, Base);
    if (Vad == NULL)
        Status = STATUS_NOT_FOUND;
    else if (!MiIsInside(Vad, Base, Bytes))
        Status = STATUS_ACCESS_VIOLATION;
    SIZE_T First = Vad != NULL ? (Base - Vad->Base) / PAGE_SIZE : 0,
           End = First + Bytes / PAGE_SIZE;
    for (SIZE_T Index = First; NT_SUCCESS(Status) && Index < End; Index++) {
        if (Vad->Page[Index] == 0 || (Vad->Page[Index] & (PAGE_NOACCESS | PAGE_GUARD)))
            Status = STATUS_ACCESS_VIOLATION;
        else if (!Lock && !(Vad->Page[Index] & MI_PAGE_LOCKED))
            Status = STATUS_NOT_LOCKED;
    }
    for (SIZE_T Index = First; NT_SUCCESS(Status) && Index < End; Index++)
        Vad->Page[Index] = (USHORT)(Lock ? Vad->Page[Index] | MI_PAGE_LOCKED
                                         : Vad->Page[Index] & ~MI_PAGE_LOCKED);
    MiUnlock(User);
    return Status;
}

NTSTATUS MiQueryUser(MM_SPACE *Space, ULONG_PTR Address, MI_VAD_PAGES *Pages)
{
    MI_USER *User = MiUserOf(Space);
    if (User == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MiLock(User);
    const MI_VAD *Vad = MiVadOf(User, Address);
    if (Vad != NULL) {
        SIZE_T First = (Address - Vad->Base) / PAGE_SIZE, Index = First;
        while (Index < Vad->Bytes / PAGE_SIZE &&
            ((Vad->Page[Index] ^ Vad->Page[First]) & ~MI_PAGE_LOCKED) == 0)
            Index++;
        Pages->Vad = *Vad;
        Pages->Vad.Page = NULL;
        Pages->Protect = Vad->Page[First] & ~MI_PAGE_LOCKED;
        Pages->Bytes = (Index - First) * PAGE_SIZE;
    }
    MiUnlock(User);
    return Vad != NULL ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}
