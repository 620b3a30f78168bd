/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsProcessType, PsThreadType - the types of process and thread objects.
 */
#include "kvariable.h"

IMPORT_VARIABLE(POBJECT_TYPE, PsProcessType);
IMPORT_VARIABLE(POBJECT_TYPE, PsThreadType);

/* What a reference of that type to a handle's object says. */
static NTSTATUS Reference(HANDLE Handle, POBJECT_TYPE Type)
{
    PVOID Object;
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, 0, Type, KernelMode, &Object, NULL);

    if (NT_SUCCESS(Status))
        ObDereferenceObject(Object);
    return Status;
}

TEST(PsProcessType, IsTheTypeOfProcesses)
{
    CHECK_STATUS(Reference(ZwCurrentProcess(), IMPORTED(PsProcessType)), STATUS_SUCCESS);
    CHECK_STATUS(Reference(ZwCurrentThread(), IMPORTED(PsProcessType)),
                 STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(PsThreadType, IsTheTypeOfThreads)
{
    CHECK_STATUS(Reference(ZwCurrentThread(), IMPORTED(PsThreadType)), STATUS_SUCCESS);
    CHECK_STATUS(Reference(ZwCurrentProcess(), IMPORTED(PsThreadType)),
                 STATUS_OBJECT_TYPE_MISMATCH);
}

/* What a driver passes that takes the variable for a pointer to it, as mingw-w64's headers have
 * it. */
TEST(PsThreadType, BeginsWithAnEmptyList)
{
    PLIST_ENTRY List = (PLIST_ENTRY)(PVOID)IMPORTED(PsThreadType);

    CHECK(List->Flink == List && List->Blink == List);
    CHECK_STATUS(Reference(ZwCurrentThread(), (POBJECT_TYPE)(PVOID)List->Flink), STATUS_SUCCESS);
}
