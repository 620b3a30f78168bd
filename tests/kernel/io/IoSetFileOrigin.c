/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoSetFileOrigin, IoSetFileObjectIgnoreSharing and what else is asked about how a file was opened.
 */
#include "file_test.h"

/* The file object of a handle to the test's device, referenced; NULL, and failed, without. */
static PFILE_OBJECT Open(FILE_TEST *Test, HANDLE *Handle)
{
    PFILE_OBJECT File = NULL;

    if (!FileTestBegin(Test, DO_BUFFERED_IO))
        return NULL;
    *Handle = FileTestOpen(TRUE);
    if (*Handle != NULL)
        CHECK_STATUS(ObReferenceObjectByHandle(*Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
            STATUS_SUCCESS);
    return File;
}

static VOID Close(FILE_TEST *Test, HANDLE Handle, PFILE_OBJECT File)
{
    if (File != NULL)
        ObDereferenceObject(File);
    if (Handle != NULL)
        ZwClose(Handle);
    FileTestEnd(Test);
}

TEST(IoSetFileOrigin, ChangesWhatItIsNot)
{
    BOOLEAN(NTAPI * IsRemote)(PFILE_OBJECT File) = (PVOID)KtestExport(L"IoIsFileOriginRemote");
    NTSTATUS(NTAPI * Set)
    (PFILE_OBJECT File, BOOLEAN Remote) = (PVOID)KtestExport(L"IoSetFileOrigin");
    HANDLE Handle = NULL;
    FILE_TEST Test;
    PFILE_OBJECT File = Open(&Test, &Handle);

    if (File != NULL) {
        CHECK(!IsRemote(File));
        CHECK_STATUS(Set(File, FALSE), STATUS_INVALID_PARAMETER_MIX);
        CHECK_STATUS(Set(File, TRUE), STATUS_SUCCESS);
        CHECK(IsRemote(File));
        CHECK_STATUS(Set(File, TRUE), STATUS_INVALID_PARAMETER_MIX);
        CHECK_STATUS(Set(File, FALSE), STATUS_SUCCESS);
        CHECK(!IsRemote(File));
    }
    Close(&Test, Handle, File);
}

TEST(IoSetFileObjectIgnoreSharing, MakesTheFileIgnoreIt)
{
    BOOLEAN(NTAPI * Ignores)
    (PFILE_OBJECT File) = (PVOID)KtestExport(L"IoIsFileObjectIgnoringSharing");
    NTSTATUS(NTAPI * Set)(PFILE_OBJECT File) = (PVOID)KtestExport(L"IoSetFileObjectIgnoreSharing");
    SHARE_ACCESS Share;
    HANDLE Handle = NULL;
    FILE_TEST Test;
    PFILE_OBJECT File;

    if (Ignores == NULL || Set == NULL) {
        skip("new in Windows 7");
        return;
    }
    File = Open(&Test, &Handle);
    if (File != NULL) {
        CHECK(!Ignores(File));
        CHECK_STATUS(Set(File), STATUS_SUCCESS);
        CHECK(Ignores(File));
        IoSetShareAccess(FILE_READ_DATA, 0, File, &Share);
        CHECK_EQ(Share.OpenCount, 0);
    }
    Close(&Test, Handle, File);
}

TEST(IoGetInitiatorProcess, IsNoneOfAnOrdinaryOpen)
{
    PVOID(NTAPI * Initiator)(PFILE_OBJECT File) = (PVOID)KtestExport(L"IoGetInitiatorProcess");
    PVOID(NTAPI * Transaction)
    (PFILE_OBJECT File) = (PVOID)KtestExport(L"IoGetTransactionParameterBlock");
    PVOID(NTAPI * Silo)(PFILE_OBJECT File) = (PVOID)KtestExport(L"IoGetSiloParameters");
    HANDLE Handle = NULL;
    FILE_TEST Test;
    PFILE_OBJECT File = Open(&Test, &Handle);

    if (File != NULL) {
        CHECK(Initiator == NULL || Initiator(File) == NULL);
        CHECK(Transaction == NULL || Transaction(File) == NULL);
        CHECK(Silo == NULL || Silo(File) == NULL);
    }
    Close(&Test, Handle, File);
}
