/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Views of one section, mapped and unmapped by several threads, in the process and in the system's
 * space: all see the same memory, as long as one of them is there. Virtual memory of a process that
 * each thread is attached to.
 */
#include "../mm/vm_test.h"
#include "torture.h"

/* ---- views ----------------------------------------------------------------------------------- */

#define VIEW_BYTES 0x20000u

typedef NTSTATUS(NTAPI *MAP_SYSTEM)(PVOID Section, PVOID *Base, SIZE_T *Bytes);
typedef NTSTATUS(NTAPI *UNMAP_SYSTEM)(PVOID Base);

typedef struct VIEW_RACE {
    HANDLE Section;
    PVOID Object;
    volatile LONG *
        Count; /* in a view that stays; first of its words: all rounds, the others: each thread's */
    MAP_SYSTEM MapSystem;
    UNMAP_SYSTEM UnmapSystem;
} VIEW_RACE;

static VOID ViewCount(TORTURE_THREAD *Self, VIEW_RACE *Race, volatile LONG *View)
{
    LONG Before = Race->Count[1 + Self->Index];

    TORTURE_CHECK(Self->Torture, View[1 + Self->Index] == Before);
    View[1 + Self->Index] = Before + 1;
    TORTURE_CHECK(Self->Torture, Race->Count[1 + Self->Index] == Before + 1);
    InterlockedIncrement(View);
}

/* A section that nobody else has, whose view outlives its handle. */
static VOID ViewOwn(TORTURE_THREAD *Self)
{
    HANDLE Section;
    UCHAR *View;
    SIZE_T Bytes;

    if (!TORTURE_CHECK(Self->Torture,
                       NT_SUCCESS(VmSection(VIEW_BYTES, PAGE_READWRITE, SEC_COMMIT, &Section))))
        return;
    if (TORTURE_CHECK(Self->Torture, NT_SUCCESS(VmMap(Section, PAGE_READWRITE, &View, &Bytes)))) {
        ZwClose(Section);
        TORTURE_CHECK(Self->Torture, View[Bytes - 1] == 0);
        View[Bytes - 1] = 1;
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(ZwUnmapViewOfSection(VM_SELF, View)));
        return;
    }
    ZwClose(Section);
}

static VOID NTAPI ViewThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    VIEW_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        PVOID View = NULL;
        SIZE_T Bytes = 0;
        LARGE_INTEGER Offset = {.QuadPart = 0};

        switch (TortureRandom(Self, 3)) {
        case 0:
            if (TORTURE_CHECK(Self->Torture,
                              NT_SUCCESS(Race->MapSystem(Race->Object, &View, &Bytes)))) {
                ViewCount(Self, Race, View);
                TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->UnmapSystem(View)));
            }
            break;
        case 1:
            Bytes = 1 + TortureRandom(Self, VIEW_BYTES);
            if (TORTURE_CHECK(Self->Torture, NT_SUCCESS(ZwMapViewOfSection(
                                                 Race->Section, VM_SELF, &View, 0, 0, &Offset,
                                                 &Bytes, ViewUnmap, 0, PAGE_READWRITE)))) {
                ViewCount(Self, Race, View);
                TORTURE_CHECK(Self->Torture, NT_SUCCESS(ZwUnmapViewOfSection(VM_SELF, View)));
            }
            break;
        default: ViewOwn(Self); break;
        }
    }
}

TEST(ZwMapViewOfSection, MappedAndUnmapped)
{
    static VIEW_RACE Race;
    TORTURE Torture;
    LONG Sum = 0;
    ULONG Index;
    UCHAR *View;
    SIZE_T Bytes;

    Race.MapSystem = (PVOID)KtestExport(L"MmMapViewInSystemSpace");
    Race.UnmapSystem = (PVOID)KtestExport(L"MmUnmapViewInSystemSpace");
    if (!CHECK(Race.MapSystem != NULL && Race.UnmapSystem != NULL) ||
        !CHECK_STATUS(VmSection(VIEW_BYTES, PAGE_READWRITE, SEC_COMMIT, &Race.Section),
                      STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Race.Section, 0, NULL, KernelMode, &Race.Object, NULL),
            STATUS_SUCCESS)) {
        if (CHECK_STATUS(VmMap(Race.Section, PAGE_READWRITE, &View, &Bytes), STATUS_SUCCESS)) {
            Race.Count = (volatile LONG *)(PVOID)View;
            TortureBegin(&Torture, 300);
            for (Index = 0; Index < 4; Index++)
                TortureStart(&Torture, ViewThread, &Race);
            TortureJoin(&Torture);
            for (Index = 0; Index < 4; Index++)
                Sum += Race.Count[1 + Index];
            CHECK_EQ(Sum, Race.Count[0]);
            CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
        }
        ObDereferenceObject(Race.Object);
    }
    ZwClose(Race.Section);
}

/* ---- virtual memory of a process ------------------------------------------------------------- */

typedef NTSTATUS(NTAPI *COPY)(PEPROCESS From, PVOID Source, PEPROCESS To, PVOID Target,
                              SIZE_T Bytes, KPROCESSOR_MODE Mode, PSIZE_T Copied);
typedef NTSTATUS(NTAPI *QUERY)(HANDLE Process, PVOID Base, ULONG Class, PVOID Buffer, SIZE_T Bytes,
                               PSIZE_T Returned);
typedef NTSTATUS(NTAPI *PROTECT)(HANDLE Process, PVOID *Base, PSIZE_T Bytes, ULONG New, PULONG Old);
typedef NTSTATUS(NTAPI *QUERY_SYSTEM)(ULONG Class, PVOID Buffer, ULONG Bytes, PULONG Needed);

typedef struct MEMORY_RACE {
    PEPROCESS System, Process; /* Process: referenced */
    COPY Copy;
    QUERY Query;
    PROTECT Protect; /* NULL: not in this Windows */
} MEMORY_RACE;

typedef struct MEMORY_BASIC { /* MEMORY_BASIC_INFORMATION */
    PVOID BaseAddress;
    PVOID AllocationBase;
    ULONG AllocationProtect;
    SIZE_T RegionSize;
    ULONG State;
    ULONG Protect;
    ULONG Type;
} MEMORY_BASIC;

typedef struct PROCESS_ENTRY { /* the beginning of SYSTEM_PROCESS_INFORMATION */
    ULONG NextEntryOffset;
    ULONG NumberOfThreads;
    UCHAR Reserved1[48];
    PVOID Reserved2[3];
    HANDLE UniqueProcessId;
} PROCESS_ENTRY;

#define MEMORY_BYTES 0x30000u

static NTSTATUS MemoryFree(PVOID Base, SIZE_T Bytes, ULONG Type)
{
    return ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, Type);
}

static NTSTATUS MemoryCommit(PVOID Base, SIZE_T Bytes)
{
    return ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &Bytes, MEM_COMMIT, PAGE_READWRITE);
}

/* A page that may be read only; Memory: the allocation it is of. */
static VOID MemoryProtect(TORTURE_THREAD *Self, const MEMORY_RACE *Race, UCHAR *Memory, UCHAR *Page)
{
    PVOID Base = Page;
    SIZE_T Bytes = PAGE_SIZE;
    MEMORY_BASIC Information;
    ULONG Old = 0;

    TORTURE_CHECK(Self->Torture,
                  NT_SUCCESS(Race->Protect(VM_SELF, &Base, &Bytes, PAGE_READONLY, &Old)));
    TORTURE_CHECK(Self->Torture, Old == PAGE_READWRITE && Base == Page && Bytes == PAGE_SIZE);
    TORTURE_CHECK(Self->Torture, VmWrite(Page, 1) == STATUS_ACCESS_VIOLATION);
    TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->Query(VM_SELF, Page, 0, &Information,
                                                        sizeof(Information), NULL)));
    TORTURE_CHECK(Self->Torture,
                  Information.AllocationBase == Memory && Information.Protect == PAGE_READONLY);
}

static VOID MemorySecure(TORTURE_THREAD *Self, UCHAR *Page)
{
    HANDLE Secured = MmSecureVirtualMemory(Page, PAGE_SIZE, PAGE_READONLY);

    if (!TORTURE_CHECK(Self->Torture, Secured != NULL))
        return;
    TORTURE_CHECK(Self->Torture,
                  MemoryFree(Page, PAGE_SIZE, MEM_DECOMMIT) == STATUS_INVALID_PAGE_PROTECTION);
    MmUnsecureVirtualMemory(Secured);
}

/* One reservation, of the process the thread is attached to. */
static VOID MemoryUse(TORTURE_THREAD *Self, const MEMORY_RACE *Race, UCHAR *Memory)
{
    UCHAR *Page = Memory + (SIZE_T)TortureRandom(Self, MEMORY_BYTES / PAGE_SIZE - 1) * PAGE_SIZE;
    volatile ULONG *Word = (volatile ULONG *)(PVOID)Page;
    ULONG Pattern = (ULONG)Self->Round * 8 + Self->Index, Read = 0;
    SIZE_T Copied = 0;

    if (!TORTURE_CHECK(Self->Torture, NT_SUCCESS(MemoryCommit(Page, 2 * PAGE_SIZE))))
        return;
    TORTURE_CHECK(Self->Torture, *Word == 0);
    *Word = Pattern;
    if (Race->Protect != NULL)
        MemoryProtect(Self, Race, Memory, Page);
    TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->Copy(PsGetCurrentProcess(), Page, Race->System,
                                                       &Read, sizeof(Read), KernelMode, &Copied)));
    TORTURE_CHECK(Self->Torture, Read == Pattern && Copied == sizeof(Read));
    MemorySecure(Self, Page);
    TORTURE_CHECK(Self->Torture, NT_SUCCESS(MemoryFree(Page, PAGE_SIZE, MEM_DECOMMIT)));
    TORTURE_CHECK(Self->Torture, VmWrite(Page, 1) == STATUS_ACCESS_VIOLATION);
    TORTURE_CHECK(Self->Torture, VmWrite(Page + PAGE_SIZE, 1) == STATUS_SUCCESS);
}

static VOID NTAPI MemoryThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    const MEMORY_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        BOOLEAN Attach = TortureRandom(Self, 2) != 0;
        KAPC_STATE State;
        PVOID Memory = NULL;
        SIZE_T Bytes = MEMORY_BYTES;

        if (Attach)
            KeStackAttachProcess((PVOID)Race->Process, &State);
        TORTURE_CHECK(Self->Torture, !Attach || PsGetCurrentProcess() == Race->Process);
        if (TORTURE_CHECK(Self->Torture,
                          NT_SUCCESS(ZwAllocateVirtualMemory(VM_SELF, &Memory, 0, &Bytes,
                                                             MEM_RESERVE, PAGE_READWRITE)))) {
            MemoryUse(Self, Race, Memory);
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(MemoryFree(Memory, 0, MEM_RELEASE)));
        }
        if (Attach)
            KeUnstackDetachProcess(&State);
    }
}

/* Whether memory can be allocated in it: not every process has room for that. */
static BOOLEAN MemoryTakes(PEPROCESS Process)
{
    KAPC_STATE State;
    PVOID Memory = NULL;
    SIZE_T Bytes = PAGE_SIZE;
    NTSTATUS Status;

    KeStackAttachProcess((PVOID)Process, &State);
    Status = ZwAllocateVirtualMemory(VM_SELF, &Memory, 0, &Bytes, MEM_RESERVE | MEM_COMMIT,
                                     PAGE_READWRITE);
    if (NT_SUCCESS(Status))
        MemoryFree(Memory, 0, MEM_RELEASE);
    KeUnstackDetachProcess(&State);
    return NT_SUCCESS(Status);
}

/* Another process than the system's, if there is one that can be used. Referenced. */
static PEPROCESS MemoryProcess(VOID)
{
    QUERY_SYSTEM Query = (QUERY_SYSTEM)KtestExport(L"ZwQuerySystemInformation");
    ULONG Bytes = 0x100000;
    UCHAR *List = Query != NULL ? ExAllocatePoolWithTag(PagedPool, Bytes, TORTURE_TAG) : NULL;
    PEPROCESS Process = NULL;

    if (List != NULL && NT_SUCCESS(Query(5, List, Bytes, NULL))) {
        PROCESS_ENTRY *Entry = (PROCESS_ENTRY *)(PVOID)List;

        for (;;) {
            if (Entry->UniqueProcessId != NULL &&
                Entry->UniqueProcessId != PsGetCurrentProcessId() &&
                NT_SUCCESS(PsLookupProcessByProcessId(Entry->UniqueProcessId, &Process))) {
                if (MemoryTakes(Process))
                    break;
                ObDereferenceObject(Process);
            }
            Process = NULL;
            if (Entry->NextEntryOffset == 0)
                break;
            Entry = (PROCESS_ENTRY *)(PVOID)((UCHAR *)Entry + Entry->NextEntryOffset);
        }
    }
    if (List != NULL)
        ExFreePoolWithTag(List, TORTURE_TAG);
    if (Process == NULL) {
        Process = PsGetCurrentProcess();
        ObReferenceObject(Process);
    }
    return Process;
}

TEST(ZwAllocateVirtualMemory, OfAttachedThreads)
{
    MEMORY_RACE Race;
    TORTURE Torture;
    ULONG Index;

    Race.System = PsGetCurrentProcess();
    Race.Process = MemoryProcess();
    Race.Copy = (PVOID)KtestExport(L"MmCopyVirtualMemory");
    Race.Query = (PVOID)KtestExport(L"ZwQueryVirtualMemory");
    Race.Protect = (PVOID)KtestExport(L"ZwProtectVirtualMemory");
    if (!CHECK(Race.Copy != NULL && Race.Query != NULL)) {
        ObDereferenceObject(Race.Process);
        return;
    }
    TortureBegin(&Torture, 150);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, MemoryThread, &Race);
    TortureJoin(&Torture);
    ObDereferenceObject(Race.Process);
}
