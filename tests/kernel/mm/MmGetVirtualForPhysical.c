/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmGetVirtualForPhysical - a page's own system address.
 */
#include "mdl_test.h"

NTKERNELAPI PVOID NTAPI MmGetVirtualForPhysical(PHYSICAL_ADDRESS PhysicalAddress);

TEST(MmGetVirtualForPhysical, IsTheAddressOfPool)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);

    if (Buffer == NULL)
        return;
    CHECK_PTR(MmGetVirtualForPhysical(MmGetPhysicalAddress(Buffer + 0x321)), Buffer + 0x321);
    MdlTestFree(Buffer);
}
