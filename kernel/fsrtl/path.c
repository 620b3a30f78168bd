/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Paths in reparse points: dots in them, and whether a reparse point's data is what its head says.
 */
#include <string.h>

#include "fsrtl/fsrtl.h"

#define FSRTLP_REPARSE_HEAD FIELD_OFFSET(REPARSE_DATA_BUFFER, GenericReparseBuffer)
#define FSRTLP_REPARSE_GUID_HEAD (FSRTLP_REPARSE_HEAD + (ULONG)sizeof(GUID))
#define FSRTLP_TAG_MICROSOFT 0x80000000u

/* ---- dots ------------------------------------------------------------------------------------ */

static BOOLEAN FsrtlpIsDots(const WCHAR *Part, ULONG Characters, ULONG Dots)
{
    return Characters == Dots && Part[0] == u'.' && Part[Dots - 1] == u'.';
}

/* Takes the last part off what is written so far. FALSE: there is none. */
static BOOLEAN FsrtlpStepBack(const WCHAR *Path, ULONG Root, ULONG *Length)
{
    if (*Length == Root)
        return FALSE;
    while (*Length > Root && Path[*Length - 1] != u'\\')
        --*Length;
    if (*Length > Root)
        --*Length; /* the backslash in front of it */
    return TRUE;
}

/*
 * FsRtlRemoveDotsFromPath - take "." and ".." out of a path, in place.
 *
 * PathLength: bytes. NewLength: bytes that are left; written on success.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; IO_REPARSE_DATA_INVALID: a ".." with nothing before it; the path is then no
 *          longer what it was.
 * Source:  DOC ntifs/FsRtlRemoveDotsFromPath; INF that a backslash at the end stays
 */
NTSTATUS NTAPI FsRtlRemoveDotsFromPath(WCHAR *OriginalString, USHORT PathLength, USHORT *NewLength)
{
    const ULONG Characters = PathLength / sizeof(WCHAR),
                Root = Characters != 0 && OriginalString[0] == u'\\' ? 1 : 0;
    ULONG Length = Root;
    for (ULONG At = Root, Part; At <= Characters; At += Part + 1) {
        for (Part = 0; At + Part < Characters && OriginalString[At + Part] != u'\\';)
            Part++;
        if (FsrtlpIsDots(OriginalString + At, Part, 2)) {
            if (!FsrtlpStepBack(OriginalString, Root, &Length))
                return STATUS_IO_REPARSE_DATA_INVALID;
        } else if (!FsrtlpIsDots(OriginalString + At, Part, 1) && (Part != 0 || At == Characters)) {
            if (Length > Root && At != Root)
                OriginalString[Length++] = u'\\';
            memmove(OriginalString + Length, OriginalString + At, Part * sizeof(WCHAR));
            Length += Part;
        }
    }
    *NewLength = (USHORT)(Length * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/* ---- reparse points -------------------------------------------------------------------------- */

static BOOLEAN FsrtlpIsMountPoint(const REPARSE_DATA_BUFFER *Point)
{
    const ULONG Names = FIELD_OFFSET(REPARSE_DATA_BUFFER, MountPointReparseBuffer.PathBuffer) -
        FSRTLP_REPARSE_HEAD;
    const ULONG Substitute = Point->MountPointReparseBuffer.SubstituteNameLength;
    return Point->ReparseDataLength >= Names &&
        Point->MountPointReparseBuffer.SubstituteNameOffset == 0 &&
        Point->MountPointReparseBuffer.PrintNameOffset == Substitute + sizeof(WCHAR) &&
        Point->ReparseDataLength ==
        Names + Substitute + Point->MountPointReparseBuffer.PrintNameLength + 2 * sizeof(WCHAR);
}

static BOOLEAN FsrtlpIsWithin(ULONG Offset, ULONG Bytes, ULONG Room)
{
    return Offset % sizeof(WCHAR) == 0 && Bytes % sizeof(WCHAR) == 0 && Offset <= Room &&
        Bytes <= Room - Offset;
}

static BOOLEAN FsrtlpIsSymbolicLink(const REPARSE_DATA_BUFFER *Point)
{
    const ULONG Names = FIELD_OFFSET(REPARSE_DATA_BUFFER, SymbolicLinkReparseBuffer.PathBuffer) -
        FSRTLP_REPARSE_HEAD;
    if (Point->ReparseDataLength < Names)
        return FALSE;
    const ULONG Room = Point->ReparseDataLength - Names;
    return Point->SymbolicLinkReparseBuffer.SubstituteNameLength != 0 &&
           FsrtlpIsWithin(Point->SymbolicLinkReparseBuffer.SubstituteNameOffset,
               Point->SymbolicLinkReparseBuffer.SubstituteNameLength, Room) &&
           FsrtlpIsWithin(Point->SymbolicLinkReparseBuffer.PrintNameOffset,
               Point->SymbolicLinkReparseBuffer.PrintNameLength, Room);
}

/*
 * FsRtlValidateReparsePointBuffer - whether a reparse point is one.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; IO_REPARSE_DATA_INVALID: longer than 16 KiB, or the length is not that of its
 *          head and data, which of a tag that is not Microsoft's begin with a GUID, or names of a
 *          mount point or symbolic link are not where they say; IO_REPARSE_TAG_INVALID: a reserved
 *          tag, or with reserved bits.
 * Source:  DOC ntifs/FsRtlValidateReparsePointBuffer, MS-FSCC 2.1.2; INF the order
 */
NTSTATUS NTAPI FsRtlValidateReparsePointBuffer(
    ULONG BufferLength, const REPARSE_DATA_BUFFER *ReparseBuffer)
{
    if (BufferLength < FSRTLP_REPARSE_HEAD || BufferLength > MAXIMUM_REPARSE_DATA_BUFFER_SIZE)
        return STATUS_IO_REPARSE_DATA_INVALID;
    const ULONG Tag = ReparseBuffer->ReparseTag;
    const ULONG Head = (Tag & FSRTLP_TAG_MICROSOFT) != 0 ? FSRTLP_REPARSE_HEAD
                                                         : FSRTLP_REPARSE_GUID_HEAD;
    if (Tag <= IO_REPARSE_TAG_RESERVED_RANGE || (Tag & ~(ULONG)IO_REPARSE_TAG_VALID_VALUES) != 0)
        return STATUS_IO_REPARSE_TAG_INVALID;
    if (BufferLength != Head + ReparseBuffer->ReparseDataLength)
        return STATUS_IO_REPARSE_DATA_INVALID;
    if (Tag == IO_REPARSE_TAG_MOUNT_POINT)
        return FsrtlpIsMountPoint(ReparseBuffer) ? STATUS_SUCCESS : STATUS_IO_REPARSE_DATA_INVALID;
    if (Tag == IO_REPARSE_TAG_SYMLINK)
        return FsrtlpIsSymbolicLink(ReparseBuffer) ? STATUS_SUCCESS
                                                   : STATUS_IO_REPARSE_DATA_INVALID;
    return STATUS_SUCCESS;
}
