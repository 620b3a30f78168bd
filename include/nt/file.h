/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Files as requests see them: access rights, create options, attributes, device types and
 * characteristics, the information classes and their structures.
 */
#pragma once

#include "nt/ntdef.h"

typedef ULONG DEVICE_TYPE;

/* Buffering methods and access of an I/O control code. */
#define CTL_CODE(type, function, method, access) \
    (((ULONG)(type) << 16) | ((ULONG)(access) << 14) | ((ULONG)(function) << 2) | (ULONG)(method))
#define DEVICE_TYPE_FROM_CTL_CODE(code) (((ULONG)(code) & 0xffff0000u) >> 16)
#define METHOD_FROM_CTL_CODE(code)      ((ULONG)(code) & 3)
#define ACCESS_FROM_CTL_CODE(code)      (((ULONG)(code) >> 14) & 3)

#define METHOD_BUFFERED     0
#define METHOD_IN_DIRECT    1
#define METHOD_OUT_DIRECT   2
#define METHOD_NEITHER      3
#define FILE_ANY_ACCESS     0x00
#define FILE_SPECIAL_ACCESS 0x00
#define FILE_READ_ACCESS    0x01
#define FILE_WRITE_ACCESS   0x02
#define METHOD_DIRECT_TO_HARDWARE   METHOD_IN_DIRECT
#define METHOD_DIRECT_FROM_HARDWARE METHOD_OUT_DIRECT

#define FILE_DEVICE_BEEP                0x01
#define FILE_DEVICE_CD_ROM              0x02
#define FILE_DEVICE_CD_ROM_FILE_SYSTEM  0x03
#define FILE_DEVICE_CONTROLLER          0x04
#define FILE_DEVICE_DATALINK            0x05
#define FILE_DEVICE_DFS                 0x06
#define FILE_DEVICE_DISK                0x07
#define FILE_DEVICE_DISK_FILE_SYSTEM    0x08
#define FILE_DEVICE_FILE_SYSTEM         0x09
#define FILE_DEVICE_INPORT_PORT         0x0a
#define FILE_DEVICE_KEYBOARD            0x0b
#define FILE_DEVICE_MAILSLOT            0x0c
#define FILE_DEVICE_MIDI_IN             0x0d
#define FILE_DEVICE_MIDI_OUT            0x0e
#define FILE_DEVICE_MOUSE               0x0f
#define FILE_DEVICE_MULTI_UNC_PROVIDER  0x10
#define FILE_DEVICE_NAMED_PIPE          0x11
#define FILE_DEVICE_NETWORK             0x12
#define FILE_DEVICE_NETWORK_BROWSER     0x13
#define FILE_DEVICE_NETWORK_FILE_SYSTEM 0x14
#define FILE_DEVICE_NULL                0x15
#define FILE_DEVICE_PARALLEL_PORT       0x16
#define FILE_DEVICE_PHYSICAL_NETCARD    0x17
#define FILE_DEVICE_PRINTER             0x18
#define FILE_DEVICE_SCANNER             0x19
#define FILE_DEVICE_SERIAL_MOUSE_PORT   0x1a
#define FILE_DEVICE_SERIAL_PORT         0x1b
#define FILE_DEVICE_SCREEN              0x1c
#define FILE_DEVICE_SOUND               0x1d
#define FILE_DEVICE_STREAMS             0x1e
#define FILE_DEVICE_TAPE                0x1f
#define FILE_DEVICE_TAPE_FILE_SYSTEM    0x20
#define FILE_DEVICE_TRANSPORT           0x21
#define FILE_DEVICE_UNKNOWN             0x22
#define FILE_DEVICE_VIDEO               0x23
#define FILE_DEVICE_VIRTUAL_DISK        0x24
#define FILE_DEVICE_WAVE_IN             0x25
#define FILE_DEVICE_WAVE_OUT            0x26
#define FILE_DEVICE_8042_PORT           0x27
#define FILE_DEVICE_NETWORK_REDIRECTOR  0x28
#define FILE_DEVICE_BATTERY             0x29
#define FILE_DEVICE_BUS_EXTENDER        0x2a
#define FILE_DEVICE_MODEM               0x2b
#define FILE_DEVICE_VDM                 0x2c
#define FILE_DEVICE_MASS_STORAGE        0x2d
#define FILE_DEVICE_SMB                 0x2e
#define FILE_DEVICE_KS                  0x2f
#define FILE_DEVICE_CHANGER             0x30
#define FILE_DEVICE_SMARTCARD           0x31
#define FILE_DEVICE_ACPI                0x32
#define FILE_DEVICE_DVD                 0x33
#define FILE_DEVICE_FULLSCREEN_VIDEO    0x34
#define FILE_DEVICE_DFS_FILE_SYSTEM     0x35
#define FILE_DEVICE_DFS_VOLUME          0x36
#define FILE_DEVICE_SERENUM             0x37
#define FILE_DEVICE_TERMSRV             0x38
#define FILE_DEVICE_KSEC                0x39
#define FILE_DEVICE_FIPS                0x3a
#define FILE_DEVICE_INFINIBAND          0x3b
#define FILE_DEVICE_VMBUS               0x3e
#define FILE_DEVICE_CRYPT_PROVIDER      0x3f
#define FILE_DEVICE_WPD                 0x40
#define FILE_DEVICE_BLUETOOTH           0x41
#define FILE_DEVICE_MT_COMPOSITE        0x42
#define FILE_DEVICE_MT_TRANSPORT        0x43
#define FILE_DEVICE_IS_MOUNTED          0x20
#define FILE_DEVICE_SECURE_OPEN         0x0100

#define FILE_DEVICE_BIOMETRIC       0x0044
#define FILE_DEVICE_PMI             0x0045
#define FILE_DEVICE_EHSTOR          0x0046
#define FILE_DEVICE_DEVAPI          0x0047
#define FILE_DEVICE_GPIO            0x0048
#define FILE_DEVICE_USBEX           0x0049
#define FILE_DEVICE_CONSOLE         0x0050
#define FILE_DEVICE_NFP             0x0051
#define FILE_DEVICE_SYSENV          0x0052
#define FILE_DEVICE_VIRTUAL_BLOCK   0x0053
#define FILE_DEVICE_POINT_OF_SERVICE 0x0054
#define FILE_DEVICE_STORAGE_REPLICATION 0x0055
#define FILE_DEVICE_TRUST_ENV       0x0056
#define FILE_DEVICE_UCM             0x0057
#define FILE_DEVICE_UCMTCPCI        0x0058
#define FILE_DEVICE_PERSISTENT_MEMORY 0x0059
#define FILE_DEVICE_NVDIMM          0x005a
#define FILE_DEVICE_HOLOGRAPHIC     0x005b
#define FILE_DEVICE_SDFXHCI         0x005c

#define FILE_REMOVABLE_MEDIA                                    0x01
#define FILE_READ_ONLY_DEVICE                                   0x02
#define FILE_FLOPPY_DISKETTE                                    0x04
#define FILE_WRITE_ONCE_MEDIA                                   0x08
#define FILE_REMOTE_DEVICE                                      0x10
#define FILE_VIRTUAL_VOLUME                                     0x40
#define FILE_AUTOGENERATED_DEVICE_NAME                          0x80
#define FILE_CHARACTERISTIC_PNP_DEVICE                          0x0800
#define FILE_CHARACTERISTIC_TS_DEVICE                           0x1000
#define FILE_CHARACTERISTIC_WEBDAV_DEVICE                       0x2000
#define FILE_BYTE_ALIGNMENT                                     0x00
#define FILE_WORD_ALIGNMENT                                     0x01
#define FILE_LONG_ALIGNMENT                                     0x03
#define FILE_QUAD_ALIGNMENT                                     0x07
#define FILE_OCTA_ALIGNMENT                                     0x0f
#define FILE_32_BYTE_ALIGNMENT                                  0x1f
#define FILE_64_BYTE_ALIGNMENT                                  0x3f
#define FILE_128_BYTE_ALIGNMENT                                 0x7f
#define FILE_256_BYTE_ALIGNMENT                                 0xff
#define FILE_512_BYTE_ALIGNMENT                                 0x01ff
#define FILE_SKIP_COMPLETION_PORT_ON_SUCCESS                    0x01
#define FILE_SKIP_SET_EVENT_ON_HANDLE                           0x02
#define FILE_SKIP_SET_USER_EVENT_ON_FAST_IO                     0x04
#define FILE_SUPERSEDED                                         0x00
#define FILE_OPENED                                             0x01
#define FILE_CREATED                                            0x02
#define FILE_OVERWRITTEN                                        0x03
#define FILE_EXISTS                                             0x04
#define FILE_DOES_NOT_EXIST                                     0x05
#define FILE_USE_FILE_POINTER_POSITION                          0xfffffffe
#define FILE_WRITE_TO_END_OF_FILE                               0xffffffff
#define FILE_LIST_DIRECTORY                                     0x01
#define FILE_READ_DATA                                          0x01
#define FILE_ADD_FILE                                           0x02
#define FILE_WRITE_DATA                                         0x02
#define FILE_ADD_SUBDIRECTORY                                   0x04
#define FILE_APPEND_DATA                                        0x04
#define FILE_CREATE_PIPE_INSTANCE                               0x04
#define FILE_READ_EA                                            0x08
#define FILE_WRITE_EA                                           0x10
#define FILE_EXECUTE                                            0x20
#define FILE_TRAVERSE                                           0x20
#define FILE_DELETE_CHILD                                       0x40
#define FILE_READ_ATTRIBUTES                                    0x80
#define FILE_WRITE_ATTRIBUTES                                   0x0100
#define FILE_SHARE_READ                                         0x01
#define FILE_SHARE_WRITE                                        0x02
#define FILE_SHARE_DELETE                                       0x04
#define FILE_SHARE_VALID_FLAGS                                  0x07
#define FILE_ATTRIBUTE_READONLY                                 0x01
#define FILE_ATTRIBUTE_HIDDEN                                   0x02
#define FILE_ATTRIBUTE_SYSTEM                                   0x04
#define FILE_ATTRIBUTE_DIRECTORY                                0x10
#define FILE_ATTRIBUTE_ARCHIVE                                  0x20
#define FILE_ATTRIBUTE_DEVICE                                   0x40
#define FILE_ATTRIBUTE_NORMAL                                   0x80
#define FILE_ATTRIBUTE_TEMPORARY                                0x0100
#define FILE_ATTRIBUTE_SPARSE_FILE                              0x0200
#define FILE_ATTRIBUTE_REPARSE_POINT                            0x0400
#define FILE_ATTRIBUTE_COMPRESSED                               0x0800
#define FILE_ATTRIBUTE_OFFLINE                                  0x1000
#define FILE_ATTRIBUTE_NOT_CONTENT_INDEXED                      0x2000
#define FILE_ATTRIBUTE_ENCRYPTED                                0x4000
#define FILE_ATTRIBUTE_VIRTUAL                                  0x00010000
#define FILE_ATTRIBUTE_VALID_FLAGS                              0x7fb7
#define FILE_ATTRIBUTE_VALID_SET_FLAGS                          0x31a7
#define FILE_VALID_OPTION_FLAGS                                 0x00ffffff
#define FILE_VALID_PIPE_OPTION_FLAGS                            0x32
#define FILE_VALID_MAILSLOT_OPTION_FLAGS                        0x32
#define FILE_VALID_SET_FLAGS                                    0x36
#define FILE_SUPERSEDE                                          0x00
#define FILE_OPEN                                               0x01
#define FILE_CREATE                                             0x02
#define FILE_OPEN_IF                                            0x03
#define FILE_OVERWRITE                                          0x04
#define FILE_OVERWRITE_IF                                       0x05
#define FILE_MAXIMUM_DISPOSITION                                0x05
#define FILE_DIRECTORY_FILE                                     0x01
#define FILE_WRITE_THROUGH                                      0x02
#define FILE_SEQUENTIAL_ONLY                                    0x04
#define FILE_NO_INTERMEDIATE_BUFFERING                          0x08
#define FILE_SYNCHRONOUS_IO_ALERT                               0x10
#define FILE_SYNCHRONOUS_IO_NONALERT                            0x20
#define FILE_NON_DIRECTORY_FILE                                 0x40
#define FILE_CREATE_TREE_CONNECTION                             0x80
#define FILE_COMPLETE_IF_OPLOCKED                               0x0100
#define FILE_NO_EA_KNOWLEDGE                                    0x0200
#define FILE_OPEN_REMOTE_INSTANCE                               0x0400
#define FILE_RANDOM_ACCESS                                      0x0800
#define FILE_DELETE_ON_CLOSE                                    0x1000
#define FILE_OPEN_BY_FILE_ID                                    0x2000
#define FILE_OPEN_FOR_BACKUP_INTENT                             0x4000
#define FILE_NO_COMPRESSION                                     0x8000
#define FILE_OPEN_REQUIRING_OPLOCK                              0x00010000
#define FILE_DISALLOW_EXCLUSIVE                                 0x00020000
#define FILE_RESERVE_OPFILTER                                   0x00100000
#define FILE_OPEN_REPARSE_POINT                                 0x00200000
#define FILE_OPEN_NO_RECALL                                     0x00400000
#define FILE_OPEN_FOR_FREE_SPACE_QUERY                          0x00800000
#define FILE_ALL_ACCESS                                         0x001f01ff
#define FILE_GENERIC_EXECUTE                                    0x001200a0
#define FILE_GENERIC_READ                                       0x00120089
#define FILE_GENERIC_WRITE                                      0x00120116
#define FILE_ATTRIBUTE_DEDICATED                                0x0100
#define FILE_CHARACTERISTICS_EXPECT_ORDERLY_REMOVAL_EX          0x4000
#define FILE_CHARACTERISTICS_EXPECT_SURPRISE_REMOVAL_EX         0x8000
#define FILE_CHARACTERISTICS_REMOVAL_POLICY_MASK_EX             0xc000
#define FILE_CHARACTERISTICS_EXPECT_ORDERLY_REMOVAL_DEPRECATED  0x0200
#define FILE_CHARACTERISTICS_EXPECT_SURPRISE_REMOVAL_DEPRECATED 0x0300
#define FILE_CHARACTERISTICS_REMOVAL_POLICY_MASK_DEPRECATED     0x0300
#define FILE_CHARACTERISTICS_PROPAGATED                         0x010f
#define FILE_OPBATCH_BREAK_UNDERWAY                             0x09
#define FILE_CASE_SENSITIVE_SEARCH                              0x01
#define FILE_CASE_PRESERVED_NAMES                               0x02
#define FILE_UNICODE_ON_DISK                                    0x04
#define FILE_PERSISTENT_ACLS                                    0x08
#define FILE_FILE_COMPRESSION                                   0x10
#define FILE_VOLUME_QUOTAS                                      0x20
#define FILE_SUPPORTS_SPARSE_FILES                              0x40
#define FILE_SUPPORTS_REPARSE_POINTS                            0x80
#define FILE_SUPPORTS_REMOTE_STORAGE                            0x0100
#define FILE_VOLUME_IS_COMPRESSED                               0x8000
#define FILE_SUPPORTS_OBJECT_IDS                                0x00010000
#define FILE_SUPPORTS_ENCRYPTION                                0x00020000
#define FILE_NAMED_STREAMS                                      0x00040000
#define FILE_READ_ONLY_VOLUME                                   0x00080000
#define FILE_SEQUENTIAL_WRITE_ONCE                              0x00100000
#define FILE_SUPPORTS_TRANSACTIONS                              0x00200000
#define FILE_SUPPORTS_HARD_LINKS                                0x00400000
#define FILE_SUPPORTS_EXTENDED_ATTRIBUTES                       0x00800000
#define FILE_SUPPORTS_OPEN_BY_FILE_ID                           0x01000000
#define FILE_SUPPORTS_USN_JOURNAL                               0x02000000
#define FILE_NEED_EA                                            0x80
#define FILE_EA_TYPE_BINARY                                     0xfffe
#define FILE_EA_TYPE_ASCII                                      0xfffd
#define FILE_EA_TYPE_BITMAP                                     0xfffb
#define FILE_EA_TYPE_METAFILE                                   0xfffa
#define FILE_EA_TYPE_ICON                                       0xfff9
#define FILE_EA_TYPE_EA                                         0xffee
#define FILE_EA_TYPE_MVMT                                       0xffdf
#define FILE_EA_TYPE_MVST                                       0xffde
#define FILE_EA_TYPE_ASN1                                       0xffdd
#define FILE_EA_TYPE_FAMILY_IDS                                 0xff01
#define FILE_ID_GLOBAL_TX_DIR_INFO_FLAG_WRITELOCKED             0x01
#define FILE_ID_GLOBAL_TX_DIR_INFO_FLAG_VISIBLE_TO_TX           0x02
#define FILE_ID_GLOBAL_TX_DIR_INFO_FLAG_VISIBLE_OUTSIDE_TX      0x04
#define FILE_VC_QUOTA_NONE                                      0x00
#define FILE_VC_QUOTA_TRACK                                     0x01
#define FILE_VC_QUOTA_ENFORCE                                   0x02
#define FILE_VC_QUOTA_MASK                                      0x03
#define FILE_VC_CONTENT_INDEX_DISABLED                          0x08
#define FILE_VC_LOG_QUOTA_THRESHOLD                             0x10
#define FILE_VC_LOG_QUOTA_LIMIT                                 0x20
#define FILE_VC_LOG_VOLUME_THRESHOLD                            0x40
#define FILE_VC_LOG_VOLUME_LIMIT                                0x80
#define FILE_VC_QUOTAS_INCOMPLETE                               0x0100
#define FILE_VC_QUOTAS_REBUILDING                               0x0200
#define FILE_VC_VALID_MASK                                      0x03ff
#define FILE_PREFETCH_TYPE_FOR_CREATE                           0x01
#define FILE_PREFETCH_TYPE_FOR_DIRENUM                          0x02
#define FILE_PREFETCH_TYPE_FOR_CREATE_EX                        0x03
#define FILE_PREFETCH_TYPE_FOR_DIRENUM_EX                       0x04
#define FILE_PREFETCH_TYPE_MAX                                  0x04
#define FILE_SET_ENCRYPTION                                     0x01
#define FILE_CLEAR_ENCRYPTION                                   0x02
#define FILE_TYPE_NOTIFICATION_FLAG_USAGE_BEGIN                 0x01
#define FILE_TYPE_NOTIFICATION_FLAG_USAGE_END                   0x02
#define FILE_STORAGE_TYPE_SPECIFIED                             0x41
#define FILE_MINIMUM_STORAGE_TYPE                               0x00010000
#define FILE_MAXIMUM_STORAGE_TYPE                               0x00080000
#define FILE_STORAGE_TYPE_MASK                                  0x000f0000
#define FILE_STORAGE_TYPE_SHIFT                                 16
#define FILE_VC_QUOTAS_LOG_VIOLATIONS                           0x04

typedef enum _CREATE_FILE_TYPE {
    CreateFileTypeNone,
    CreateFileTypeNamedPipe,
    CreateFileTypeMailslot
} CREATE_FILE_TYPE, *PCREATE_FILE_TYPE;

typedef enum _IO_PRIORITY_HINT {
    IoPriorityVeryLow,
    IoPriorityLow,
    IoPriorityNormal,
    IoPriorityHigh,
    IoPriorityCritical,
    MaxIoPriorityTypes
} IO_PRIORITY_HINT, *PIO_PRIORITY_HINT;

typedef enum _IO_PAGING_PRIORITY {
    IoPagingPriorityInvalid,
    IoPagingPriorityNormal,
    IoPagingPriorityHigh,
    IoPagingPriorityReserved1,
    IoPagingPriorityReserved2
} IO_PAGING_PRIORITY, *PIO_PAGING_PRIORITY;


typedef enum _FILE_INFORMATION_CLASS {
    FileDirectoryInformation = 1,
    FileFullDirectoryInformation,
    FileBothDirectoryInformation,
    FileBasicInformation,
    FileStandardInformation,
    FileInternalInformation,
    FileEaInformation,
    FileAccessInformation,
    FileNameInformation,
    FileRenameInformation,
    FileLinkInformation,
    FileNamesInformation,
    FileDispositionInformation,
    FilePositionInformation,
    FileFullEaInformation,
    FileModeInformation,
    FileAlignmentInformation,
    FileAllInformation,
    FileAllocationInformation,
    FileEndOfFileInformation,
    FileAlternateNameInformation,
    FileStreamInformation,
    FilePipeInformation,
    FilePipeLocalInformation,
    FilePipeRemoteInformation,
    FileMailslotQueryInformation,
    FileMailslotSetInformation,
    FileCompressionInformation,
    FileObjectIdInformation,
    FileCompletionInformation,
    FileMoveClusterInformation,
    FileQuotaInformation,
    FileReparsePointInformation,
    FileNetworkOpenInformation,
    FileAttributeTagInformation,
    FileTrackingInformation,
    FileIdBothDirectoryInformation,
    FileIdFullDirectoryInformation,
    FileValidDataLengthInformation,
    FileShortNameInformation,
    FileIoCompletionNotificationInformation,
    FileIoStatusBlockRangeInformation,
    FileIoPriorityHintInformation,
    FileSfioReserveInformation,
    FileSfioVolumeInformation,
    FileHardLinkInformation,
    FileProcessIdsUsingFileInformation,
    FileNormalizedNameInformation,
    FileNetworkPhysicalNameInformation,
    FileIdGlobalTxDirectoryInformation,
    FileIsRemoteDeviceInformation,
    FileUnusedInformation,
    FileNumaNodeInformation,
    FileStandardLinkInformation,
    FileRemoteProtocolInformation,
    FileRenameInformationBypassAccessCheck,
    FileLinkInformationBypassAccessCheck,
    FileVolumeNameInformation,
    FileIdInformation,
    FileIdExtdDirectoryInformation,
    FileReplaceCompletionInformation,
    FileHardLinkFullIdInformation,
    FileIdExtdBothDirectoryInformation,
    FileDispositionInformationEx,
    FileRenameInformationEx,
    FileRenameInformationExBypassAccessCheck,
    FileDesiredStorageClassInformation,
    FileStatInformation,
    FileMemoryPartitionInformation,
    FileStatLxInformation,
    FileCaseSensitiveInformation,
    FileLinkInformationEx,
    FileLinkInformationExBypassAccessCheck,
    FileStorageReserveIdInformation,
    FileCaseSensitiveInformationForceAccessCheck,
    FileKnownFolderInformation,
    FileMaximumInformation
} FILE_INFORMATION_CLASS, *PFILE_INFORMATION_CLASS;

typedef struct _FILE_BASIC_INFORMATION {
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    ULONG FileAttributes;
} FILE_BASIC_INFORMATION, *PFILE_BASIC_INFORMATION;

typedef struct _FILE_STANDARD_INFORMATION {
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    ULONG NumberOfLinks;
    BOOLEAN DeletePending;
    BOOLEAN Directory;
} FILE_STANDARD_INFORMATION, *PFILE_STANDARD_INFORMATION;

typedef struct _FILE_POSITION_INFORMATION {
    LARGE_INTEGER CurrentByteOffset;
} FILE_POSITION_INFORMATION, *PFILE_POSITION_INFORMATION;

typedef struct _FILE_NETWORK_OPEN_INFORMATION {
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    ULONG FileAttributes;
} FILE_NETWORK_OPEN_INFORMATION, *PFILE_NETWORK_OPEN_INFORMATION;

typedef struct _FILE_INTERNAL_INFORMATION {
    LARGE_INTEGER IndexNumber;
} FILE_INTERNAL_INFORMATION, *PFILE_INTERNAL_INFORMATION;

typedef struct _FILE_EA_INFORMATION {
    ULONG EaSize;
} FILE_EA_INFORMATION, *PFILE_EA_INFORMATION;

typedef struct _FILE_ACCESS_INFORMATION {
    ACCESS_MASK AccessFlags;
} FILE_ACCESS_INFORMATION, *PFILE_ACCESS_INFORMATION;

typedef struct _FILE_MODE_INFORMATION {
    ULONG Mode;
} FILE_MODE_INFORMATION, *PFILE_MODE_INFORMATION;

typedef struct _FILE_ALIGNMENT_INFORMATION {
    ULONG AlignmentRequirement;
} FILE_ALIGNMENT_INFORMATION, *PFILE_ALIGNMENT_INFORMATION;

typedef struct _FILE_NAME_INFORMATION {
    ULONG FileNameLength; /* bytes */
    WCHAR FileName[1];
} FILE_NAME_INFORMATION, *PFILE_NAME_INFORMATION;

typedef struct _FILE_ALL_INFORMATION {
    FILE_BASIC_INFORMATION BasicInformation;
    FILE_STANDARD_INFORMATION StandardInformation;
    FILE_INTERNAL_INFORMATION InternalInformation;
    FILE_EA_INFORMATION EaInformation;
    FILE_ACCESS_INFORMATION AccessInformation;
    FILE_POSITION_INFORMATION PositionInformation;
    FILE_MODE_INFORMATION ModeInformation;
    FILE_ALIGNMENT_INFORMATION AlignmentInformation;
    FILE_NAME_INFORMATION NameInformation;
} FILE_ALL_INFORMATION, *PFILE_ALL_INFORMATION;

typedef struct _FILE_ALLOCATION_INFORMATION {
    LARGE_INTEGER AllocationSize;
} FILE_ALLOCATION_INFORMATION, *PFILE_ALLOCATION_INFORMATION;

typedef struct _FILE_END_OF_FILE_INFORMATION {
    LARGE_INTEGER EndOfFile;
} FILE_END_OF_FILE_INFORMATION, *PFILE_END_OF_FILE_INFORMATION;

typedef struct _FILE_VALID_DATA_LENGTH_INFORMATION {
    LARGE_INTEGER ValidDataLength;
} FILE_VALID_DATA_LENGTH_INFORMATION, *PFILE_VALID_DATA_LENGTH_INFORMATION;

typedef struct _FILE_DISPOSITION_INFORMATION {
    BOOLEAN DeleteFile;
} FILE_DISPOSITION_INFORMATION, *PFILE_DISPOSITION_INFORMATION;

typedef struct _FILE_DISPOSITION_INFORMATION_EX {
    ULONG Flags;
} FILE_DISPOSITION_INFORMATION_EX, *PFILE_DISPOSITION_INFORMATION_EX;

#define FILE_DISPOSITION_DO_NOT_DELETE              0x00000000
#define FILE_DISPOSITION_DELETE                     0x00000001
#define FILE_DISPOSITION_POSIX_SEMANTICS            0x00000002
#define FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK  0x00000004
#define FILE_DISPOSITION_ON_CLOSE                   0x00000008
#define FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE  0x00000010
#define FILE_RENAME_REPLACE_IF_EXISTS               0x00000001
#define FILE_RENAME_POSIX_SEMANTICS                 0x00000002

typedef struct _FILE_RENAME_INFORMATION {
    union {
        BOOLEAN ReplaceIfExists;
        ULONG Flags;
    };
    HANDLE RootDirectory;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_RENAME_INFORMATION, *PFILE_RENAME_INFORMATION;

typedef struct _FILE_LINK_INFORMATION {
    union {
        BOOLEAN ReplaceIfExists;
        ULONG Flags;
    };
    HANDLE RootDirectory;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_LINK_INFORMATION, *PFILE_LINK_INFORMATION;

typedef struct _FILE_ATTRIBUTE_TAG_INFORMATION {
    ULONG FileAttributes;
    ULONG ReparseTag;
} FILE_ATTRIBUTE_TAG_INFORMATION, *PFILE_ATTRIBUTE_TAG_INFORMATION;

typedef struct _FILE_STREAM_INFORMATION {
    ULONG NextEntryOffset;
    ULONG StreamNameLength;
    LARGE_INTEGER StreamSize;
    LARGE_INTEGER StreamAllocationSize;
    WCHAR StreamName[1];
} FILE_STREAM_INFORMATION, *PFILE_STREAM_INFORMATION;

typedef struct _FILE_COMPRESSION_INFORMATION {
    LARGE_INTEGER CompressedFileSize;
    USHORT CompressionFormat;
    UCHAR CompressionUnitShift;
    UCHAR ChunkShift;
    UCHAR ClusterShift;
    UCHAR Reserved[3];
} FILE_COMPRESSION_INFORMATION, *PFILE_COMPRESSION_INFORMATION;

typedef struct _FILE_COMPLETION_INFORMATION {
    HANDLE Port;
    PVOID Key;
} FILE_COMPLETION_INFORMATION, *PFILE_COMPLETION_INFORMATION;

typedef struct _FILE_IO_COMPLETION_INFORMATION {
    PVOID KeyContext;
    PVOID ApcContext;
    struct {
        union {
            NTSTATUS Status;
            PVOID Pointer;
        };
        ULONG_PTR Information;
    } IoStatusBlock;
} FILE_IO_COMPLETION_INFORMATION, *PFILE_IO_COMPLETION_INFORMATION;

typedef struct _FILE_IO_COMPLETION_NOTIFICATION_INFORMATION {
    ULONG Flags;
} FILE_IO_COMPLETION_NOTIFICATION_INFORMATION, *PFILE_IO_COMPLETION_NOTIFICATION_INFORMATION;

typedef struct _FILE_IO_PRIORITY_HINT_INFORMATION {
    IO_PRIORITY_HINT PriorityHint;
} FILE_IO_PRIORITY_HINT_INFORMATION, *PFILE_IO_PRIORITY_HINT_INFORMATION;

typedef struct _FILE_IS_REMOTE_DEVICE_INFORMATION {
    BOOLEAN IsRemote;
} FILE_IS_REMOTE_DEVICE_INFORMATION, *PFILE_IS_REMOTE_DEVICE_INFORMATION;

typedef struct _FILE_FULL_EA_INFORMATION {
    ULONG NextEntryOffset;
    UCHAR Flags;
    UCHAR EaNameLength;
    USHORT EaValueLength;
    CHAR EaName[1];
} FILE_FULL_EA_INFORMATION, *PFILE_FULL_EA_INFORMATION;

typedef struct _FILE_GET_EA_INFORMATION {
    ULONG NextEntryOffset;
    UCHAR EaNameLength;
    CHAR EaName[1];
} FILE_GET_EA_INFORMATION, *PFILE_GET_EA_INFORMATION;

typedef struct _FILE_DIRECTORY_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_DIRECTORY_INFORMATION, *PFILE_DIRECTORY_INFORMATION;

typedef struct _FILE_FULL_DIR_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    ULONG EaSize;
    WCHAR FileName[1];
} FILE_FULL_DIR_INFORMATION, *PFILE_FULL_DIR_INFORMATION;

typedef struct _FILE_ID_FULL_DIR_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    ULONG EaSize;
    LARGE_INTEGER FileId;
    WCHAR FileName[1];
} FILE_ID_FULL_DIR_INFORMATION, *PFILE_ID_FULL_DIR_INFORMATION;

typedef struct _FILE_BOTH_DIR_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    ULONG EaSize;
    CCHAR ShortNameLength;
    WCHAR ShortName[12];
    WCHAR FileName[1];
} FILE_BOTH_DIR_INFORMATION, *PFILE_BOTH_DIR_INFORMATION;

typedef struct _FILE_ID_BOTH_DIR_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    ULONG EaSize;
    CCHAR ShortNameLength;
    WCHAR ShortName[12];
    LARGE_INTEGER FileId;
    WCHAR FileName[1];
} FILE_ID_BOTH_DIR_INFORMATION, *PFILE_ID_BOTH_DIR_INFORMATION;

typedef struct _FILE_NAMES_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_NAMES_INFORMATION, *PFILE_NAMES_INFORMATION;

typedef struct _FILE_NOTIFY_INFORMATION {
    ULONG NextEntryOffset;
    ULONG Action;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_NOTIFY_INFORMATION, *PFILE_NOTIFY_INFORMATION;

typedef struct _FILE_PIPE_INFORMATION {
    ULONG ReadMode;
    ULONG CompletionMode;
} FILE_PIPE_INFORMATION, *PFILE_PIPE_INFORMATION;

typedef struct _FILE_QUOTA_INFORMATION {
    ULONG NextEntryOffset;
    ULONG SidLength;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER QuotaUsed;
    LARGE_INTEGER QuotaThreshold;
    LARGE_INTEGER QuotaLimit;
    struct {
        UCHAR Revision;
        UCHAR SubAuthorityCount;
        UCHAR IdentifierAuthority[6];
        ULONG SubAuthority[1];
    } Sid;
} FILE_QUOTA_INFORMATION, *PFILE_QUOTA_INFORMATION;

typedef enum _FSINFOCLASS {
    FileFsVolumeInformation = 1,
    FileFsLabelInformation,
    FileFsSizeInformation,
    FileFsDeviceInformation,
    FileFsAttributeInformation,
    FileFsControlInformation,
    FileFsFullSizeInformation,
    FileFsObjectIdInformation,
    FileFsDriverPathInformation,
    FileFsVolumeFlagsInformation,
    FileFsSectorSizeInformation,
    FileFsDataCopyInformation,
    FileFsMetadataSizeInformation,
    FileFsFullSizeInformationEx,
    FileFsMaximumInformation
} FSINFOCLASS, *PFSINFOCLASS;

typedef FSINFOCLASS FS_INFORMATION_CLASS, *PFS_INFORMATION_CLASS;

typedef struct _FILE_FS_DEVICE_INFORMATION {
    DEVICE_TYPE DeviceType;
    ULONG Characteristics;
} FILE_FS_DEVICE_INFORMATION, *PFILE_FS_DEVICE_INFORMATION;

typedef struct _FILE_FS_VOLUME_INFORMATION {
    LARGE_INTEGER VolumeCreationTime;
    ULONG VolumeSerialNumber;
    ULONG VolumeLabelLength;
    BOOLEAN SupportsObjects;
    WCHAR VolumeLabel[1];
} FILE_FS_VOLUME_INFORMATION, *PFILE_FS_VOLUME_INFORMATION;

typedef struct _FILE_FS_LABEL_INFORMATION {
    ULONG VolumeLabelLength;
    WCHAR VolumeLabel[1];
} FILE_FS_LABEL_INFORMATION, *PFILE_FS_LABEL_INFORMATION;

typedef struct _FILE_FS_SIZE_INFORMATION {
    LARGE_INTEGER TotalAllocationUnits;
    LARGE_INTEGER AvailableAllocationUnits;
    ULONG SectorsPerAllocationUnit;
    ULONG BytesPerSector;
} FILE_FS_SIZE_INFORMATION, *PFILE_FS_SIZE_INFORMATION;

typedef struct _FILE_FS_FULL_SIZE_INFORMATION {
    LARGE_INTEGER TotalAllocationUnits;
    LARGE_INTEGER CallerAvailableAllocationUnits;
    LARGE_INTEGER ActualAvailableAllocationUnits;
    ULONG SectorsPerAllocationUnit;
    ULONG BytesPerSector;
} FILE_FS_FULL_SIZE_INFORMATION, *PFILE_FS_FULL_SIZE_INFORMATION;

typedef struct _FILE_FS_ATTRIBUTE_INFORMATION {
    ULONG FileSystemAttributes;
    LONG MaximumComponentNameLength;
    ULONG FileSystemNameLength;
    WCHAR FileSystemName[1];
} FILE_FS_ATTRIBUTE_INFORMATION, *PFILE_FS_ATTRIBUTE_INFORMATION;

typedef struct _FILE_FS_CONTROL_INFORMATION {
    LARGE_INTEGER FreeSpaceStartFiltering;
    LARGE_INTEGER FreeSpaceThreshold;
    LARGE_INTEGER FreeSpaceStopFiltering;
    LARGE_INTEGER DefaultQuotaThreshold;
    LARGE_INTEGER DefaultQuotaLimit;
    ULONG FileSystemControlFlags;
} FILE_FS_CONTROL_INFORMATION, *PFILE_FS_CONTROL_INFORMATION;

typedef struct _FILE_FS_OBJECTID_INFORMATION {
    UCHAR ObjectId[16];
    UCHAR ExtendedInfo[48];
} FILE_FS_OBJECTID_INFORMATION, *PFILE_FS_OBJECTID_INFORMATION;

typedef struct _FILE_FS_DRIVER_PATH_INFORMATION {
    BOOLEAN DriverInPath;
    ULONG DriverNameLength;
    WCHAR DriverName[1];
} FILE_FS_DRIVER_PATH_INFORMATION, *PFILE_FS_DRIVER_PATH_INFORMATION;

typedef struct _FILE_FS_SECTOR_SIZE_INFORMATION {
    ULONG LogicalBytesPerSector;
    ULONG PhysicalBytesPerSectorForAtomicity;
    ULONG PhysicalBytesPerSectorForPerformance;
    ULONG FileSystemEffectivePhysicalBytesPerSectorForAtomicity;
    ULONG Flags;
    ULONG ByteOffsetForSectorAlignment;
    ULONG ByteOffsetForPartitionAlignment;
} FILE_FS_SECTOR_SIZE_INFORMATION, *PFILE_FS_SECTOR_SIZE_INFORMATION;

#define FILE_NOTIFY_CHANGE_FILE_NAME       0x01
#define FILE_NOTIFY_CHANGE_DIR_NAME        0x02
#define FILE_NOTIFY_CHANGE_NAME            0x03
#define FILE_NOTIFY_CHANGE_ATTRIBUTES      0x04
#define FILE_NOTIFY_CHANGE_SIZE            0x08
#define FILE_NOTIFY_CHANGE_LAST_WRITE      0x10
#define FILE_NOTIFY_CHANGE_LAST_ACCESS     0x20
#define FILE_NOTIFY_CHANGE_CREATION        0x40
#define FILE_NOTIFY_CHANGE_EA              0x80
#define FILE_NOTIFY_CHANGE_SECURITY        0x0100
#define FILE_NOTIFY_CHANGE_STREAM_NAME     0x0200
#define FILE_NOTIFY_CHANGE_STREAM_SIZE     0x0400
#define FILE_NOTIFY_CHANGE_STREAM_WRITE    0x0800
#define FILE_NOTIFY_VALID_MASK             0x0fff
#define FILE_ACTION_ADDED                  0x01
#define FILE_ACTION_REMOVED                0x02
#define FILE_ACTION_MODIFIED               0x03
#define FILE_ACTION_RENAMED_OLD_NAME       0x04
#define FILE_ACTION_RENAMED_NEW_NAME       0x05
#define FILE_ACTION_ADDED_STREAM           0x06
#define FILE_ACTION_REMOVED_STREAM         0x07
#define FILE_ACTION_MODIFIED_STREAM        0x08
#define FILE_ACTION_REMOVED_BY_DELETE      0x09
#define FILE_ACTION_ID_NOT_TUNNELLED       0x0a
#define FILE_ACTION_TUNNELLED_ID_COLLISION 0x0b
#define FILE_PIPE_BYTE_STREAM_TYPE         0x00
#define FILE_PIPE_MESSAGE_TYPE             0x01
#define FILE_PIPE_ACCEPT_REMOTE_CLIENTS    0x00
#define FILE_PIPE_REJECT_REMOTE_CLIENTS    0x02
#define FILE_PIPE_TYPE_VALID_MASK          0x03
#define FILE_PIPE_BYTE_STREAM_MODE         0x00
#define FILE_PIPE_MESSAGE_MODE             0x01
#define FILE_PIPE_QUEUE_OPERATION          0x00
#define FILE_PIPE_COMPLETE_OPERATION       0x01
#define FILE_PIPE_INBOUND                  0x00
#define FILE_PIPE_OUTBOUND                 0x01
#define FILE_PIPE_FULL_DUPLEX              0x02
#define FILE_PIPE_DISCONNECTED_STATE       0x01
#define FILE_PIPE_LISTENING_STATE          0x02
#define FILE_PIPE_CONNECTED_STATE          0x03
#define FILE_PIPE_CLOSING_STATE            0x04
#define FILE_PIPE_CLIENT_END               0x00
#define FILE_PIPE_SERVER_END               0x01
#define FILE_PIPE_READ_DATA                0x00
#define FILE_PIPE_WRITE_SPACE              0x01
#define FILE_PIPE_COMPUTER_NAME_LENGTH     15
