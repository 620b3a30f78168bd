/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmProbeAndLockProcessPages - pages of a process that need not be the current one.
 */
#include <ntifs.h>

#include "mdl_test.h"

NTKERNELAPI VOID NTAPI MmProbeAndLockProcessPages(PMDL Mdl, PEPROCESS Process, KPROCESSOR_MODE Mode,
                                                  LOCK_OPERATION Operation);

/* What it raises; STATUS_SUCCESS for nothing. */
static NTSTATUS Lock(PMDL Mdl, KPROCESSOR_MODE Mode, LOCK_OPERATION Operation)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        MmProbeAndLockProcessPages(Mdl, PsGetCurrentProcess(), Mode, Operation);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

TEST(MmProbeAndLockProcessPages, TakesTheCurrentProcess)
{
    PEPROCESS Before = PsGetCurrentProcess();
    PVOID Memory = NULL;
    SIZE_T Bytes = 2 * PAGE_SIZE;
    UCHAR *Mapped;
    PMDL Mdl;

    if (!CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), &Memory, 0, &Bytes,
                                              MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                      STATUS_SUCCESS))
        return;
    Mdl = IoAllocateMdl((UCHAR *)Memory + 7, PAGE_SIZE, FALSE, FALSE, NULL);
    if (CHECK(Mdl != NULL)) {
        *((UCHAR *)Memory + 7) = 0x77;
        if (CHECK_STATUS(Lock(Mdl, UserMode, IoWriteAccess), STATUS_SUCCESS)) {
            CHECK_PTR(PsGetCurrentProcess(), Before);
            Mapped = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
            if (CHECK(Mapped != NULL)) {
                CHECK_EQ(Mapped[0], 0x77);
                Mapped[PAGE_SIZE - 1] = 0x78;
            }
            MmUnlockPages(Mdl);
            CHECK_EQ(*((UCHAR *)Memory + 7 + PAGE_SIZE - 1), 0x78);
        }
        IoFreeMdl(Mdl);
    }
    Bytes = 0;
    CHECK_STATUS(ZwFreeVirtualMemory(NtCurrentProcess(), &Memory, &Bytes, MEM_RELEASE),
                 STATUS_SUCCESS);
}

TEST(MmProbeAndLockProcessPages, RaisesForWhatIsNotThere)
{
    PMDL Mdl = IoAllocateMdl(MDL_TEST_NOT_THERE, 100, FALSE, FALSE, NULL);

    if (!CHECK(Mdl != NULL))
        return;
    CHECK_STATUS(Lock(Mdl, KernelMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
    CHECK((Mdl->MdlFlags & MDL_PAGES_LOCKED) == 0);
    IoFreeMdl(Mdl);
}

TEST(MmProbeAndLockProcessPages, TakesPool)
{
    UCHAR *Memory = MdlTestAllocate(PAGE_SIZE);
    PMDL Mdl = Memory != NULL ? IoAllocateMdl(Memory, 100, FALSE, FALSE, NULL) : NULL;

    if (CHECK(Mdl != NULL)) {
        CHECK_STATUS(Lock(Mdl, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
        if (CHECK_STATUS(Lock(Mdl, KernelMode, IoReadAccess), STATUS_SUCCESS)) {
            CHECK(MdlTestHasPagesOf(Mdl, Memory));
            MmUnlockPages(Mdl);
        }
        IoFreeMdl(Mdl);
    }
    if (Memory != NULL)
        MdlTestFree(Memory);
}
