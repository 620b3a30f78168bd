/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmProbeAndLockSelectedPages - pages from here and there, one after the other in an MDL.
 */
#include <ntifs.h>

#include "mdl_test.h"

NTKERNELAPI VOID NTAPI MmProbeAndLockSelectedPages(PMDL Mdl, FILE_SEGMENT_ELEMENT *Segments,
                                                   KPROCESSOR_MODE Mode, LOCK_OPERATION Operation);

#define PAGES 4u

/* What it raises; STATUS_SUCCESS for nothing. */
static NTSTATUS Lock(PMDL Mdl, FILE_SEGMENT_ELEMENT *Segments, KPROCESSOR_MODE Mode,
                     LOCK_OPERATION Operation)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        MmProbeAndLockSelectedPages(Mdl, Segments, Mode, Operation);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

/* The pages of Memory from the last to the first. */
static VOID Backwards(FILE_SEGMENT_ELEMENT *Segments, UCHAR *Memory)
{
    ULONG Page;

    for (Page = 0; Page < PAGES; Page++)
        Segments[Page].Alignment = (ULONG_PTR)(Memory + (PAGES - 1 - Page) * PAGE_SIZE);
}

/* Memory: PAGES pages. What the MDL's mapping has is there backwards, and what is written arrives.
 */
static VOID CheckBackwards(UCHAR *Memory)
{
    FILE_SEGMENT_ELEMENT Segments[PAGES];
    PMDL Mdl = IoAllocateMdl(Memory, PAGES * PAGE_SIZE, FALSE, FALSE, NULL);
    UCHAR *Mapped;
    ULONG Page;

    if (!CHECK(Mdl != NULL))
        return;
    for (Page = 0; Page < PAGES; Page++)
        Memory[Page * PAGE_SIZE + 5] = (UCHAR)(Page + 1);
    Backwards(Segments, Memory);
    if (CHECK_STATUS(Lock(Mdl, Segments, KernelMode, IoModifyAccess), STATUS_SUCCESS)) {
        CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
        Mapped = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE,
                                              NormalPagePriority);
        for (Page = 0; CHECK(Mapped != NULL) && Page < PAGES; Page++) {
            CHECK_EQ(Mapped[Page * PAGE_SIZE + 5], PAGES - Page);
            Mapped[Page * PAGE_SIZE + 6] = (UCHAR)(0x10 + Page);
        }
        MmUnlockPages(Mdl);
        for (Page = 0; Page < PAGES; Page++)
            CHECK_EQ(Memory[Page * PAGE_SIZE + 6], 0x10 + PAGES - 1 - Page);
    }
    IoFreeMdl(Mdl);
}

TEST(MmProbeAndLockSelectedPages, TakesPoolPages)
{
    UCHAR *Memory = MdlTestAllocate(PAGES * PAGE_SIZE);

    if (Memory == NULL)
        return;
    CheckBackwards(Memory);
    MdlTestFree(Memory);
}

TEST(MmProbeAndLockSelectedPages, TakesPagesOfTheProcess)
{
    PVOID Memory = NULL;
    SIZE_T Bytes = PAGES * PAGE_SIZE;

    if (!CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &Memory, 0, &Bytes,
                                              MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                      STATUS_SUCCESS))
        return;
    CheckBackwards(Memory);
    Bytes = 0;
    CHECK_STATUS(ZwFreeVirtualMemory(NtCurrentProcess(), &Memory, &Bytes, MEM_RELEASE),
                 STATUS_SUCCESS);
}

TEST(MmProbeAndLockSelectedPages, RaisesForWhatIsNotThere)
{
    FILE_SEGMENT_ELEMENT Segments[PAGES];
    PVOID Memory = NULL, Part;
    SIZE_T Bytes = PAGES * PAGE_SIZE;
    PMDL Mdl;

    if (!CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &Memory, 0, &Bytes, MEM_RESERVE,
                                              PAGE_READWRITE),
                      STATUS_SUCCESS))
        return;
    Mdl = IoAllocateMdl(Memory, PAGES * PAGE_SIZE, FALSE, FALSE, NULL);
    Part = (UCHAR *)Memory + PAGE_SIZE;
    Bytes = (PAGES - 1) * PAGE_SIZE;
    CHECK_STATUS(
        ZwAllocateVirtualMemory(NtCurrentProcess(), &Part, 0, &Bytes, MEM_COMMIT, PAGE_READWRITE),
        STATUS_SUCCESS);
    if (CHECK(Mdl != NULL)) {
        Backwards(Segments, Memory);
        CHECK_STATUS(Lock(Mdl, Segments, KernelMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
        CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) == 0);
        IoFreeMdl(Mdl);
    }
    Bytes = 0;
    CHECK_STATUS(ZwFreeVirtualMemory(NtCurrentProcess(), &Memory, &Bytes, MEM_RELEASE),
                 STATUS_SUCCESS);
}

TEST(MmProbeAndLockSelectedPages, ProbesForUserMode)
{
    FILE_SEGMENT_ELEMENT Segments[PAGES];
    UCHAR *Memory = MdlTestAllocate(PAGES * PAGE_SIZE);
    PMDL Mdl = Memory != NULL ? IoAllocateMdl(Memory, PAGES * PAGE_SIZE, FALSE, FALSE, NULL) : NULL;

    if (CHECK(Mdl != NULL)) {
        Backwards(Segments, Memory);
        CHECK_STATUS(Lock(Mdl, Segments, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
        IoFreeMdl(Mdl);
    }
    if (Memory != NULL)
        MdlTestFree(Memory);
}
