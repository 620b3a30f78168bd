/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmIsNonPagedSystemAddressValid - the same question for system memory that is never paged out.
 */
#include "mdl_test.h"

TEST(MmIsNonPagedSystemAddressValid, IsTrueForNonPagedPoolOnly)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);

    CHECK(!MmIsNonPagedSystemAddressValid(NULL));
    CHECK(!MmIsNonPagedSystemAddressValid(MDL_TEST_NOT_THERE));
    if (Buffer == NULL)
        return;
    CHECK(MmIsNonPagedSystemAddressValid(Buffer));
    MdlTestFree(Buffer);
}
