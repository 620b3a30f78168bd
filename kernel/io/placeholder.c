/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Placeholders: files whose data, or some of it, is elsewhere and comes when it is asked for.
 * Attributes tell. Nothing here keeps such files; a thread's mode, of which they are shown, is in
 * its environment block, and no thread here has one.
 */
#include "io/placeholder.h"

#define IOP_RECALL_ON_OPEN        0x00040000u /* FILE_ATTRIBUTE_RECALL_ON_OPEN */
#define IOP_RECALL_ON_DATA_ACCESS 0x00400000u
#define IOP_TAG_CLOUD \
    0x9000001Au /* IO_REPARSE_TAG_CLOUD; twelve bits are different for each provider */
#define IOP_TAG_CLOUD_MASK 0x0000F000u

#define IOP_MODE_INVALID (-1) /* PHCM_ERROR_INVALID_PARAMETER */
#define IOP_MODE_NO_TEB  (-2) /* PHCM_ERROR_NO_TEB */
#define IOP_MODE_NO_PEB  (-3) /* PHCM_ERROR_NO_PEB */
#define IOP_MODE_MAX     2    /* PHCM_MAX */

/*
 * RtlIsCloudFilesPlaceholder - whether a file with these attributes and tag is one of a cloud
 * provider's, all there or not.
 * IRQL: any. Source: DOC ntifs/RtlIsCloudFilesPlaceholder; DOC [MS-FSCC] 2.1.2.1
 */
BOOLEAN NTAPI RtlIsCloudFilesPlaceholder(ULONG FileAttributes, ULONG ReparseTag)
{
    return (FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 &&
           (ReparseTag & ~IOP_TAG_CLOUD_MASK) == IOP_TAG_CLOUD;
}

/*
 * RtlIsPartialPlaceholder - whether something of a file with these attributes and tag is not there.
 * IRQL: any. Source: DOC ntifs/RtlIsPartialPlaceholder; DOC [MS-FSCC] 2.6, of which attributes say
 * so
 */
BOOLEAN NTAPI RtlIsPartialPlaceholder(ULONG FileAttributes, ULONG ReparseTag)
{
    (void)ReparseTag;
    return (FileAttributes & (IOP_RECALL_ON_OPEN | IOP_RECALL_ON_DATA_ACCESS)) != 0;
}

/*
 * RtlIsPartialPlaceholderFileInfo - the same of what was asked about a file, or of an entry of its
 * folder.
 *
 * IRQL:    any, if resident
 * Returns: SUCCESS; INVALID_INFO_CLASS: a class without attributes.
 * Source:  DOC ntifs/RtlIsPartialPlaceholderFileInfo; INF that status
 */
NTSTATUS NTAPI RtlIsPartialPlaceholderFileInfo(
    const void *InfoBuffer, FILE_INFORMATION_CLASS InfoClass, BOOLEAN *IsPartialPlaceholder)
{
    ULONG Attributes;

    switch (InfoClass) {
    case FileDirectoryInformation:
    case FileFullDirectoryInformation:
    case FileBothDirectoryInformation:
    case FileIdBothDirectoryInformation:
    case FileIdFullDirectoryInformation:
        Attributes = ((const FILE_DIRECTORY_INFORMATION *)InfoBuffer)
                         ->FileAttributes; /* the others begin as it does */
        break;
    case FileBasicInformation:
    case FileAllInformation: /* begins with the former */
        Attributes = ((const FILE_BASIC_INFORMATION *)InfoBuffer)->FileAttributes;
        break;
    case FileNetworkOpenInformation:
        Attributes = ((const FILE_NETWORK_OPEN_INFORMATION *)InfoBuffer)->FileAttributes;
        break;
    case FileAttributeTagInformation:
        Attributes = ((const FILE_ATTRIBUTE_TAG_INFORMATION *)InfoBuffer)->FileAttributes;
        break;
    default: return STATUS_INVALID_INFO_CLASS;
    }
    *IsPartialPlaceholder = RtlIsPartialPlaceholder(Attributes, 0);
    return STATUS_SUCCESS;
}

/*
 * RtlIsPartialPlaceholderFileHandle - the same of an open file.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; what ZwQueryInformationFile returns for FileAttributeTagInformation.
 * Source:  DOC ntifs/RtlIsPartialPlaceholderFileHandle
 */
NTSTATUS NTAPI RtlIsPartialPlaceholderFileHandle(HANDLE FileHandle, BOOLEAN *IsPartialPlaceholder)
{
    FILE_ATTRIBUTE_TAG_INFORMATION Information;
    IO_STATUS_BLOCK Block;
    NTSTATUS Status = ZwQueryInformationFile(
        FileHandle, &Block, &Information, sizeof(Information), FileAttributeTagInformation);

    if (NT_SUCCESS(Status))
        *IsPartialPlaceholder =
            RtlIsPartialPlaceholder(Information.FileAttributes, Information.ReparseTag);
    return Status;
}

/*
 * RtlQueryThreadPlaceholderCompatibilityMode, RtlSetThreadPlaceholderCompatibilityMode - whether a
 * thread sees placeholders as such.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: PHCM_ERROR_NO_TEB (-2): the thread has no environment block, as none here and no system
 *          thread of Windows; setting: PHCM_ERROR_INVALID_PARAMETER (-1): there is no such mode.
 * Source:  DOC ntifs/RtlQueryThreadPlaceholderCompatibilityMode,
 *          RtlSetThreadPlaceholderCompatibilityMode
 */
CHAR NTAPI RtlQueryThreadPlaceholderCompatibilityMode(void)
{
    return IOP_MODE_NO_TEB;
}

CHAR NTAPI RtlSetThreadPlaceholderCompatibilityMode(CHAR Mode)
{
    return Mode < 0 || Mode > IOP_MODE_MAX ? IOP_MODE_INVALID : IOP_MODE_NO_TEB;
}

/*
 * RtlQueryProcessPlaceholderCompatibilityMode, RtlSetProcessPlaceholderCompatibilityMode - the same
 * of a process.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: PHCM_ERROR_NO_PEB (-3): the process has no environment block;
 *          PHCM_ERROR_INVALID_PARAMETER, as above.
 * Source:  DOC ntifs/RtlQueryProcessPlaceholderCompatibilityMode,
 *          RtlSetProcessPlaceholderCompatibilityMode
 */
CHAR NTAPI RtlQueryProcessPlaceholderCompatibilityMode(void)
{
    return IOP_MODE_NO_PEB;
}

CHAR NTAPI RtlSetProcessPlaceholderCompatibilityMode(CHAR Mode)
{
    return Mode < 0 || Mode > IOP_MODE_MAX ? IOP_MODE_INVALID : IOP_MODE_NO_PEB;
}
