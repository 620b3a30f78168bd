/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Objects with and without a name, as all CreateX and OpenX calls make and find them. Named ones
 * live in \BaseNamedObjects; the prefixes Global\ and Local\ mean the same place: there is one
 * session.
 */
#include "client.h"

#include <string.h>

#define BASEP_DIRECTORY u"\\BaseNamedObjects\\"

_Static_assert(RTL_NUMBER_OF(BASEP_DIRECTORY) == BASEP_DIRECTORY_UNITS, "room for a path");

static SIZE_T BasepSkipPrefix(const WCHAR *Name, const WCHAR *Prefix)
{
    SIZE_T Length = BasepWideLength(Prefix);

    for (SIZE_T i = 0; i < Length; i++) {
        if (Name[i] != Prefix[i])
            return 0;
    }
    return Length;
}

/* FALSE: the name is too long and the last error is set. */
static BOOL BasepObjectPath(const WCHAR *Name, BASEP_OBJECT *Object)
{
    SIZE_T Length, Directory = BASEP_DIRECTORY_UNITS - 1;

    Name += BasepSkipPrefix(Name, u"Global\\");
    Name += BasepSkipPrefix(Name, u"Local\\");
    Length = BasepWideLength(Name);
    if (Length >= MAX_PATH)
        return BasepFailWin32(ERROR_FILENAME_EXCED_RANGE);
    memcpy(Object->Buffer, BASEP_DIRECTORY, Directory * sizeof(WCHAR));
    memcpy(Object->Buffer + Directory, Name, Length * sizeof(WCHAR));
    Object->Path.Buffer = Object->Buffer;
    Object->Path.Length = Object->Path.MaximumLength = (USHORT)((Directory + Length) *
        sizeof(WCHAR));
    return TRUE;
}

HANDLE BasepNoHandle(DWORD Error)
{
    BasepFailWin32(Error);
    return NULL;
}

BOOL BasepNewObject(const SECURITY_ATTRIBUTES *Security, const WCHAR *Name, BASEP_OBJECT *Object)
{
    BOOL Named = Name != NULL && Name[0] != 0;

    if (Named && !BasepObjectPath(Name, Object))
        return FALSE;
    InitializeObjectAttributes(
        &Object->Attributes, Named ? &Object->Path : NULL, Named ? OBJ_OPENIF : 0, NULL, NULL);
    if (Security != NULL) {
        Object->Attributes.SecurityDescriptor = Security->lpSecurityDescriptor;
        Object->Attributes.Attributes |= Security->bInheritHandle ? OBJ_INHERIT : 0;
    }
    return TRUE;
}

/* Another kind of object has the name: for Win32 the handle would be of the wrong kind. */
static HANDLE BasepNotThere(NTSTATUS Status)
{
    if (Status == STATUS_OBJECT_TYPE_MISMATCH)
        return BasepNoHandle(ERROR_INVALID_HANDLE);
    BasepFail(Status);
    return NULL;
}

HANDLE BasepCreated(NTSTATUS Status, HANDLE Handle)
{
    if (!NT_SUCCESS(Status))
        return BasepNotThere(Status);
    SetLastError(Status == STATUS_OBJECT_NAME_EXISTS ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return Handle;
}

HANDLE BasepOpenObject(BASEP_OPEN Open, DWORD Access, BOOL Inherit, const WCHAR *Name)
{
    BASEP_OBJECT Object;
    HANDLE Handle = NULL;

    if (Name == NULL)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (!BasepObjectPath(Name, &Object))
        return NULL;
    InitializeObjectAttributes(
        &Object.Attributes, &Object.Path, Inherit ? OBJ_INHERIT : 0, NULL, NULL);
    NTSTATUS Status = Open(&Handle, Access, &Object.Attributes);
    return NT_SUCCESS(Status) ? Handle : BasepNotThere(Status);
}

BOOL BasepWidenName(const char *Name, BASEP_WIDE *Wide)
{
    NTSTATUS Status = BasepWiden(Name, Wide);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

HANDLE BasepOpenObjectA(BASEP_OPEN Open, DWORD Access, BOOL Inherit, const char *Name)
{
    BASEP_WIDE Wide;

    if (!BasepWidenName(Name, &Wide))
        return NULL;
    HANDLE Handle = BasepOpenObject(Open, Access, Inherit, Wide.Text);
    BasepFreeWide(&Wide);
    return Handle;
}
