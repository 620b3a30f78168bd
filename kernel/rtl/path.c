/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Paths of drive, folders, name and extension, taken apart and put together: of the C library the
 * kernel exports.
 */
#include "rtl/text.h"

#define RTLP_PATH_PARTS 4

/* A buffer and how many characters it has room for; both zero: what goes there is not wanted. */
typedef struct RTLP_PART {
    void *Text;
    SIZE_T Room;
} RTLP_PART;

static BOOLEAN RtlpIsSlash(WCHAR Character)
{
    return Character == '\\' || Character == '/';
}

/* Characters up to the zero; 0 for none at all. */
static ULONG RtlpTextLength(const RTLP_TEXT *Text)
{
    ULONG Length = 0;

    while (Text->Text != NULL && RtlpTextCharacter(Text, Length) != 0)
        Length++;
    return Length;
}

static void RtlpPut(void *Text, BOOLEAN Wide, SIZE_T At, WCHAR Character)
{
    if (Wide)
        ((WCHAR *)Text)[At] = Character;
    else
        ((char *)Text)[At] = (char)Character;
}

static int RtlpEmptyParts(const RTLP_PART *Parts, BOOLEAN Wide, int Error)
{
    for (ULONG Index = 0; Index < RTLP_PATH_PARTS; Index++) {
        if (Parts[Index].Text != NULL && Parts[Index].Room != 0)
            RtlpPut(Parts[Index].Text, Wide, 0, 0);
    }
    return Error;
}

static int RtlpSplitPath(RTLP_TEXT Path, const RTLP_PART *Parts)
{
    ULONG Ends[RTLP_PATH_PARTS], First = 0;

    if (Path.Text == NULL)
        return RtlpEmptyParts(Parts, Path.Wide, NTCRT_EINVAL);
    for (ULONG Index = 0; Index < RTLP_PATH_PARTS; Index++) {
        if ((Parts[Index].Text == NULL) != (Parts[Index].Room == 0))
            return RtlpEmptyParts(Parts, Path.Wide, NTCRT_EINVAL);
    }
    const ULONG Length = RtlpTextLength(&Path);
    Ends[0] = Length >= 2 && RtlpTextCharacter(&Path, 1) == ':' ? 2 : 0;
    Ends[1] = Ends[0];
    Ends[2] = Ends[3] = Length;
    for (ULONG At = Ends[0]; At < Length; At++) {
        if (RtlpIsSlash(RtlpTextCharacter(&Path, At))) {
            Ends[1] = At + 1;
            Ends[2] = Length;
        } else if (RtlpTextCharacter(&Path, At) == '.') {
            Ends[2] = At;
        }
    }
    for (ULONG Index = 0; Index < RTLP_PATH_PARTS; First = Ends[Index++]) {
        if (Parts[Index].Text == NULL)
            continue;
        if (Ends[Index] - First >= Parts[Index].Room)
            return RtlpEmptyParts(Parts, Path.Wide, NTCRT_ERANGE);
        for (ULONG At = First; At < Ends[Index]; At++)
            RtlpPut(Parts[Index].Text, Path.Wide, At - First, RtlpTextCharacter(&Path, At));
        RtlpPut(Parts[Index].Text, Path.Wide, Ends[Index] - First, 0);
    }
    return 0;
}

/*
 * _splitpath_s, _wsplitpath_s - a path's drive, folders, name and extension.
 *
 * Drive "C:", Dir up to the last slash or backslash, which it includes, Ext from the last dot on.
 * Each may be NULL with a size of 0.
 * IRQL:    any, if everything is resident
 * Returns: 0; 22 (EINVAL): no path, or a buffer without a size or the other way round; 34 (ERANGE):
 *          a buffer is too small. Every buffer has an empty text then.
 * Source:  DOC crt/_splitpath_s
 */
int NTAPIV NtCrt_splitpath_s(const char *Path, char *Drive, SIZE_T DriveSize, char *Dir,
    SIZE_T DirSize, char *Name, SIZE_T NameSize, char *Ext, SIZE_T ExtSize)
{
    const RTLP_PART Parts[] = {
        {Drive, DriveSize}, {Dir, DirSize}, {Name, NameSize}, {Ext, ExtSize}};

    return RtlpSplitPath((RTLP_TEXT){Path, FALSE, 0}, Parts);
}

int NTAPIV NtCrt_wsplitpath_s(const WCHAR *Path, WCHAR *Drive, SIZE_T DriveSize, WCHAR *Dir,
    SIZE_T DirSize, WCHAR *Name, SIZE_T NameSize, WCHAR *Ext, SIZE_T ExtSize)
{
    const RTLP_PART Parts[] = {
        {Drive, DriveSize}, {Dir, DirSize}, {Name, NameSize}, {Ext, ExtSize}};

    return RtlpSplitPath((RTLP_TEXT){Path, TRUE, 0}, Parts);
}

/* Count characters at the end of what was written so far; what does not fit only counts. */
static void RtlpAppendPart(RTLP_PART Path, SIZE_T *Length, const RTLP_TEXT *Part, ULONG Count)
{
    for (ULONG At = 0; At < Count; At++, ++*Length) {
        if (*Length < Path.Room)
            RtlpPut(Path.Text, Part->Wide, *Length, RtlpTextCharacter(Part, At));
    }
}

static int RtlpMakePath(RTLP_PART Path, const RTLP_TEXT Parts[RTLP_PATH_PARTS])
{
    static const WCHAR Wide[] = u":\\.";
    static const char Narrow[] = ":\\.";
    const BOOLEAN IsWide = Parts[0].Wide;
    SIZE_T Length = 0;

    if (Path.Text == NULL || Path.Room == 0)
        return NTCRT_EINVAL;
    for (ULONG Index = 0; Index < RTLP_PATH_PARTS; Index++) {
        const ULONG Count = RtlpTextLength(&Parts[Index]);
        const ULONG Which = Index == 3 ? 2 : Index;
        const RTLP_TEXT Mark = {IsWide ? (const void *)(Wide + Which) : Narrow + Which, IsWide, 0};
        if (Count == 0)
            continue;
        RtlpAppendPart(Path, &Length, &Mark, Index == 3 && RtlpTextCharacter(&Parts[3], 0) != '.');
        RtlpAppendPart(Path, &Length, &Parts[Index], Index == 0 ? 1 : Count);
        RtlpAppendPart(Path, &Length, &Mark,
            Index == 0 || (Index == 1 && !RtlpIsSlash(RtlpTextCharacter(&Parts[1], Count - 1))));
    }
    RtlpPut(Path.Text, IsWide, Length < Path.Room ? Length : 0, 0);
    return Length < Path.Room ? 0 : NTCRT_ERANGE;
}

/*
 * _makepath_s, _wmakepath_s - a path of drive, folders, name and extension.
 *
 * Any of them may be NULL or empty. Of Drive the first character counts; the colon, a backslash
 * behind Dir and a dot before Ext are added where they are missing.
 * IRQL:    any, if everything is resident
 * Returns: 0; 22 (EINVAL): Path is NULL or its size 0; 34 (ERANGE): it is too small and has an
 *          empty text then.
 * Source:  DOC crt/_makepath_s
 */
int NTAPIV NtCrt_makepath_s(
    char *Path, SIZE_T Size, const char *Drive, const char *Dir, const char *Name, const char *Ext)
{
    const RTLP_TEXT Parts[] = {
        {Drive, FALSE, 0}, {Dir, FALSE, 0}, {Name, FALSE, 0}, {Ext, FALSE, 0}};

    return RtlpMakePath((RTLP_PART){Path, Size}, Parts);
}

int NTAPIV NtCrt_wmakepath_s(WCHAR *Path, SIZE_T Size, const WCHAR *Drive, const WCHAR *Dir,
    const WCHAR *Name, const WCHAR *Ext)
{
    const RTLP_TEXT Parts[] = {{Drive, TRUE, 0}, {Dir, TRUE, 0}, {Name, TRUE, 0}, {Ext, TRUE, 0}};

    return RtlpMakePath((RTLP_PART){Path, Size}, Parts);
}
