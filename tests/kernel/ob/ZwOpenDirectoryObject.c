/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenDirectoryObject - folders that are there.
 */
#include "ob_test.h"

TEST(ZwOpenDirectoryObject, OpensTheStandardFolders)
{
    static const WCHAR *const Path[] = {L"\\", L"\\Device", L"\\Driver", L"\\??", L"\\GLOBAL??",
                                        L"\\DosDevices", L"\\ObjectTypes", L"\\BaseNamedObjects"};
    OB_TEST_NAME Name;
    HANDLE Handle;
    ULONG Index;

    for (Index = 0; Index < RTL_NUMBER_OF(Path); Index++) {
        ObTestName(&Name, Path[Index], OBJ_CASE_INSENSITIVE);
        if (!CHECK_STATUS(
                ZwOpenDirectoryObject(&Handle, DIRECTORY_QUERY, &Name.Attributes), STATUS_SUCCESS))
            return;
        ZwClose(Handle);
    }
}

TEST(ZwOpenDirectoryObject, MindsNameAndType)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, L"\\DotsysNotThere", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ZwOpenDirectoryObject(&Handle, DIRECTORY_QUERY, &Name.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    ObTestName(&Name, L"\\ObjectTypes\\Event", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ZwOpenDirectoryObject(&Handle, DIRECTORY_QUERY, &Name.Attributes),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObTestName(&Name, L"\\Device\\", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ZwOpenDirectoryObject(&Handle, DIRECTORY_QUERY, &Name.Attributes),
                 STATUS_OBJECT_NAME_INVALID);
}

static NTSTATUS OpenBelow(HANDLE Root, const WCHAR *Path)
{
    OB_TEST_NAME Name;
    HANDLE Handle;
    NTSTATUS Status;

    ObTestName(&Name, Path, OBJ_CASE_INSENSITIVE);
    Name.Attributes.RootDirectory = Root;
    Status = ZwOpenDirectoryObject(&Handle, DIRECTORY_QUERY, &Name.Attributes);
    if (NT_SUCCESS(Status))
        ZwClose(Handle);
    return Status;
}

TEST(ZwOpenDirectoryObject, MindsWhatIsBelowARoot)
{
    OB_TEST_NAME Name;
    HANDLE Root;

    ObTestName(&Name, L"\\", OBJ_CASE_INSENSITIVE);
    if (!CHECK_STATUS(
            ZwOpenDirectoryObject(&Root, DIRECTORY_QUERY, &Name.Attributes), STATUS_SUCCESS))
        return;
    CHECK_STATUS(OpenBelow(Root, L"Device"), STATUS_SUCCESS);
    CHECK_STATUS(OpenBelow(Root, L""), STATUS_SUCCESS);
    CHECK_STATUS(OpenBelow(Root, NULL), STATUS_OBJECT_NAME_INVALID);
    CHECK_STATUS(OpenBelow(Root, L"\\"), STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS(OpenBelow(Root, L"\\Device"), STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS(OpenBelow(Root, L"DotsysNone\\"), STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(OpenBelow(NULL, L"\\\\Device"), STATUS_OBJECT_NAME_INVALID);
    CHECK_STATUS(OpenBelow(NULL, L"Device"), STATUS_OBJECT_PATH_SYNTAX_BAD);
    ZwClose(Root);
}
