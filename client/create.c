/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * CreateFile: Win32's words for opening a file or device as the arguments of NtCreateFile, and its
 * particular last errors: ERROR_ALREADY_EXISTS on success when an …ALWAYS disposition found a file,
 * ERROR_FILE_EXISTS when CREATE_NEW did.
 */
#include "client.h"

/* Attributes a new file may be given; the rest of dwFlagsAndAttributes are flags. */
#define BASEP_VALID_ATTRIBUTES 0x00007FA7u

#define BASEP_FLAG_OPEN_REPARSE_POINT 0x00200000u
#define BASEP_FLAG_OPEN_NO_RECALL 0x00100000u

typedef struct BASEP_CREATE {
    ACCESS_MASK Access;
    ULONG Attributes;
    ULONG Share;
    ULONG Disposition; /* FILE_* of NtCreateFile */
    ULONG Options;
    ULONG ObjectAttributes;
    void *Security;
} BASEP_CREATE;

static BOOLEAN BasepMapDisposition(DWORD Win32, ACCESS_MASK Access, ULONG *Disposition)
{
    static const UCHAR Map[] = {
        [CREATE_NEW] = FILE_CREATE,
        [CREATE_ALWAYS] = FILE_OVERWRITE_IF,
        [OPEN_EXISTING] = FILE_OPEN,
        [OPEN_ALWAYS] = FILE_OPEN_IF,
        [TRUNCATE_EXISTING] = FILE_OVERWRITE,
    };

    if (Win32 < CREATE_NEW || Win32 > TRUNCATE_EXISTING)
        return FALSE;
    if (Win32 == TRUNCATE_EXISTING && (Access & (GENERIC_WRITE | GENERIC_ALL)) == 0)
        return FALSE;
    *Disposition = Map[Win32];
    return TRUE;
}

static ULONG BasepMapOptions(DWORD Flags)
{
    static const struct {
        DWORD Flag;
        ULONG Option;
    } Map[] = {
        {FILE_FLAG_WRITE_THROUGH, FILE_WRITE_THROUGH},
        {FILE_FLAG_NO_BUFFERING, FILE_NO_INTERMEDIATE_BUFFERING},
        {FILE_FLAG_RANDOM_ACCESS, FILE_RANDOM_ACCESS},
        {FILE_FLAG_SEQUENTIAL_SCAN, FILE_SEQUENTIAL_ONLY},
        {FILE_FLAG_DELETE_ON_CLOSE, FILE_DELETE_ON_CLOSE},
        {BASEP_FLAG_OPEN_REPARSE_POINT, FILE_OPEN_REPARSE_POINT},
        {BASEP_FLAG_OPEN_NO_RECALL, FILE_OPEN_NO_RECALL},
    };
    ULONG Options = 0;

    for (SIZE_T i = 0; i < RTL_NUMBER_OF(Map); i++)
        Options |= (Flags & Map[i].Flag) != 0 ? Map[i].Option : 0;
    Options |= (Flags & FILE_FLAG_BACKUP_SEMANTICS) != 0 ? FILE_OPEN_FOR_BACKUP_INTENT
                                                         : FILE_NON_DIRECTORY_FILE;
    Options |= (Flags & FILE_FLAG_OVERLAPPED) != 0 ? 0 : FILE_SYNCHRONOUS_IO_NONALERT;
    return Options;
}

/* FALSE: the disposition is not one, or needs write access that was not asked for. */
static BOOLEAN BasepMapCreate(DWORD Access, DWORD Share, const SECURITY_ATTRIBUTES *Security,
    DWORD Disposition, DWORD Flags, BASEP_CREATE *Create)
{
    if (!BasepMapDisposition(Disposition, Access, &Create->Disposition))
        return FALSE;
    Create->Access = Access | SYNCHRONIZE | FILE_READ_ATTRIBUTES;
    if ((Flags & FILE_FLAG_DELETE_ON_CLOSE) != 0)
        Create->Access |= DELETE;
    Create->Attributes = Flags & BASEP_VALID_ATTRIBUTES;
    Create->Share = Share;
    Create->Options = BasepMapOptions(Flags);
    Create->ObjectAttributes = (Flags & FILE_FLAG_POSIX_SEMANTICS) != 0 ? 0 : OBJ_CASE_INSENSITIVE;
    Create->Security = NULL;
    if (Security != NULL) {
        Create->Security = Security->lpSecurityDescriptor;
        Create->ObjectAttributes |= Security->bInheritHandle ? OBJ_INHERIT : 0;
    }
    return TRUE;
}

/* A template gives a new file its attributes. */
static NTSTATUS BasepTakeAttributes(HANDLE Template, BASEP_CREATE *Create)
{
    FILE_BASIC_INFORMATION Basic;
    IO_STATUS_BLOCK Io;

    if (Create->Disposition == FILE_OPEN || Create->Disposition == FILE_OVERWRITE)
        return STATUS_SUCCESS;
    NTSTATUS Status = SysQueryInformationFile(
        Template, &Io, &Basic, sizeof(Basic), FileBasicInformation);
    if (NT_SUCCESS(Status))
        Create->Attributes = Basic.FileAttributes & BASEP_VALID_ATTRIBUTES;
    return Status;
}

static HANDLE BasepCreateFile(const BASEP_PATH *Path, const BASEP_CREATE *Create)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io = {0};
    HANDLE File = NULL;

    InitializeObjectAttributes(
        &Object, &Path->Name, Create->ObjectAttributes, NULL, Create->Security);
    NTSTATUS Status = SysCreateFile(&File, Create->Access, &Object, &Io, NULL, Create->Attributes,
        Create->Share, Create->Disposition, Create->Options, NULL, 0);
    if (!NT_SUCCESS(Status)) {
        if (Status == STATUS_OBJECT_NAME_COLLISION && Create->Disposition == FILE_CREATE)
            BasepFailWin32(ERROR_FILE_EXISTS);
        else
            BasepFail(Status);
        return INVALID_HANDLE_VALUE;
    }
    BOOLEAN Existed = (Create->Disposition == FILE_OVERWRITE_IF &&
                          Io.Information == FILE_OVERWRITTEN) ||
        (Create->Disposition == FILE_OPEN_IF && Io.Information == FILE_OPENED);
    SetLastError(Existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return File;
}

HANDLE WINAPI CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
    LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
    DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
    BASEP_CREATE Create;
    BASEP_PATH Path;

    if (!BasepMapCreate(dwDesiredAccess, dwShareMode, lpSecurityAttributes, dwCreationDisposition,
            dwFlagsAndAttributes, &Create)) {
        BasepFailWin32(ERROR_INVALID_PARAMETER);
        return INVALID_HANDLE_VALUE;
    }
    NTSTATUS Status = hTemplateFile != NULL ? BasepTakeAttributes(hTemplateFile, &Create)
                                            : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = BasepPathFromWin32(lpFileName, &Path);
    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return INVALID_HANDLE_VALUE;
    }
    HANDLE File = BasepCreateFile(&Path, &Create);
    BasepFreePath(&Path);
    return File;
}

HANDLE WINAPI CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
    LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
    DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)
{
    BASEP_WIDE Name;
    NTSTATUS Status = BasepWiden(lpFileName, &Name);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return INVALID_HANDLE_VALUE;
    }
    HANDLE File = CreateFileW(Name.Text, dwDesiredAccess, dwShareMode, lpSecurityAttributes,
        dwCreationDisposition, dwFlagsAndAttributes, hTemplateFile);
    BasepFreeWide(&Name);
    return File;
}
