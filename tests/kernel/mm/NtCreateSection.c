/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtCreateSection - the same service as ZwCreateSection, with the caller's previous mode, which is
 * KernelMode here.
 */
#include <ntifs.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *CREATE)(
    PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG, ULONG, HANDLE);

TEST(NtCreateSection, OfMemory)
{
    CREATE Create = (CREATE)(ULONG_PTR)KtestExport(L"NtCreateSection");
    LARGE_INTEGER Size = {.QuadPart = 3 * PAGE_SIZE}, None = {.QuadPart = 0};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Section;

    if (!CHECK(Create != NULL))
        return;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(Create(&Section, SECTION_ALL_ACCESS, &Attributes, &Size, PAGE_READWRITE,
                         SEC_COMMIT, NULL),
            STATUS_SUCCESS))
        CHECK_STATUS(ZwClose(Section), STATUS_SUCCESS);
    CHECK_STATUS(
        Create(&Section, SECTION_ALL_ACCESS, &Attributes, &Size, 0x12345, SEC_COMMIT, NULL),
        STATUS_INVALID_PAGE_PROTECTION);
    CHECK(!NT_SUCCESS(Create(
        &Section, SECTION_ALL_ACCESS, &Attributes, &None, PAGE_READWRITE, SEC_COMMIT, NULL)));
}
