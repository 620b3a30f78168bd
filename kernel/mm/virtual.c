/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * User memory as system services: reserving, committing, protecting, asking. The program's own
 * memory can be asked
 *          about and
 * protected, too; it is freed by whoever mapped it. Memory of a client in a process of its own is
 * made and changed by that process, on its own threads; that of other processes only read and
 * written.
 */
#include <string.h>

#include "host/host.h"
#include "ke/zw.h"
#include "mm/mip.h"
#include "mm/section.h"
#include "mm/space.h"
#include "mm/vad.h"

#define MI_GRANULE          ((ULONG_PTR)0x10000)
#define MI_MOST_ZERO_BITS   21u
#define MI_ALLOCATION_TYPES \
    (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO | MEM_TOP_DOWN | MEM_LARGE_PAGES)
#define MI_LOCK_PROCESS     1u
#define MI_LOCK_SYSTEM      2u
#define MI_COPY_BYTES       ((SIZE_T)2048)

/* A range in and out: a base and a size the caller has. */
typedef struct MI_RANGE {
    void **BaseAt;
    SIZE_T *BytesAt;
    KPROCESSOR_MODE Mode;
    ULONG_PTR Base;
    SIZE_T Bytes;
} MI_RANGE;

static NTSTATUS MiReadRange(MI_RANGE *Range, void **BaseAt, SIZE_T *BytesAt)
{
    *Range = (MI_RANGE){.BaseAt = BaseAt, .BytesAt = BytesAt, .Mode = KiPreviousMode()};
    NTSTATUS Status = ObiReadCaller(&Range->Base, BaseAt, sizeof(void *), Range->Mode);
    if (NT_SUCCESS(Status))
        Status = ObiReadCaller(&Range->Bytes, BytesAt, sizeof(SIZE_T), Range->Mode);
    return Status;
}

static NTSTATUS MiWriteRange(const MI_RANGE *Range)
{
    NTSTATUS Status = ObiWriteCaller(Range->BaseAt, &Range->Base, sizeof(void *), Range->Mode);
    return NT_SUCCESS(Status)
        ? ObiWriteCaller(Range->BytesAt, &Range->Bytes, sizeof(SIZE_T), Range->Mode)
        : Status;
}

/* INVALID_PARAMETER_2, _3: a base, or a length from there, that no client has. */
static NTSTATUS MiCheckRange(ULONG_PTR Base, SIZE_T Bytes, NTSTATUS BadLength)
{
    if (Base > MM_HIGHEST_USER_ADDRESS && !MmIsUserRange((const void *)Base, 1))
        return STATUS_INVALID_PARAMETER_2;
    if (MmIsSystemAddress((const void *)Base))
        return STATUS_INVALID_PARAMETER_2;
    return Bytes != 0 && !MmIsUserRange((const void *)Base, Bytes) ? BadLength : STATUS_SUCCESS;
}

/* All pages a byte range touches. */
static void MiRoundRange(MI_RANGE *Range, ULONG_PTR Granule)
{
    ULONG_PTR End = (Range->Base + Range->Bytes + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1);
    Range->Base &= ~(Granule - 1);
    Range->Bytes = End - Range->Base;
}

/* ---- reserving and committing ---------------------------------------------------------------- */

static NTSTATUS MiCheckAllocation(ULONG_PTR ZeroBits, ULONG Type, ULONG Protect)
{
    unsigned Protection;
    if (ZeroBits > MI_MOST_ZERO_BITS && (ZeroBits < 32 || sizeof(void *) == 4))
        return STATUS_INVALID_PARAMETER_3;
    if ((Type & ~(ULONG)MI_ALLOCATION_TYPES) ||
        !(Type & (MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO)))
        return STATUS_INVALID_PARAMETER_5;
    if ((Type & MEM_RESET) && Type != MEM_RESET)
        return STATUS_INVALID_PARAMETER_5;
    if ((Type & MEM_RESET_UNDO) && Type != MEM_RESET_UNDO)
        return STATUS_INVALID_PARAMETER_5;
    if (!MiHostProtection(Protect, &Protection) ||
        (Protect & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)))
        return STATUS_INVALID_PAGE_PROTECTION;
    /* Nothing here has large pages to give, as on a Windows whose memory is in pieces. */
    return Type & MEM_LARGE_PAGES ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static ULONG_PTR MiHighestBase(ULONG_PTR ZeroBits)
{
    if (ZeroBits == 0)
        return MM_HIGHEST_USER_ADDRESS;
    if (ZeroBits <= MI_MOST_ZERO_BITS)
        return (ULONG_PTR)0xFFFFFFFF >> ZeroBits;
    return ~(ULONG_PTR)0 >> (__builtin_clzll((ULONG64)ZeroBits) & 63);
}

static NTSTATUS MiReserveUser(
    MM_SPACE *Space, MI_RANGE *Range, ULONG_PTR ZeroBits, ULONG Type, ULONG Protect)
{
    const MI_VAD_SOURCE Source = {.File = -1};
    if (Range->Base != 0)
        MiRoundRange(Range, MI_GRANULE);
    else
        Range->Bytes = (Range->Bytes + PAGE_SIZE - 1) & ~(SIZE_T)(PAGE_SIZE - 1);
    if (Range->Bytes == 0)
        return STATUS_INVALID_PARAMETER_4;
    const MI_VAD Content = {
        .Base = Range->Base, .Bytes = Range->Bytes, .Kind = MI_VAD_PRIVATE, .Protect = Protect};
    return MiCreateVad(Space, &Content, &Source, (Type & MEM_COMMIT) != 0, MiHighestBase(ZeroBits),
        (Type & MEM_TOP_DOWN) != 0, &Range->Base);
}

static NTSTATUS MiAllocateUser(
    MM_SPACE *Space, MI_RANGE *Range, ULONG_PTR ZeroBits, ULONG Type, ULONG Protect)
{
    if (Range->Bytes == 0)
        return STATUS_INVALID_PARAMETER_4;
    if (Range->Base > MM_HIGHEST_USER_ADDRESS) /* also where Linux has memory of the program's
                                                  beyond */
        return STATUS_INVALID_PARAMETER_2;
    NTSTATUS Status = MiCheckRange(Range->Base, Range->Bytes, STATUS_INVALID_PARAMETER_4);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Range->Base == 0 && Range->Bytes > MM_HIGHEST_USER_ADDRESS)
        return STATUS_INVALID_PARAMETER_4;
    if (Range->Base == 0 && (Type & MEM_COMMIT))
        Type |= MEM_RESERVE;
    if (Type & MEM_RESERVE)
        return MiReserveUser(Space, Range, ZeroBits, Type, Protect);
    MiRoundRange(Range, PAGE_SIZE);
    return Type & MEM_COMMIT ? MiCommitUser(Space, Range->Base, Range->Bytes, Protect)
                             : MiResetUser(Space, Range->Base, Range->Bytes);
}

/*
 * NtAllocateVirtualMemory - reserve addresses of a process, commit pages there, or both.
 *
 * BaseAddress: in: where, 0: anywhere; out: where it begins. ZeroBits: how many high bits of 32 the
 *              address has not, or from 32 on a mask. RegionSize: in: bytes; out: whole pages, from
 *              a multiple of 64 KiB for what is reserved. AllocationType: MEM_COMMIT, MEM_RESERVE,
 *              MEM_TOP_DOWN; MEM_RESET and MEM_RESET_UNDO alone.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER_2 to _5; INVALID_PAGE_PROTECTION; CONFLICTING_ADDRESSES:
 *          reserved already, or not what is to be committed; ALREADY_COMMITTED: a view; NO_MEMORY;
 *          INSUFFICIENT_RESOURCES, also for large pages; the statuses of a bad handle;
 *          NOT_SUPPORTED: as NtMapViewOfSection.
 * Owner:   caller; NtFreeVirtualMemory.
 * Source:  DOC ntifs/ZwAllocateVirtualMemory; OBS tests/kernel/mm/ZwAllocateVirtualMemory.c
 */
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE ProcessHandle, void **BaseAddress, ULONG_PTR ZeroBits,
    SIZE_T *RegionSize, ULONG AllocationType, ULONG Protect)
{
    MI_RANGE Range;
    EPROCESS *Process;
    NTSTATUS Status = MiCheckAllocation(ZeroBits, AllocationType, Protect);
    if (NT_SUCCESS(Status))
        Status = MiReadRange(&Range, BaseAddress, RegionSize);
    if (NT_SUCCESS(Status))
        Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = MiAllocateUser(Process->Space, &Range, ZeroBits, AllocationType, Protect);
    ObfDereferenceObject(Process);
    return NT_SUCCESS(Status) ? MiWriteRange(&Range) : Status;
}

NTSTATUS NTAPI ZwAllocateVirtualMemory(HANDLE ProcessHandle, void **BaseAddress, ULONG_PTR ZeroBits,
    SIZE_T *RegionSize, ULONG AllocationType, ULONG Protect)
{
    return ZW_CALL(AllocateVirtualMemory,
        (ProcessHandle, BaseAddress, ZeroBits, RegionSize, AllocationType, Protect));
}

/*
 * NtFreeVirtualMemory - decommit pages (MEM_DECOMMIT) or give addresses back (MEM_RELEASE).
 *
 * RegionSize: in: bytes, 0: all that was reserved at BaseAddress; out: whole pages.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER_4: not one of the two; INVALID_PARAMETER_2, _3;
 *          MEMORY_NOT_ALLOCATED; FREE_VM_NOT_AT_BASE; UNABLE_TO_FREE_VM: longer than what was
 *          reserved; UNABLE_TO_DELETE_SECTION: a view; INVALID_PAGE_PROTECTION: secured;
 *          INSUFFICIENT_RESOURCES; the statuses of a bad handle; NOT_SUPPORTED: as
 *          NtMapViewOfSection.
 * Source:  DOC ntifs/ZwFreeVirtualMemory; OBS tests/kernel/mm/ZwFreeVirtualMemory.c
 */
NTSTATUS NTAPI NtFreeVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG FreeType)
{
    MI_RANGE Range;
    EPROCESS *Process;
    if (FreeType != MEM_DECOMMIT && FreeType != MEM_RELEASE)
        return STATUS_INVALID_PARAMETER_4;
    NTSTATUS Status = MiReadRange(&Range, BaseAddress, RegionSize);
    if (NT_SUCCESS(Status))
        Status = MiCheckRange(Range.Base, Range.Bytes, STATUS_INVALID_PARAMETER_3);
    if (NT_SUCCESS(Status))
        Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Range.Bytes != 0)
        MiRoundRange(&Range, PAGE_SIZE);
    else
        Range.Base &= ~(ULONG_PTR)(PAGE_SIZE - 1);
    Status = FreeType == MEM_DECOMMIT ? MiDecommitUser(Process->Space, &Range.Base, &Range.Bytes)
                                      : MiReleaseUser(Process->Space, &Range.Base, &Range.Bytes);
    ObfDereferenceObject(Process);
    return NT_SUCCESS(Status) ? MiWriteRange(&Range) : Status;
}

NTSTATUS NTAPI ZwFreeVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG FreeType)
{
    return ZW_CALL(FreeVirtualMemory, (ProcessHandle, BaseAddress, RegionSize, FreeType));
}

/* ---- protecting ------------------------------------------------------------------------------ */

static ULONG MiProtectOfHost(unsigned Protection)
{
    static const ULONG Protect[] = {PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE, PAGE_READWRITE,
        PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_READWRITE};
    return Protect[Protection & 7];
}

/* The program's own pages; all of them must be there. */
static NTSTATUS MiProtectOwn(
    MM_SPACE *Space, const MI_RANGE *Range, ULONG Protect, ULONG *OldProtect)
{
    struct host_user_memory Memory;
    unsigned Protection;
    ULONG_PTR End = Range->Base + Range->Bytes;
    for (ULONG_PTR At = Range->Base; At < End; At = Memory.base + Memory.size_bytes) {
        if (host_user_query(Space != NULL ? Space->ProcessId : 0, At, &Memory) != 0)
            return STATUS_CONFLICTING_ADDRESSES;
        if (At == Range->Base)
            *OldProtect = MiProtectOfHost(Memory.protection);
    }
    if (!MiHostProtection(Protect, &Protection))
        return STATUS_INVALID_PAGE_PROTECTION;
    return MiStatusOfMap(MiProtectHost(Space, Range->Base, Range->Bytes, Protection));
}

/*
 * NtProtectVirtualMemory - another protection for committed pages.
 *
 * BaseAddress, NumberOfBytesToProtect: out: whole pages. OldAccessProtection: what the first page
 * had.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INVALID_PAGE_PROTECTION, also for what is secured; INVALID_PARAMETER_2, _3;
 *          CONFLICTING_ADDRESSES: not one allocation; NOT_COMMITTED; SECTION_PROTECTION: more than
 *          the section has; the statuses of a bad handle; NOT_SUPPORTED: as NtMapViewOfSection.
 * Source:  INF: undocumented for drivers; VirtualProtect is built on it; OBS
 *          tests/kernel/mm/ZwProtectVirtualMemory.c
 */
static NTSTATUS MiProtectVirtual(HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize,
    ULONG NewProtect, ULONG *OldAccessProtection)
{
    unsigned Protection;
    MI_RANGE Range;
    EPROCESS *Process;
    ULONG Old = 0;
    if (!MiHostProtection(NewProtect, &Protection))
        return STATUS_INVALID_PAGE_PROTECTION;
    NTSTATUS Status = MiReadRange(&Range, BaseAddress, RegionSize);
    if (NT_SUCCESS(Status) && Range.Bytes == 0)
        Status = STATUS_INVALID_PARAMETER_3;
    if (NT_SUCCESS(Status))
        Status = MiCheckRange(Range.Base, Range.Bytes, STATUS_INVALID_PARAMETER_3);
    if (NT_SUCCESS(Status))
        Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    MiRoundRange(&Range, PAGE_SIZE);
    Status = MiProtectUser(Process->Space, Range.Base, Range.Bytes, NewProtect, &Old);
    if (Status == STATUS_NOT_FOUND)
        Status = MiProtectOwn(Process->Space, &Range, NewProtect, &Old);
    ObfDereferenceObject(Process);
    if (NT_SUCCESS(Status))
        Status = MiWriteRange(&Range);
    return NT_SUCCESS(Status) ? ObiWriteCaller(OldAccessProtection, &Old, sizeof(Old), Range.Mode)
                              : Status;
}

NTSTATUS NTAPI ZwProtectVirtualMemory(HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize,
    ULONG NewProtect, ULONG *OldAccessProtection)
{
    return ZW_RUN(
        MiProtectVirtual(ProcessHandle, BaseAddress, RegionSize, NewProtect, OldAccessProtection));
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* MEMORY_BASIC_INFORMATION as Windows has had it all along; later versions use what is padding here
 * on x64. */
typedef struct MI_BASIC_INFORMATION {
    void *BaseAddress;
    void *AllocationBase;
    ULONG AllocationProtect;
    SIZE_T RegionSize;
    ULONG State;
    ULONG Protect;
    ULONG Type;
} MI_BASIC_INFORMATION;

static void MiDescribeOwn(const MI_VAD_PAGES *Pages, ULONG_PTR Base, MI_BASIC_INFORMATION *Answer)
{
    *Answer = (MI_BASIC_INFORMATION){.BaseAddress = (void *)Base,
        .AllocationBase = (void *)Pages->Vad.Base,
        .AllocationProtect = Pages->Vad.Protect,
        .RegionSize = Pages->Bytes,
        .Protect = Pages->Protect};
    Answer->State = Pages->Protect != 0 ? MEM_COMMIT : MEM_RESERVE;
    Answer->Type = Pages->Vad.Image         ? MEM_IMAGE
        : Pages->Vad.Kind == MI_VAD_SECTION ? MEM_MAPPED
                                            : MEM_PRIVATE;
}

static void MiDescribeHost(ULONG Process, ULONG_PTR Base, MI_BASIC_INFORMATION *Answer)
{
    struct host_user_memory Memory;
    *Answer = (MI_BASIC_INFORMATION){.BaseAddress = (void *)Base};
    int Error = host_user_query(Process, Base, &Memory);
    ULONG_PTR End = Memory.base + Memory.size_bytes;
    if (End > MM_HIGHEST_USER_ADDRESS || End < Base)
        End = MM_HIGHEST_USER_ADDRESS + 1;
    Answer->RegionSize = End > Base ? End - Base : PAGE_SIZE;
    if (Error != 0) {
        Answer->State = MEM_FREE;
        Answer->Protect = PAGE_NOACCESS;
        return;
    }
    Answer->AllocationBase = (void *)Memory.base;
    Answer->AllocationProtect = Answer->Protect = MiProtectOfHost(Memory.protection);
    Answer->State = MEM_COMMIT;
    Answer->Type = Memory.file     ? (Memory.protection & HOST_EXECUTE ? MEM_IMAGE : MEM_MAPPED)
                   : Memory.shared ? MEM_MAPPED
                                   : MEM_PRIVATE;
}

/*
 * NtQueryVirtualMemory - what there is at an address of a process, and how far it is alike (class
 * 0, MemoryBasicInformation).
 *
 * ReturnLength: optional. Of memory that is not the kernel's doing the host is asked: executable
 * files are images.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH; INVALID_PARAMETER: no user address;
 *          ACCESS_DENIED: no PROCESS_QUERY_INFORMATION; the statuses of a bad handle.
 * Source:  DOC ntifs/ZwQueryVirtualMemory; OBS tests/kernel/mm/ZwQueryVirtualMemory.c
 */
NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, void *BaseAddress,
    ULONG MemoryInformationClass, void *MemoryInformation, SIZE_T MemoryInformationLength,
    SIZE_T *ReturnLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    MI_BASIC_INFORMATION Answer;
    MI_VAD_PAGES Pages;
    BOOLEAN Foreign;
    EPROCESS *Process;
    SIZE_T Length = sizeof(Answer);
    ULONG_PTR Base = (ULONG_PTR)PAGE_ALIGN(BaseAddress);
    if (MemoryInformationClass != 0)
        return STATUS_INVALID_INFO_CLASS;
    if (MemoryInformationLength < sizeof(Answer))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (Base > MM_HIGHEST_USER_ADDRESS || MmIsSystemAddress(BaseAddress))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = MiReferenceProcess(
        ProcessHandle, PROCESS_QUERY_INFORMATION, &Foreign, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!Foreign && NT_SUCCESS(MiQueryUser(Process->Space, Base, &Pages)))
        MiDescribeOwn(&Pages, Base, &Answer);
    else
        MiDescribeHost(
            Foreign || Process->Space != NULL ? (ULONG)(ULONG_PTR)Process->UniqueProcessId : 0,
            Base, &Answer);
    ObfDereferenceObject(Process);
    Status = ObiWriteCaller(MemoryInformation, &Answer, sizeof(Answer), Mode);
    return NT_SUCCESS(Status) && ReturnLength != NULL
        ? ObiWriteCaller(ReturnLength, &Length, sizeof(Length), Mode)
        : Status;
}

NTSTATUS NTAPI ZwQueryVirtualMemory(HANDLE ProcessHandle, void *BaseAddress,
    ULONG MemoryInformationClass, void *MemoryInformation, SIZE_T MemoryInformationLength,
    SIZE_T *ReturnLength)
{
    return ZW_CALL(QueryVirtualMemory,
        (ProcessHandle, BaseAddress, MemoryInformationClass, MemoryInformation,
            MemoryInformationLength, ReturnLength));
}

/* ---- locking and flushing -------------------------------------------------------------------- */

static NTSTATUS MiLockVirtual(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG MapType, BOOLEAN Lock)
{
    MI_RANGE Range;
    EPROCESS *Process;
    if (MapType == 0 || (MapType & ~(ULONG)(MI_LOCK_PROCESS | MI_LOCK_SYSTEM)))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = MiReadRange(&Range, BaseAddress, RegionSize);
    if (NT_SUCCESS(Status) && Range.Bytes == 0)
        Status = STATUS_INVALID_PARAMETER_3;
    if (NT_SUCCESS(Status))
        Status = MiCheckRange(Range.Base, Range.Bytes, STATUS_INVALID_PARAMETER_3);
    if (NT_SUCCESS(Status))
        Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    MiRoundRange(&Range, PAGE_SIZE);
    Status = MiLockUser(Process->Space, Range.Base, Range.Bytes, Lock);
    if (Status == STATUS_NOT_FOUND) /* the program's own: what is there stays */
        Status = !Lock ? STATUS_NOT_LOCKED
            : Process->Space != KiHostThread->Space
            ? STATUS_NOT_SUPPORTED
            : MiTouchPages((void *)Range.Base, Range.Bytes, FALSE);
    ObfDereferenceObject(Process);
    return NT_SUCCESS(Status) ? MiWriteRange(&Range) : Status;
}

/*
 * ZwLockVirtualMemory - keep pages in memory, where all are anyway.
 *
 * MapType: 1: in the working set, 2: in physical memory. BaseAddress, RegionSize: out: whole pages.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER: MapType; INVALID_PARAMETER_2, _3; ACCESS_VIOLATION: a page
 *          is not there; the statuses of a bad handle; NOT_SUPPORTED: as NtMapViewOfSection.
 * Source:  DOC ntifs/ZwLockVirtualMemory; INF the statuses
 */
NTSTATUS NTAPI ZwLockVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG MapType)
{
    return ZW_RUN(MiLockVirtual(ProcessHandle, BaseAddress, RegionSize, MapType, TRUE));
}

/* ZwUnlockVirtualMemory - the reverse. Returns: the same; NOT_LOCKED: a page of it is not. Source:
 * DOC ntifs. */
NTSTATUS NTAPI ZwUnlockVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG MapType)
{
    return ZW_RUN(MiLockVirtual(ProcessHandle, BaseAddress, RegionSize, MapType, FALSE));
}

static NTSTATUS MiFlushView(MM_SPACE *Space, MI_RANGE *Range)
{
    MI_VAD Vad;
    if (!MiFindVad(Space, (const void *)Range->Base, &Vad))
        return STATUS_NOT_MAPPED_VIEW;
    if (Vad.Kind != MI_VAD_SECTION)
        return STATUS_NOT_MAPPED_DATA;
    if (Range->Bytes == 0) {
        Range->Base &= ~(ULONG_PTR)(PAGE_SIZE - 1);
        Range->Bytes = Vad.Base + Vad.Bytes - Range->Base;
    } else {
        MiRoundRange(Range, PAGE_SIZE);
    }
    if (Range->Bytes > Vad.Base + Vad.Bytes - Range->Base)
        return STATUS_INVALID_PARAMETER_3;
    int Error = MiFlushUser(Space, Range->Base, Range->Bytes);
    return Error == 0      ? STATUS_SUCCESS
        : Error == ENOTSUP ? STATUS_NOT_SUPPORTED
                           : STATUS_UNEXPECTED_IO_ERROR;
}

/*
 * ZwFlushVirtualMemory - write what was changed in a view to its file.
 *
 * RegionSize: in: bytes, 0: to the view's end; out: whole pages. IoStatus: how the last write went.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; NOT_MAPPED_VIEW: nothing of the kernel's is there; NOT_MAPPED_DATA: no view;
 *          INVALID_PARAMETER_2, _3; the statuses of a bad handle; NOT_SUPPORTED: as
 *          NtMapViewOfSection.
 * Source:  DOC ntifs/ZwFlushVirtualMemory
 */
NTSTATUS NTAPI ZwFlushVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, IO_STATUS_BLOCK *IoStatus)
{
    MI_RANGE Range;
    EPROCESS *Process;
    KPROCESSOR_MODE Mode = KeEnterZw(__builtin_frame_address(0));
    NTSTATUS Status = MiReadRange(&Range, BaseAddress, RegionSize);
    if (NT_SUCCESS(Status))
        Status = MiCheckRange(Range.Base, Range.Bytes, STATUS_INVALID_PARAMETER_3);
    if (NT_SUCCESS(Status))
        Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (NT_SUCCESS(Status)) {
        Status = MiFlushView(Process->Space, &Range);
        ObfDereferenceObject(Process);
    }
    if (NT_SUCCESS(Status)) {
        Status = MiWriteRange(&Range);
        IoStatus->Status = STATUS_SUCCESS;
        IoStatus->Information = Range.Bytes;
    }
    KeLeaveZw(Mode);
    return Status;
}

/*
 * ZwFlushInstructionCache - after code was written. x86 processors see it by themselves.
 * BaseAddress: NULL: all. IRQL: PASSIVE_LEVEL. Returns: SUCCESS; the statuses of a bad handle.
 *              Source: DOC FlushInstructionCache.
 */
NTSTATUS NTAPI ZwFlushInstructionCache(HANDLE ProcessHandle, void *BaseAddress, SIZE_T Length)
{
    EPROCESS *Process;
    BOOLEAN Foreign;
    (void)BaseAddress;
    (void)Length;
    NTSTATUS Status = ZW_RUN(
        MiReferenceProcess(ProcessHandle, PROCESS_VM_WRITE, &Foreign, &Process));
    if (NT_SUCCESS(Status))
        ObfDereferenceObject(Process);
    return Status;
}

/* ---- other processes' memory ----------------------------------------------------------------- */

/* Bytes of one process to or from Data, which is the kernel's own. */
static NTSTATUS MiTransfer(
    EPROCESS *Process, UCHAR *Data, UCHAR *There, SIZE_T Bytes, BOOLEAN Write)
{
    if (MmIsSystemRange(There, Bytes)) {
        for (UCHAR *Page = PAGE_ALIGN(There); Page < There + Bytes; Page += PAGE_SIZE) {
            if (!MmIsAddressValid(Page))
                return STATUS_ACCESS_VIOLATION;
        }
        memcpy(Write ? There : Data, Write ? Data : There, Bytes);
        return STATUS_SUCCESS;
    }
    if (!MmIsUserRange(There, Bytes))
        return STATUS_ACCESS_VIOLATION;
    if (Process->Space != NULL)
        return Write ? MmWriteSpace(Process->Space, There, Data, Bytes)
                     : MmReadSpace(Process->Space, Data, There, Bytes);
    if (Process->Flags & PSI_PROCESS_HOST) {
        ULONG Id = (ULONG)(ULONG_PTR)Process->UniqueProcessId;
        int Error = Write ? host_process_write(Id, There, Data, Bytes)
                          : host_process_read(Id, Data, There, Bytes);
        return Error == 0 ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
    }
    return KeCopyGuarded(Write ? There : Data, Write ? Data : There, Bytes);
}

/* Up to a page's end on either side, so that what comes before a missing page is copied. */
static SIZE_T MiPiece(const UCHAR *From, const UCHAR *To, SIZE_T Left)
{
    SIZE_T FromLeft = PAGE_SIZE - ((ULONG_PTR)From & (PAGE_SIZE - 1)),
           ToLeft = PAGE_SIZE - ((ULONG_PTR)To & (PAGE_SIZE - 1));
    SIZE_T Bytes = Left < MI_COPY_BYTES ? Left : MI_COPY_BYTES;
    Bytes = Bytes < FromLeft ? Bytes : FromLeft;
    return Bytes < ToLeft ? Bytes : ToLeft;
}

/*
 * MmCopyVirtualMemory - copy from one process's memory to another's.
 *
 * PreviousMode: KernelMode: addresses of the system's are allowed. ReturnSize: bytes copied, also
 *               when not all could be.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; PARTIAL_COPY: a page in the middle is missing; ACCESS_VIOLATION: a system
 *          address from UserMode; PROCESS_IS_TERMINATING.
 * Source:  INF ntifs.h, undocumented
 */
NTSTATUS NTAPI MmCopyVirtualMemory(EPROCESS *SourceProcess, void *SourceAddress,
    EPROCESS *TargetProcess, void *TargetAddress, SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
    SIZE_T *ReturnSize)
{
    UCHAR Data[MI_COPY_BYTES];
    UCHAR *From = SourceAddress, *To = TargetAddress;
    SIZE_T Done = 0;
    *ReturnSize = 0;
    if (BufferSize == 0)
        return STATUS_SUCCESS;
    if (SourceProcess->ExitStatus != STATUS_PENDING || TargetProcess->ExitStatus != STATUS_PENDING)
        return STATUS_PROCESS_IS_TERMINATING;
    if (PreviousMode != KernelMode &&
        (!MmIsUserRange(From, BufferSize) || !MmIsUserRange(To, BufferSize)))
        return STATUS_ACCESS_VIOLATION;
    NTSTATUS Status = STATUS_SUCCESS;
    while (NT_SUCCESS(Status) && Done < BufferSize) {
        SIZE_T Bytes = MiPiece(From + Done, To + Done, BufferSize - Done);
        Status = MiTransfer(SourceProcess, Data, From + Done, Bytes, FALSE);
        if (NT_SUCCESS(Status))
            Status = MiTransfer(TargetProcess, Data, To + Done, Bytes, TRUE);
        if (NT_SUCCESS(Status))
            Done += Bytes;
    }
    *ReturnSize = Done;
    return NT_SUCCESS(Status) ? STATUS_SUCCESS : STATUS_PARTIAL_COPY;
}

/* ---- securing -------------------------------------------------------------------------------- */

/*
 * MmSecureVirtualMemory - keep a client's range as accessible as ProbeMode says.
 *
 * Memory the kernel made for the client can then neither be freed nor protected. The program's own,
 * and that of a client in another process, is only looked at: Linux lets a program do with its
 * memory what it likes, so accesses belong into __try all the same. ProbeMode: PAGE_READONLY or
 * PAGE_READWRITE. IRQL:    up to APC_LEVEL. Returns: a handle for MmUnsecureVirtualMemory; NULL:
 * not accessible so, no user range, out of memory. Source:  DOC ntddk/MmSecureVirtualMemory; OBS
 * tests/kernel/mm/MmSecureVirtualMemory.c
 */
HANDLE NTAPI MmSecureVirtualMemory(void *Address, SIZE_T Size, ULONG ProbeMode)
{
    if (Size == 0 || (ProbeMode != PAGE_READONLY && ProbeMode != PAGE_READWRITE) ||
        !MmIsUserRange(Address, Size))
        return NULL;
    if (!NT_SUCCESS(MiTouchPages(Address, Size, ProbeMode == PAGE_READWRITE)))
        return NULL;
    return MiSecure(KiHostThread->Space, (ULONG_PTR)Address, Size);
}

/*
 * MmSecureVirtualMemoryEx - the same. Flags: 0 or what keeps large pages out, of which there are
 * none. Source: DOC ntddk.
 */
HANDLE NTAPI MmSecureVirtualMemoryEx(void *Address, SIZE_T Size, ULONG ProbeMode, ULONG Flags)
{
    return Flags & ~1u ? NULL : MmSecureVirtualMemory(Address, Size, ProbeMode);
}

/* MmUnsecureVirtualMemory - the reverse. IRQL: up to APC_LEVEL. Source: DOC
 * ntddk/MmUnsecureVirtualMemory. */
void NTAPI MmUnsecureVirtualMemory(HANDLE SecureHandle)
{
    MiUnsecure(SecureHandle);
}
