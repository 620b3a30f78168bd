/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoBuildPartialMdl - the part has the address, length and pages it should, and its bytes.
 */
#include "io_test.h"

#define WHOLE_BYTES (3 * PAGE_SIZE)

typedef struct PARTIAL_TEST {
    UCHAR *Buffer;
    PMDL Whole;
    PMDL Part; /* big enough for all of it */
} PARTIAL_TEST;

static BOOLEAN PartialBegin(PARTIAL_TEST *Test)
{
    ULONG At;

    RtlZeroMemory(Test, sizeof(*Test));
    Test->Buffer = ExAllocatePoolWithTag(NonPagedPool, WHOLE_BYTES, IO_TEST_TAG);
    if (!CHECK(Test->Buffer != NULL))
        return FALSE;
    for (At = 0; At < WHOLE_BYTES; At++)
        Test->Buffer[At] = (UCHAR)(At / 7);
    Test->Whole = IoAllocateMdl(Test->Buffer, WHOLE_BYTES, FALSE, FALSE, NULL);
    Test->Part = IoAllocateMdl(Test->Buffer, WHOLE_BYTES, FALSE, FALSE, NULL);
    if (!CHECK(Test->Whole != NULL && Test->Part != NULL))
        return FALSE;
    MmProbeAndLockPages(Test->Whole, KernelMode, IoModifyAccess);
    return TRUE;
}

static VOID PartialEnd(PARTIAL_TEST *Test)
{
    if (Test->Part != NULL)
        IoFreeMdl(Test->Part);
    if (Test->Whole != NULL) {
        if (Test->Whole->MdlFlags & MDL_PAGES_LOCKED)
            MmUnlockPages(Test->Whole);
        IoFreeMdl(Test->Whole);
    }
    if (Test->Buffer != NULL)
        ExFreePoolWithTag(Test->Buffer, IO_TEST_TAG);
}

static VOID PartialCheck(PARTIAL_TEST *Test, ULONG Skip, ULONG Length, ULONG Expected)
{
    ULONG FirstPage = (ULONG)(BYTE_OFFSET(Test->Buffer) + Skip) / PAGE_SIZE;
    UCHAR *Mapped;

    IoBuildPartialMdl(Test->Whole, Test->Part, Test->Buffer + Skip, Length);
    CHECK_PTR(MmGetMdlVirtualAddress(Test->Part), Test->Buffer + Skip);
    CHECK_EQ(MmGetMdlByteCount(Test->Part), Expected);
    CHECK((Test->Part->MdlFlags & MDL_PARTIAL) != 0);
    CHECK_EQ(MmGetMdlPfnArray(Test->Part)[0], MmGetMdlPfnArray(Test->Whole)[FirstPage]);
    Mapped = MmGetSystemAddressForMdlSafe(Test->Part, NormalPagePriority);
    if (CHECK(Mapped != NULL))
        CHECK_EQ(RtlCompareMemory(Mapped, Test->Buffer + Skip, Expected), Expected);
    MmPrepareMdlForReuse(Test->Part);
}

TEST(IoBuildPartialMdl, DescribesAPart)
{
    PARTIAL_TEST Test;

    if (PartialBegin(&Test)) {
        PartialCheck(&Test, 0, 100, 100);
        PartialCheck(&Test, PAGE_SIZE + 10, PAGE_SIZE, PAGE_SIZE);
    }
    PartialEnd(&Test);
}

TEST(IoBuildPartialMdl, LengthZeroGoesToTheEnd)
{
    PARTIAL_TEST Test;

    if (PartialBegin(&Test)) {
        PartialCheck(&Test, PAGE_SIZE / 2, 0, WHOLE_BYTES - PAGE_SIZE / 2);
        PartialCheck(&Test, WHOLE_BYTES - 1, 0, 1);
    }
    PartialEnd(&Test);
}
