/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sections and virtual memory where a kernel test does not get: asked for by a client, with every
 * allocation
 *          failing once and for
 * good, and by many threads at a time.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "mm/export.h"
#include "mm/section.h"
#include "rtl/rtl.h"
#include "services.h"

#define SELF ((HANDLE)(LONG_PTR)-1)
#define THREADS 4
#define ROUNDS 300

static dotsys_machine *Machine;

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static void OpenFor(BOOLEAN OrdinaryUser)
{
    const dotsys_options Options = {
        .size = sizeof(Options), .log = Quiet, .ordinary_user = OrdinaryUser};
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
}

static void Close(void)
{
    assert_false(dotsys_machine_stopped(Machine, NULL));
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static NTSTATUS Enter(NTSTATUS (*Routine)(void *Context), void *Context, KPROCESSOR_MODE Mode)
{
    assert_int_equal(SysAttach(), STATUS_SUCCESS);
    return KeEnterKernel(Routine, Context, Mode);
}

/* ---- what a client may ----------------------------------------------------------------------- */

typedef struct CALL {
    ACCESS_MASK Access;
    HANDLE Handle;
    void *Base;
    SIZE_T Bytes;
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
} CALL;

static NTSTATUS OpenPhysical(void *Context)
{
    CALL *Call = Context;
    return NtOpenSection(&Call->Handle, Call->Access, &Call->Attributes);
}

static NTSTATUS TryPhysical(ACCESS_MASK Access)
{
    static WCHAR Text[] = u"\\Device\\PhysicalMemory";
    CALL Call = {.Access = Access, .Name = {sizeof(Text) - sizeof(WCHAR), sizeof(Text), Text}};
    InitializeObjectAttributes(&Call.Attributes, &Call.Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS Status = Enter(OpenPhysical, &Call, UserMode);
    if (NT_SUCCESS(Status))
        assert_int_equal(SysClose(Call.Handle), STATUS_SUCCESS);
    return Status;
}

static void PhysicalMemoryIsForAdministratorsToLookAt(void **State)
{
    (void)State;
    OpenFor(FALSE);
    assert_int_equal(TryPhysical(SECTION_MAP_READ), STATUS_SUCCESS);
    assert_int_equal(TryPhysical(SECTION_MAP_WRITE), STATUS_ACCESS_DENIED);
    Close();
    OpenFor(TRUE);
    assert_int_equal(TryPhysical(SECTION_MAP_READ), STATUS_ACCESS_DENIED);
    Close();
}

static NTSTATUS Allocate(void *Context)
{
    CALL *Call = Context;
    return NtAllocateVirtualMemory(
        SELF, &Call->Base, 0, &Call->Bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

static NTSTATUS AllocateWithBadPointers(void *Context)
{
    void **Nowhere = Context;
    SIZE_T Bytes = PAGE_SIZE;
    NTSTATUS Status = NtAllocateVirtualMemory(SELF, Nowhere, 0, &Bytes, MEM_COMMIT, PAGE_READWRITE);
    return Status == STATUS_ACCESS_VIOLATION
        ? NtFreeVirtualMemory(SELF, (void **)(MM_SYSTEM_BASE + 0x100000),
              (SIZE_T *)(MM_SYSTEM_BASE + 0x100000), MEM_RELEASE)
        : STATUS_UNSUCCESSFUL;
}

static NTSTATUS Release(void *Context)
{
    CALL *Call = Context;
    Call->Bytes = 0;
    return NtFreeVirtualMemory(SELF, &Call->Base, &Call->Bytes, MEM_RELEASE);
}

static void ClientsPassTheirOwnPointers(void **State)
{
    (void)State;
    void *Nowhere = mmap(NULL, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CALL Call = {.Bytes = 3 * PAGE_SIZE};
    OpenFor(FALSE);
    assert_int_equal(Enter(Allocate, &Call, UserMode), STATUS_SUCCESS);
    memset(Call.Base, 1, 3 * PAGE_SIZE);
    assert_int_equal(Enter(Release, &Call, UserMode), STATUS_SUCCESS);
    assert_int_equal(Enter(AllocateWithBadPointers, Nowhere, UserMode), STATUS_ACCESS_VIOLATION);
    Close();
    munmap(Nowhere, PAGE_SIZE);
}

/* What nobody took away goes with the machine. */
static void MemoryGoesWithTheMachine(void **State)
{
    (void)State;
    CALL Call = {.Bytes = PAGE_SIZE};
    OpenFor(FALSE);
    assert_int_equal(Enter(Allocate, &Call, UserMode), STATUS_SUCCESS);
    Close();
    void *Again = mmap(
        Call.Base, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    assert_ptr_equal(Again, Call.Base);
    munmap(Again, PAGE_SIZE);
}

/* ---- failures and threads -------------------------------------------------------------------- */

static NTSTATUS UseMemory(void)
{
    void *Base = NULL, *Part, *Secure;
    SIZE_T Bytes = 0x40000, PartBytes = PAGE_SIZE;
    NTSTATUS Status = ZwAllocateVirtualMemory(SELF, &Base, 0, &Bytes, MEM_RESERVE, PAGE_READWRITE);
    if (!NT_SUCCESS(Status))
        return Status;
    Part = (UCHAR *)Base + 0x10000;
    Status = ZwAllocateVirtualMemory(SELF, &Part, 0, &PartBytes, MEM_COMMIT, PAGE_READWRITE);
    if (NT_SUCCESS(Status)) {
        *(volatile UCHAR *)Part = 1;
        Secure = MmSecureVirtualMemory(Part, PAGE_SIZE, PAGE_READONLY);
        if (Secure != NULL)
            MmUnsecureVirtualMemory(Secure);
        PartBytes = 0x10000;
        /* the end needs a record of its own */
        ZwFreeVirtualMemory(SELF, &Part, &PartBytes, MEM_RELEASE);
    }
    Bytes = 0;
    ZwFreeVirtualMemory(SELF, &Base, &Bytes, MEM_RELEASE);
    Part = (UCHAR *)Base + 0x20000;
    Bytes = 0;
    ZwFreeVirtualMemory(SELF, &Part, &Bytes, MEM_RELEASE);
    return Status;
}

static NTSTATUS UseSection(void)
{
    OBJECT_ATTRIBUTES Attributes;
    LARGE_INTEGER Size = {.QuadPart = 0x20000};
    HANDLE Section;
    void *View = NULL, *System, *Object;
    SIZE_T Bytes = 0, SystemBytes = 0;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = ZwCreateSection(
        &Section, SECTION_ALL_ACCESS, &Attributes, &Size, PAGE_READWRITE, SEC_COMMIT, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ZwMapViewOfSection(
        Section, SELF, &View, 0, 0, NULL, &Bytes, ViewUnmap, 0, PAGE_READWRITE);
    if (NT_SUCCESS(Status) &&
        NT_SUCCESS(ObReferenceObjectByHandle(
            Section, 0, MmSectionObjectType, KernelMode, &Object, NULL))) {
        Status = MmMapViewInSystemSpace(Object, &System, &SystemBytes);
        if (NT_SUCCESS(Status)) {
            *(volatile ULONG *)System = (ULONG)(ULONG_PTR)View;
            if (*(volatile ULONG *)View != (ULONG)(ULONG_PTR)View)
                Status = STATUS_DATA_ERROR;
            MmUnmapViewInSystemSpace(System);
        }
        ObfDereferenceObject(Object);
    }
    if (View != NULL)
        ZwUnmapViewOfSection(SELF, View);
    ZwClose(Section);
    return Status;
}

static NTSTATUS UsePages(void)
{
    const PHYSICAL_ADDRESS Low = {.QuadPart = 0}, High = {.QuadPart = MAXLONGLONG};
    MDL *Mdl = MmAllocatePagesForMdlEx(
        Low, High, Low, 5 * PAGE_SIZE, MmCached, MM_ALLOCATE_FULLY_REQUIRED);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    void *Room = MmAllocateMappingAddress(8 * PAGE_SIZE, 0x74736554);
    if (Room != NULL) {
        void *Mapped = MmMapLockedPagesWithReservedMapping(Room, 0x74736554, Mdl, MmCached);
        if (Mapped != NULL)
            MmUnmapReservedMapping(Room, 0x74736554, Mdl);
        MmFreeMappingAddress(Room, 0x74736554);
    }
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
    return Room != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS UseAll(void *Context)
{
    (void)Context;
    NTSTATUS Status = UseMemory();
    NTSTATUS Section = UseSection();
    NTSTATUS Pages = UsePages();
    return !NT_SUCCESS(Status) ? Status : !NT_SUCCESS(Section) ? Section : Pages;
}

static BOOLEAN CountBlock(const EX_POOL_BLOCK *Block, void *Context)
{
    (void)Block;
    ++*(unsigned *)Context;
    return TRUE;
}

static unsigned PoolBlocks(void)
{
    unsigned Count = 0;
    ExEnumeratePool(CountBlock, &Count);
    return Count;
}

static void FailEach(BOOLEAN Forever)
{
    LONG Number = 1;
    BOOLEAN Reached = TRUE;
    OpenFor(FALSE);
    assert_int_equal(Enter(UseAll, NULL, KernelMode), STATUS_SUCCESS);
    unsigned Blocks = PoolBlocks();
    ULONG Pages = MmPagesInUse();
    for (; Reached; Number++) {
        MmFailAllocation(Number, Forever);
        NTSTATUS Status = Enter(UseAll, NULL, KernelMode);
        Reached = MmAllocationCount() >= (ULONG)Number;
        MmFailAllocation(-1, FALSE);
        if (!NT_SUCCESS(Status) && Status != STATUS_INSUFFICIENT_RESOURCES &&
            Status != STATUS_NO_MEMORY)
            fail_msg("allocation %d failing: status %08X", (int)Number, (unsigned)Status);
        if (PoolBlocks() > Blocks)
            fail_msg("allocation %d failing: %u blocks leaked", (int)Number, PoolBlocks() - Blocks);
    }
    assert_true(Number > 8);
    assert_true(MmPagesInUse() <= Pages + 64); /* the pools keep some */
    Close();
}

static void EveryAllocationFailsOnce(void **State)
{
    (void)State;
    FailEach(FALSE);
}

static void EveryAllocationFailsForGood(void **State)
{
    (void)State;
    FailEach(TRUE);
}

static void *Hammer(void *Context)
{
    for (int Round = 0; Round < ROUNDS; Round++) {
        if (!NT_SUCCESS(Enter(UseAll, NULL, KernelMode)))
            ++*(long *)Context;
    }
    return NULL;
}

static void ThreadsShareTheAddresses(void **State)
{
    (void)State;
    pthread_t Thread[THREADS];
    long Bad[THREADS] = {0};
    OpenFor(FALSE);
    for (int Index = 0; Index < THREADS; Index++)
        assert_int_equal(pthread_create(&Thread[Index], NULL, Hammer, &Bad[Index]), 0);
    for (int Index = 0; Index < THREADS; Index++) {
        pthread_join(Thread[Index], NULL);
        assert_int_equal(Bad[Index], 0);
    }
    Close();
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(PhysicalMemoryIsForAdministratorsToLookAt),
        cmocka_unit_test(ClientsPassTheirOwnPointers),
        cmocka_unit_test(MemoryGoesWithTheMachine),
        cmocka_unit_test(EveryAllocationFailsOnce),
        cmocka_unit_test(EveryAllocationFailsForGood),
        cmocka_unit_test(ThreadsShareTheAddresses),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
