/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmPrefetchPages - pages of files of which there is a section.
 */
#include "vm_test.h"

/* A file of two pages, gone when it is closed. */
static HANDLE OpenFile(PFILE_OBJECT *Object)
{
    KTEST_STRING(Name, L"\\??\\C:\\Windows\\Temp\\ktest-prefetch.bin");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    HANDLE File;
    FILE_END_OF_FILE_INFORMATION End;

    End.EndOfFile.QuadPart = 2 * PAGE_SIZE;
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    if (!CHECK_STATUS(ZwCreateFile(&File, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE | DELETE,
                                   &Attributes, &Io, NULL, FILE_ATTRIBUTE_NORMAL, 0,
                                   FILE_OVERWRITE_IF,
                                   FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE, NULL, 0),
                      STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ZwSetInformationFile(File, &Io, &End, sizeof(End), FileEndOfFileInformation),
                 STATUS_SUCCESS);
    if (!CHECK_STATUS(ObReferenceObjectByHandle(File, FILE_READ_DATA, NULL, KernelMode,
                                                (PVOID *)Object, NULL),
                      STATUS_SUCCESS)) {
        ZwClose(File);
        return NULL;
    }
    return File;
}

TEST(MmPrefetchPages, WantsASection)
{
    PFILE_OBJECT Object;
    HANDLE File = OpenFile(&Object), Section;
    OBJECT_ATTRIBUTES Attributes;
    READ_LIST List, *Lists[1] = {&List};

    if (File == NULL)
        return;
    List.FileObject = Object;
    List.NumberOfEntries = 1;
    List.IsImage = FALSE;
    List.List[0].Alignment = 0;
    CHECK_STATUS(MmPrefetchPages(0, Lists), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(MmPrefetchPages(1, Lists), STATUS_INVALID_PARAMETER_1);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(ZwCreateSection(&Section, SECTION_ALL_ACCESS, &Attributes, NULL,
                                     PAGE_READWRITE, SEC_COMMIT, File),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(MmPrefetchPages(1, Lists), STATUS_SUCCESS);
        List.IsImage = TRUE;
        CHECK_STATUS(MmPrefetchPages(1, Lists), STATUS_INVALID_PARAMETER_1);
        ZwClose(Section);
    }
    ObDereferenceObject(Object);
    ZwClose(File);
}
