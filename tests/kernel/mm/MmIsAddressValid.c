/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmIsAddressValid - whether touching an address would not fault now.
 */
#include "mdl_test.h"

TEST(MmIsAddressValid, IsTrueForWhatIsThere)
{
    UCHAR *Buffer = MdlTestAllocate(2 * PAGE_SIZE);
    static ULONG InThisDriver;
    ULONG OnTheStack;

    CHECK(MmIsAddressValid(&InThisDriver));
    CHECK(MmIsAddressValid(&OnTheStack));
    CHECK(MmIsAddressValid((PVOID)(ULONG_PTR)MdlTestFree));
    if (Buffer == NULL)
        return;
    CHECK(MmIsAddressValid(Buffer));
    CHECK(MmIsAddressValid(Buffer + 2 * PAGE_SIZE - 1));
    MdlTestFree(Buffer);
}

TEST(MmIsAddressValid, IsFalseForWhatIsNot)
{
    CHECK(!MmIsAddressValid(NULL));
    CHECK(!MmIsAddressValid((PVOID)8));
    CHECK(!MmIsAddressValid(MDL_TEST_NOT_THERE));
}

TEST(MmIsAddressValid, IsFalseForWhatNoAddressCanBe)
{
    CHECK(!MmIsAddressValid((PVOID)0x8000000000000000));
    CHECK(!MmIsAddressValid((PVOID)0x1234567890ABCDEF));
}

TEST(MmIsAddressValid, WorksAtDispatchLevel)
{
    ULONG OnTheStack;
    BOOLEAN There, NotThere;
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    There = MmIsAddressValid(&OnTheStack);
    NotThere = MmIsAddressValid(MDL_TEST_NOT_THERE);
    KeLowerIrql(Old);
    CHECK(There);
    CHECK(!NotThere);
}
