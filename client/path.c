/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Win32 paths as NT paths. \\?\ and \??\ paths are taken as they are; all others are put in order
 * first: slashes become backslashes, doubled ones one, "." and ".." go, and so do the dots and
 * spaces a name ends with. Names of DOS devices (NUL, COM1, …) are that device in any directory and
 * with any extension. What has become an NT path is redirected at last, for 32-bit programs on an
 * x64 machine: every call that opens something by name comes through here.
 */
#include "redirect.h"

#include <stdlib.h>
#include <string.h>

static BOOLEAN BasepIsSeparator(WCHAR Character)
{
    return Character == u'\\' || Character == u'/';
}

static BOOLEAN BasepIsLetter(WCHAR Character)
{
    return (Character | 0x20) >= u'a' && (Character | 0x20) <= u'z';
}

/* ---- DOS device names ------------------------------------------------------------------------ */

static BOOLEAN BasepEqualName(const WCHAR *Text, SIZE_T Length, const char *Name)
{
    if (Length != strlen(Name))
        return FALSE;
    for (SIZE_T i = 0; i < Length; i++) {
        WCHAR Upper = Text[i] >= u'a' && Text[i] <= u'z' ? Text[i] - 0x20 : Text[i];
        if (Upper != (WCHAR)(unsigned char)Name[i])
            return FALSE;
    }
    return TRUE;
}

static BOOLEAN BasepIsDosDevice(const WCHAR *Name, SIZE_T Length)
{
    static const char *const Devices[] = {"NUL", "CON", "PRN", "AUX", "CONIN$", "CONOUT$"};

    for (SIZE_T i = 0; i < RTL_NUMBER_OF(Devices); i++) {
        if (BasepEqualName(Name, Length, Devices[i]))
            return TRUE;
    }
    if (Length != 4 || !(BasepEqualName(Name, 3, "COM") || BasepEqualName(Name, 3, "LPT")))
        return FALSE;
    WCHAR Digit = Name[3]; /* superscript digits count as digits */
    return (Digit >= u'1' && Digit <= u'9') || Digit == 0xB9 || Digit == 0xB2 || Digit == 0xB3;
}

/* Finds the DOS device a path means: its place and length in *Device, *DeviceLength. */
static BOOLEAN BasepFindDosDevice(
    const WCHAR *Path, SIZE_T Length, const WCHAR **Device, SIZE_T *DeviceLength)
{
    SIZE_T Start = Length, End;

    while (Start > 0 && !BasepIsSeparator(Path[Start - 1]) && !(Start == 2 && Path[1] == u':'))
        Start--;
    for (End = Start; End < Length && Path[End] != u'.' && Path[End] != u':';)
        End++;
    while (End > Start && Path[End - 1] == u' ')
        End--;
    *Device = Path + Start;
    *DeviceLength = End - Start;
    return BasepIsDosDevice(*Device, *DeviceLength);
}

/* ---- Building the result --------------------------------------------------------------------- */

/* An empty result with room for Characters. */
static NTSTATUS BasepStartPath(BASEP_PATH *Result, SIZE_T Characters)
{
    Result->Allocated = NULL;
    Result->Name.Buffer = Result->Inline;
    Result->Name.Length = 0;
    if (Characters > UNICODE_STRING_MAX_CHARS)
        return STATUS_NAME_TOO_LONG;
    if (Characters > RTL_NUMBER_OF(Result->Inline)) {
        Result->Allocated = malloc(Characters * sizeof(WCHAR));
        if (Result->Allocated == NULL)
            return STATUS_NO_MEMORY;
        Result->Name.Buffer = Result->Allocated;
    }
    Result->Name.MaximumLength = (USHORT)(Characters * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

static void BasepAppend(BASEP_PATH *Result, const WCHAR *Text, SIZE_T Length)
{
    memcpy(Result->Name.Buffer + Result->Name.Length / sizeof(WCHAR), Text, Length * sizeof(WCHAR));
    Result->Name.Length += (USHORT)(Length * sizeof(WCHAR));
}

/* Drops what follows the last separator at or after Root, and that separator unless it ends the
 * root. */
static void BasepDropComponent(BASEP_PATH *Result, SIZE_T Root)
{
    SIZE_T Length = Result->Name.Length / sizeof(WCHAR);

    while (Length > Root && Result->Name.Buffer[Length - 1] != u'\\')
        Length--;
    if (Length > Root)
        Length--;
    Result->Name.Length = (USHORT)(Length * sizeof(WCHAR));
}

/* The length of a component without the dots and spaces Windows ignores. */
static SIZE_T BasepTrimComponent(const WCHAR *Component, SIZE_T Length, BOOLEAN Last)
{
    if (!Last)
        return Length > 1 && Component[Length - 1] == u'.' && Component[Length - 2] != u'.'
            ? Length - 1
            : Length;
    while (Length > 0 && (Component[Length - 1] == u'.' || Component[Length - 1] == u' '))
        Length--;
    return Length;
}

/* Appends a path's components, put in order, after what Result holds already, which ".." does not
 * remove. */
static void BasepAppendNormalized(BASEP_PATH *Result, const WCHAR *Path, SIZE_T Length)
{
    SIZE_T Root = Result->Name.Length / sizeof(WCHAR), End;

    for (SIZE_T Start = 0; Start < Length; Start = End + 1) {
        for (End = Start; End < Length && !BasepIsSeparator(Path[End]);)
            End++;
        const WCHAR *Component = Path + Start;
        SIZE_T Count = End - Start;
        if (Count == 0 || (Count == 1 && Component[0] == u'.'))
            continue;
        if (Count == 2 && Component[0] == u'.' && Component[1] == u'.') {
            BasepDropComponent(Result, Root);
            continue;
        }
        Count = BasepTrimComponent(Component, Count, End == Length);
        if (Count == 0)
            continue;
        if (Result->Name.Length / sizeof(WCHAR) > Root)
            BasepAppend(Result, u"\\", 1);
        BasepAppend(Result, Component, Count);
    }
    if (Length > 0 && BasepIsSeparator(Path[Length - 1]) &&
        Result->Name.Length / sizeof(WCHAR) > Root)
        BasepAppend(Result, u"\\", 1);
}

/* Prefix and the ordered rest. DosLength: characters of the Win32 path, which MAX_PATH limits. */
static NTSTATUS BasepBuildPath(
    BASEP_PATH *Result, const WCHAR *Prefix, const WCHAR *Rest, SIZE_T RestLength, SIZE_T DosLength)
{
    SIZE_T PrefixLength = BasepWideLength(Prefix);

    if (DosLength >= MAX_PATH)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    NTSTATUS Status = BasepStartPath(Result, PrefixLength + RestLength + 1);
    if (!NT_SUCCESS(Status))
        return Status;
    BasepAppend(Result, Prefix, PrefixLength);
    BasepAppendNormalized(Result, Rest, RestLength);
    return STATUS_SUCCESS;
}

static NTSTATUS BasepBuildVerbatim(BASEP_PATH *Result, const WCHAR *Rest, SIZE_T RestLength)
{
    NTSTATUS Status = BasepStartPath(Result, RestLength + 4);

    if (!NT_SUCCESS(Status))
        return Status;
    BasepAppend(Result, u"\\??\\", 4);
    BasepAppend(Result, Rest, RestLength);
    return STATUS_SUCCESS;
}

/* ---- Kinds of paths -------------------------------------------------------------------------- */

/* What an NT path has before "C:"; a Win32 path has nothing. */
static const WCHAR BasepNtPrefix[] = u"\\??\\", BasepNoPrefix[] = u"";

/* Front, a drive's letter and the ordered rest, in which Rest follows Base. */
static NTSTATUS BasepBuildDrive(BASEP_PATH *Result, const WCHAR *Front, WCHAR Drive,
    const WCHAR *Base, SIZE_T BaseLength, const WCHAR *Rest, SIZE_T RestLength)
{
    WCHAR Prefix[8], *Whole = malloc((BaseLength + RestLength + 1) * sizeof(WCHAR));
    SIZE_T FrontLength = BasepWideLength(Front);

    if (Whole == NULL)
        return STATUS_NO_MEMORY;
    memcpy(Prefix, Front, FrontLength * sizeof(WCHAR));
    memcpy(Prefix + FrontLength, (WCHAR[]){Drive, u':', u'\\', 0}, 4 * sizeof(WCHAR));
    memcpy(Whole, Base, BaseLength * sizeof(WCHAR));
    Whole[BaseLength] = u'\\';
    memcpy(Whole + BaseLength + 1, Rest, RestLength * sizeof(WCHAR));
    /* A full path may be of any length; one that is to be opened may not. */
    NTSTATUS Status = BasepBuildPath(Result, Prefix, Whole, BaseLength + 1 + RestLength,
        FrontLength != 0 ? BaseLength + 2 + RestLength : 0);
    free(Whole);
    return Status;
}

/* Relative to the current directory, which Current is: "a", "\\a", "C:a". */
static NTSTATUS BasepBuildRelative(BASEP_PATH *Result, const WCHAR *Front, const WCHAR *Current,
    SIZE_T CurrentLength, const WCHAR *Path, SIZE_T Length)
{
    if (BasepIsSeparator(Path[0]))
        return BasepBuildDrive(Result, Front, Current[0], u"", 0, Path, Length);
    return BasepBuildDrive(Result, Front, Current[0], Current + 2, CurrentLength - 2, Path, Length);
}

static NTSTATUS BasepDrivePath(
    BASEP_PATH *Result, const WCHAR *Front, const WCHAR *Path, SIZE_T Length)
{
    WCHAR Current[BASEP_CURRENT_CHARACTERS];

    if (Length > 2 && BasepIsSeparator(Path[2]))
        return BasepBuildDrive(Result, Front, Path[0], u"", 0, Path + 2, Length - 2);
    /* Each drive but the current one is at its root. */
    SIZE_T CurrentLength = BasepCurrentDirectory(Current);
    if ((Current[0] | 0x20) != (Path[0] | 0x20))
        CurrentLength = 2;
    return BasepBuildDrive(
        Result, Front, Path[0], Current + 2, CurrentLength - 2, Path + 2, Length - 2);
}

static NTSTATUS BasepRelativePath(BASEP_PATH *Result, const WCHAR *Path, SIZE_T Length)
{
    WCHAR Current[BASEP_CURRENT_CHARACTERS];
    SIZE_T CurrentLength = BasepCurrentDirectory(Current);

    if (Current[0] != u'Z')
        return BasepBuildRelative(Result, BasepNtPrefix, Current, CurrentLength, Path, Length);
    for (SIZE_T i = 1; i < Length; i++) {
        if (BasepIsSeparator(Path[i]))
            return STATUS_OBJECT_PATH_NOT_FOUND;
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static BOOLEAN BasepIsVerbatim(const WCHAR *Path, SIZE_T Length)
{
    return Length >= 4 && Path[0] == u'\\' && (Path[1] == u'\\' || Path[1] == u'?') &&
        Path[2] == u'?' && Path[3] == u'\\';
}

static NTSTATUS BasepConvertPath(const WCHAR *Path, SIZE_T Length, BASEP_PATH *Result)
{
    const WCHAR *Device;
    SIZE_T DeviceLength;

    if (Length == 0)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (BasepIsVerbatim(Path, Length))
        return BasepBuildVerbatim(Result, Path + 4, Length - 4);
    if (Length >= 2 && BasepIsSeparator(Path[0]) && BasepIsSeparator(Path[1])) {
        BOOLEAN Local = Length >= 3 && (Path[2] == u'.' || Path[2] == u'?') &&
            (Length == 3 || BasepIsSeparator(Path[3]));
        return Local ? BasepBuildPath(Result, u"\\??\\", Path + 3, Length - 3, Length)
                     : BasepBuildPath(Result, u"\\??\\UNC\\", Path + 2, Length - 2, Length);
    }
    if (BasepFindDosDevice(Path, Length, &Device, &DeviceLength))
        return BasepBuildPath(Result, u"\\??\\", Device, DeviceLength, DeviceLength);
    if (Length >= 2 && BasepIsLetter(Path[0]) && Path[1] == u':')
        return BasepDrivePath(Result, BasepNtPrefix, Path, Length);
    return BasepRelativePath(Result, Path, Length);
}

NTSTATUS BasepFullPath(const WCHAR *Path, BASEP_PATH *Result)
{
    WCHAR Current[BASEP_CURRENT_CHARACTERS];
    SIZE_T Length = Path != NULL ? BasepWideLength(Path) : 0, DeviceLength;
    const WCHAR *Device;

    if (Length == 0)
        return STATUS_OBJECT_NAME_INVALID;
    if (Length >= 2 && BasepIsSeparator(Path[0]) && BasepIsSeparator(Path[1])) {
        BOOLEAN Local = Length >= 3 && (Path[2] == u'.' || Path[2] == u'?') &&
            (Length == 3 || BasepIsSeparator(Path[3]));
        return Local ? BasepBuildPath(Result, Path[2] == u'.' ? u"\\\\.\\" : u"\\\\?\\", Path + 3,
                           Length - 3, 0)
                     : BasepBuildPath(Result, u"\\\\", Path + 2, Length - 2, 0);
    }
    if (BasepFindDosDevice(Path, Length, &Device, &DeviceLength))
        return BasepBuildPath(Result, u"\\\\.\\", Device, DeviceLength, 0);
    if (Length >= 2 && BasepIsLetter(Path[0]) && Path[1] == u':')
        return BasepDrivePath(Result, BasepNoPrefix, Path, Length);
    return BasepBuildRelative(
        Result, BasepNoPrefix, Current, BasepCurrentDirectory(Current), Path, Length);
}

NTSTATUS BasepPathFromWin32(const WCHAR *Path, BASEP_PATH *Result)
{
    if (Path == NULL)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    NTSTATUS Status = BasepConvertPath(Path, BasepWideLength(Path), Result);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = BasepRedirect(Result);
    if (!NT_SUCCESS(Status))
        BasepFreePath(Result);
    return Status;
}

NTSTATUS BasepPathFromUtf8(const char *Path, BASEP_PATH *Result)
{
    BASEP_WIDE Wide;
    NTSTATUS Status = BasepWiden(Path, &Wide);

    if (!NT_SUCCESS(Status))
        return Status;
    Status = BasepPathFromWin32(Wide.Text, Result);
    BasepFreeWide(&Wide);
    return Status;
}

void BasepFreePath(BASEP_PATH *Path)
{
    free(Path->Allocated);
}
