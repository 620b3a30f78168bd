/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the WDK's ntifs.h adds to ntddk.h: SIDs, ACEs, tokens, reparse points, oplock and pipe
 * control codes, notifications of file system drivers, attached-process state.
 */
#pragma once

#include "nt/ntddk.h"

#define SE_GROUP_MANDATORY          0x00000001
#define SE_GROUP_ENABLED_BY_DEFAULT 0x00000002
#define SE_GROUP_ENABLED            0x00000004
#define SE_GROUP_OWNER              0x00000008
#define SE_GROUP_USE_FOR_DENY_ONLY  0x00000010
#define SE_GROUP_INTEGRITY          0x00000020
#define SE_GROUP_INTEGRITY_ENABLED  0x00000040
#define SE_GROUP_RESOURCE           0x20000000
#define SE_GROUP_LOGON_ID           0xc0000000
#define SECURITY_MANDATORY_MEDIUM_PLUS_RID 0x2100

#define SECURITY_MAX_IMPERSONATION_LEVEL                        0x03
#define SECURITY_MIN_IMPERSONATION_LEVEL                        0x00
#define SID_REVISION                                            1
#define SID_MAX_SUB_AUTHORITIES                                 15
#define SID_RECOMMENDED_SUB_AUTHORITIES                         1
#define SID_HASH_SIZE                                           32

typedef ULONG_PTR SID_HASH_ENTRY, *PSID_HASH_ENTRY;

typedef struct _SID_AND_ATTRIBUTES_HASH {
    ULONG SidCount;
    PSID_AND_ATTRIBUTES SidAttr;
    SID_HASH_ENTRY Hash[SID_HASH_SIZE];
} SID_AND_ATTRIBUTES_HASH, *PSID_AND_ATTRIBUTES_HASH;

#define SECURITY_NULL_RID                                       0x00
#define SECURITY_WORLD_RID                                      0x00
#define SECURITY_LOCAL_RID                                      0x00
#define SECURITY_LOCAL_LOGON_RID                                0x01
#define SECURITY_CREATOR_OWNER_RID                              0x00
#define SECURITY_CREATOR_GROUP_RID                              0x01
#define SECURITY_CREATOR_OWNER_SERVER_RID                       0x02
#define SECURITY_CREATOR_GROUP_SERVER_RID                       0x03
#define SECURITY_CREATOR_OWNER_RIGHTS_RID                       0x04
#define SECURITY_DIALUP_RID                                     0x01
#define SECURITY_NETWORK_RID                                    0x02
#define SECURITY_BATCH_RID                                      0x03
#define SECURITY_INTERACTIVE_RID                                0x04
#define SECURITY_LOGON_IDS_RID                                  0x05
#define SECURITY_LOGON_IDS_RID_COUNT                            3
#define SECURITY_SERVICE_RID                                    0x06
#define SECURITY_ANONYMOUS_LOGON_RID                            0x07
#define SECURITY_PROXY_RID                                      0x08
#define SECURITY_ENTERPRISE_CONTROLLERS_RID                     0x09
#define SECURITY_SERVER_LOGON_RID                               0x09
#define SECURITY_PRINCIPAL_SELF_RID                             0x0a
#define SECURITY_AUTHENTICATED_USER_RID                         0x0b
#define SECURITY_RESTRICTED_CODE_RID                            0x0c
#define SECURITY_TERMINAL_SERVER_RID                            0x0d
#define SECURITY_REMOTE_LOGON_RID                               0x0e
#define SECURITY_THIS_ORGANIZATION_RID                          0x0f
#define SECURITY_IUSER_RID                                      0x11
#define SECURITY_LOCAL_SYSTEM_RID                               0x12
#define SECURITY_LOCAL_SERVICE_RID                              0x13
#define SECURITY_NETWORK_SERVICE_RID                            0x14
#define SECURITY_NT_NON_UNIQUE                                  0x15
#define SECURITY_NT_NON_UNIQUE_SUB_AUTH_COUNT                   3
#define SECURITY_ENTERPRISE_READONLY_CONTROLLERS_RID            0x16
#define SECURITY_BUILTIN_DOMAIN_RID                             0x20
#define SECURITY_WRITE_RESTRICTED_CODE_RID                      0x21
#define SECURITY_PACKAGE_BASE_RID                               0x40
#define SECURITY_PACKAGE_RID_COUNT                              2
#define SECURITY_PACKAGE_NTLM_RID                               0x0a
#define SECURITY_PACKAGE_SCHANNEL_RID                           0x0e
#define SECURITY_PACKAGE_DIGEST_RID                             0x15
#define SECURITY_CRED_TYPE_BASE_RID                             0x41
#define SECURITY_CRED_TYPE_RID_COUNT                            2
#define SECURITY_CRED_TYPE_THIS_ORG_CERT_RID                    0x01
#define SECURITY_MIN_BASE_RID                                   0x50
#define SECURITY_SERVICE_ID_BASE_RID                            0x50
#define SECURITY_SERVICE_ID_RID_COUNT                           6
#define SECURITY_RESERVED_ID_BASE_RID                           0x51
#define SECURITY_APPPOOL_ID_BASE_RID                            0x52
#define SECURITY_APPPOOL_ID_RID_COUNT                           6
#define SECURITY_VIRTUALSERVER_ID_BASE_RID                      0x53
#define SECURITY_VIRTUALSERVER_ID_RID_COUNT                     6
#define SECURITY_USERMODEDRIVERHOST_ID_BASE_RID                 0x54
#define SECURITY_USERMODEDRIVERHOST_ID_RID_COUNT                6
#define SECURITY_CLOUD_INFRASTRUCTURE_SERVICES_ID_BASE_RID      0x55
#define SECURITY_CLOUD_INFRASTRUCTURE_SERVICES_ID_RID_COUNT     6
#define SECURITY_WMIHOST_ID_BASE_RID                            0x56
#define SECURITY_WMIHOST_ID_RID_COUNT                           6
#define SECURITY_TASK_ID_BASE_RID                               0x57
#define SECURITY_NFS_ID_BASE_RID                                0x58
#define SECURITY_COM_ID_BASE_RID                                0x59
#define SECURITY_VIRTUALACCOUNT_ID_RID_COUNT                    6
#define SECURITY_MAX_BASE_RID                                   0x6f
#define SECURITY_MAX_ALWAYS_FILTERED                            0x03e7
#define SECURITY_MIN_NEVER_FILTERED                             0x03e8
#define SECURITY_OTHER_ORGANIZATION_RID                         0x03e8
#define SECURITY_WINDOWSMOBILE_ID_BASE_RID                      0x70
#define DOMAIN_GROUP_RID_ENTERPRISE_READONLY_DOMAIN_CONTROLLERS 0x01f2
#define DOMAIN_USER_RID_ADMIN                                   0x01f4
#define DOMAIN_USER_RID_GUEST                                   0x01f5
#define DOMAIN_USER_RID_KRBTGT                                  0x01f6
#define DOMAIN_USER_RID_MAX                                     0x03e7
#define DOMAIN_GROUP_RID_ADMINS                                 0x0200
#define DOMAIN_GROUP_RID_USERS                                  0x0201
#define DOMAIN_GROUP_RID_GUESTS                                 0x0202
#define DOMAIN_GROUP_RID_COMPUTERS                              0x0203
#define DOMAIN_GROUP_RID_CONTROLLERS                            0x0204
#define DOMAIN_GROUP_RID_CERT_ADMINS                            0x0205
#define DOMAIN_GROUP_RID_SCHEMA_ADMINS                          0x0206
#define DOMAIN_GROUP_RID_ENTERPRISE_ADMINS                      0x0207
#define DOMAIN_GROUP_RID_POLICY_ADMINS                          0x0208
#define DOMAIN_GROUP_RID_READONLY_CONTROLLERS                   0x0209
#define DOMAIN_ALIAS_RID_ADMINS                                 0x0220
#define DOMAIN_ALIAS_RID_USERS                                  0x0221
#define DOMAIN_ALIAS_RID_GUESTS                                 0x0222
#define DOMAIN_ALIAS_RID_POWER_USERS                            0x0223
#define DOMAIN_ALIAS_RID_ACCOUNT_OPS                            0x0224
#define DOMAIN_ALIAS_RID_SYSTEM_OPS                             0x0225
#define DOMAIN_ALIAS_RID_PRINT_OPS                              0x0226
#define DOMAIN_ALIAS_RID_BACKUP_OPS                             0x0227
#define DOMAIN_ALIAS_RID_REPLICATOR                             0x0228
#define DOMAIN_ALIAS_RID_RAS_SERVERS                            0x0229
#define DOMAIN_ALIAS_RID_PREW2KCOMPACCESS                       0x022a
#define DOMAIN_ALIAS_RID_REMOTE_DESKTOP_USERS                   0x022b
#define DOMAIN_ALIAS_RID_NETWORK_CONFIGURATION_OPS              0x022c
#define DOMAIN_ALIAS_RID_INCOMING_FOREST_TRUST_BUILDERS         0x022d
#define DOMAIN_ALIAS_RID_MONITORING_USERS                       0x022e
#define DOMAIN_ALIAS_RID_LOGGING_USERS                          0x022f
#define DOMAIN_ALIAS_RID_AUTHORIZATIONACCESS                    0x0230
#define DOMAIN_ALIAS_RID_TS_LICENSE_SERVERS                     0x0231
#define DOMAIN_ALIAS_RID_DCOM_USERS                             0x0232
#define DOMAIN_ALIAS_RID_IUSERS                                 0x0238
#define DOMAIN_ALIAS_RID_CRYPTO_OPERATORS                       0x0239
#define DOMAIN_ALIAS_RID_CACHEABLE_PRINCIPALS_GROUP             0x023b
#define DOMAIN_ALIAS_RID_NON_CACHEABLE_PRINCIPALS_GROUP         0x023c
#define DOMAIN_ALIAS_RID_EVENT_LOG_READERS_GROUP                0x023d
#define DOMAIN_ALIAS_RID_CERTSVC_DCOM_ACCESS_GROUP              0x023e
#define SECURITY_MANDATORY_UNTRUSTED_RID                        0x00
#define SECURITY_MANDATORY_LOW_RID                              0x1000
#define SECURITY_MANDATORY_MEDIUM_RID                           0x2000
#define SECURITY_MANDATORY_HIGH_RID                             0x3000
#define SECURITY_MANDATORY_SYSTEM_RID                           0x4000
#define SECURITY_MANDATORY_PROTECTED_PROCESS_RID                0x5000
#define SECURITY_MANDATORY_MAXIMUM_USER_RID                     0x4000
#define ACCESS_MIN_MS_ACE_TYPE                                  0x00
#define ACCESS_ALLOWED_ACE_TYPE                                 0x00
#define ACCESS_DENIED_ACE_TYPE                                  0x01
#define SYSTEM_AUDIT_ACE_TYPE                                   0x02
#define SYSTEM_ALARM_ACE_TYPE                                   0x03
#define ACCESS_ALLOWED_COMPOUND_ACE_TYPE                        0x04
#define ACCESS_MIN_MS_OBJECT_ACE_TYPE                           0x05
#define ACCESS_ALLOWED_OBJECT_ACE_TYPE                          0x05
#define ACCESS_DENIED_OBJECT_ACE_TYPE                           0x06
#define SYSTEM_AUDIT_OBJECT_ACE_TYPE                            0x07
#define SYSTEM_ALARM_OBJECT_ACE_TYPE                            0x08
#define ACCESS_MAX_MS_OBJECT_ACE_TYPE                           0x08
#define ACCESS_MAX_MS_ACE_TYPE                                  0x08
#define ACCESS_ALLOWED_CALLBACK_ACE_TYPE                        0x09
#define ACCESS_DENIED_CALLBACK_ACE_TYPE                         0x0a
#define ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE                 0x0b
#define ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE                  0x0c
#define SYSTEM_AUDIT_CALLBACK_ACE_TYPE                          0x0d
#define SYSTEM_ALARM_CALLBACK_ACE_TYPE                          0x0e
#define SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE                   0x0f
#define SYSTEM_ALARM_CALLBACK_OBJECT_ACE_TYPE                   0x10
#define SYSTEM_MANDATORY_LABEL_ACE_TYPE                         0x11
#define OBJECT_INHERIT_ACE                                      0x01
#define CONTAINER_INHERIT_ACE                                   0x02
#define NO_PROPAGATE_INHERIT_ACE                                0x04
#define INHERIT_ONLY_ACE                                        0x08
#define ACE_OBJECT_TYPE_PRESENT                                 0x01
#define ACE_INHERITED_OBJECT_TYPE_PRESENT                       0x02
#define INHERITED_ACE                                           0x10
#define VALID_INHERIT_FLAGS                                     0x1f
#define SUCCESSFUL_ACCESS_ACE_FLAG                              0x40
#define FAILED_ACCESS_ACE_FLAG                                  0x80
#define SYSTEM_MANDATORY_LABEL_NO_WRITE_UP                      0x01
#define SYSTEM_MANDATORY_LABEL_NO_READ_UP                       0x02
#define SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP                    0x04
#define SYSTEM_MANDATORY_LABEL_VALID_MASK                       0x07
#define TOKEN_ASSIGN_PRIMARY                                    0x01
#define TOKEN_DUPLICATE                                         0x02
#define TOKEN_IMPERSONATE                                       0x04
#define TOKEN_QUERY                                             0x08
#define TOKEN_QUERY_SOURCE                                      0x10
#define TOKEN_ADJUST_PRIVILEGES                                 0x20
#define TOKEN_ADJUST_GROUPS                                     0x40
#define TOKEN_ADJUST_DEFAULT                                    0x80
#define TOKEN_ADJUST_SESSIONID                                  0x0100
#define TOKEN_ALL_ACCESS_P                                      0x000f00ff
#define TOKEN_ALL_ACCESS                                        0x000f01ff
#define TOKEN_READ                                              0x00020008
#define TOKEN_WRITE                                             0x000200e0
#define TOKEN_EXECUTE                                           0x00020000
#define TOKEN_MANDATORY_POLICY_OFF                              0x00
#define TOKEN_MANDATORY_POLICY_NO_WRITE_UP                      0x01
#define TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN                  0x02
#define TOKEN_MANDATORY_POLICY_VALID_MASK                       0x03
#define TOKEN_HAS_TRAVERSE_PRIVILEGE                            0x01
#define TOKEN_HAS_BACKUP_PRIVILEGE                              0x02
#define TOKEN_HAS_RESTORE_PRIVILEGE                             0x04
#define TOKEN_WRITE_RESTRICTED                                  0x08
#define TOKEN_IS_RESTRICTED                                     0x10
#define TOKEN_SESSION_NOT_REFERENCED                            0x20
#define TOKEN_SANDBOX_INERT                                     0x40
#define TOKEN_HAS_IMPERSONATE_PRIVILEGE                         0x80
#define TOKEN_VIRTUALIZE_ALLOWED                                0x0200
#define TOKEN_VIRTUALIZE_ENABLED                                0x0400
#define TOKEN_IS_FILTERED                                       0x0800
#define TOKEN_UIACCESS                                          0x1000
#define TOKEN_NOT_LOW                                           0x2000
#define TOKEN_HAS_ADMIN_GROUP                                   0x08

#define SECURITY_MAX_SID_SIZE \
    (sizeof(SID) - sizeof(ULONG) + SID_MAX_SUB_AUTHORITIES * sizeof(ULONG))

/* Initialisers of SID_IDENTIFIER_AUTHORITY. */
#define SECURITY_NULL_SID_AUTHORITY            { { 0, 0, 0, 0, 0, 0 } }
#define SECURITY_WORLD_SID_AUTHORITY           { { 0, 0, 0, 0, 0, 1 } }
#define SECURITY_LOCAL_SID_AUTHORITY           { { 0, 0, 0, 0, 0, 2 } }
#define SECURITY_CREATOR_SID_AUTHORITY         { { 0, 0, 0, 0, 0, 3 } }
#define SECURITY_NON_UNIQUE_AUTHORITY          { { 0, 0, 0, 0, 0, 4 } }
#define SECURITY_NT_AUTHORITY                  { { 0, 0, 0, 0, 0, 5 } }
#define SECURITY_APP_PACKAGE_AUTHORITY         { { 0, 0, 0, 0, 0, 15 } }
#define SECURITY_MANDATORY_LABEL_AUTHORITY     { { 0, 0, 0, 0, 0, 16 } }

typedef enum _SID_NAME_USE {
    SidTypeUser = 1,
    SidTypeGroup,
    SidTypeDomain,
    SidTypeAlias,
    SidTypeWellKnownGroup,
    SidTypeDeletedAccount,
    SidTypeInvalid,
    SidTypeUnknown,
    SidTypeComputer,
    SidTypeLabel,
    SidTypeLogonSession
} SID_NAME_USE, *PSID_NAME_USE;


typedef struct _ACE_HEADER {
    UCHAR AceType;
    UCHAR AceFlags;
    USHORT AceSize; /* bytes, with the SID */
} ACE_HEADER, *PACE_HEADER;

typedef struct _ACCESS_ALLOWED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    ULONG SidStart;
} ACCESS_ALLOWED_ACE, *PACCESS_ALLOWED_ACE, ACCESS_DENIED_ACE, *PACCESS_DENIED_ACE,
    SYSTEM_AUDIT_ACE, *PSYSTEM_AUDIT_ACE, SYSTEM_ALARM_ACE, *PSYSTEM_ALARM_ACE,
    SYSTEM_MANDATORY_LABEL_ACE, *PSYSTEM_MANDATORY_LABEL_ACE;

typedef struct _ACCESS_ALLOWED_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    ULONG Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    ULONG SidStart;
} ACCESS_ALLOWED_OBJECT_ACE, *PACCESS_ALLOWED_OBJECT_ACE;

typedef enum _TOKEN_TYPE {
    TokenPrimary = 1,
    TokenImpersonation
} TOKEN_TYPE, *PTOKEN_TYPE;

typedef enum _TOKEN_INFORMATION_CLASS {
    TokenUser = 1,
    TokenGroups,
    TokenPrivileges,
    TokenOwner,
    TokenPrimaryGroup,
    TokenDefaultDacl,
    TokenSource,
    TokenType,
    TokenImpersonationLevel,
    TokenStatistics,
    TokenRestrictedSids,
    TokenSessionId,
    TokenGroupsAndPrivileges,
    TokenSessionReference,
    TokenSandBoxInert,
    TokenAuditPolicy,
    TokenOrigin,
    TokenElevationType,
    TokenLinkedToken,
    TokenElevation,
    TokenHasRestrictions,
    TokenAccessInformation,
    TokenVirtualizationAllowed,
    TokenVirtualizationEnabled,
    TokenIntegrityLevel,
    TokenUIAccess,
    TokenMandatoryPolicy,
    TokenLogonSid,
    TokenIsAppContainer,
    TokenCapabilities,
    TokenAppContainerSid,
    TokenAppContainerNumber,
    TokenUserClaimAttributes,
    TokenDeviceClaimAttributes,
    TokenRestrictedUserClaimAttributes,
    TokenRestrictedDeviceClaimAttributes,
    TokenDeviceGroups,
    TokenRestrictedDeviceGroups,
    TokenSecurityAttributes,
    TokenIsRestricted,
    TokenProcessTrustLevel,
    TokenPrivateNameSpace,
    TokenSingletonAttributes,
    TokenBnoIsolation,
    TokenChildProcessFlags,
    TokenIsLessPrivilegedAppContainer,
    TokenIsSandboxed,
    MaxTokenInfoClass
} TOKEN_INFORMATION_CLASS, *PTOKEN_INFORMATION_CLASS;

typedef enum _TOKEN_ELEVATION_TYPE {
    TokenElevationTypeDefault = 1,
    TokenElevationTypeFull,
    TokenElevationTypeLimited
} TOKEN_ELEVATION_TYPE, *PTOKEN_ELEVATION_TYPE;

typedef struct _TOKEN_USER {
    SID_AND_ATTRIBUTES User;
} TOKEN_USER, *PTOKEN_USER;

typedef struct _TOKEN_GROUPS {
    ULONG GroupCount;
    SID_AND_ATTRIBUTES Groups[ANYSIZE_ARRAY];
} TOKEN_GROUPS, *PTOKEN_GROUPS;

typedef struct _TOKEN_PRIVILEGES {
    ULONG PrivilegeCount;
    LUID_AND_ATTRIBUTES Privileges[ANYSIZE_ARRAY];
} TOKEN_PRIVILEGES, *PTOKEN_PRIVILEGES;

typedef struct _TOKEN_OWNER {
    PSID Owner;
} TOKEN_OWNER, *PTOKEN_OWNER;

typedef struct _TOKEN_PRIMARY_GROUP {
    PSID PrimaryGroup;
} TOKEN_PRIMARY_GROUP, *PTOKEN_PRIMARY_GROUP;

typedef struct _TOKEN_DEFAULT_DACL {
    PACL DefaultDacl;
} TOKEN_DEFAULT_DACL, *PTOKEN_DEFAULT_DACL;

typedef struct _TOKEN_ELEVATION {
    ULONG TokenIsElevated;
} TOKEN_ELEVATION, *PTOKEN_ELEVATION;

typedef struct _TOKEN_MANDATORY_LABEL {
    SID_AND_ATTRIBUTES Label;
} TOKEN_MANDATORY_LABEL, *PTOKEN_MANDATORY_LABEL;

#define TOKEN_SOURCE_LENGTH 8

typedef struct _TOKEN_SOURCE {
    CHAR SourceName[TOKEN_SOURCE_LENGTH];
    LUID SourceIdentifier;
} TOKEN_SOURCE, *PTOKEN_SOURCE;

typedef struct _TOKEN_STATISTICS {
    LUID TokenId;
    LUID AuthenticationId;
    LARGE_INTEGER ExpirationTime;
    TOKEN_TYPE TokenType;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    ULONG DynamicCharged;
    ULONG DynamicAvailable;
    ULONG GroupCount;
    ULONG PrivilegeCount;
    LUID ModifiedId;
} TOKEN_STATISTICS, *PTOKEN_STATISTICS;

typedef struct _TOKEN_CONTROL {
    LUID TokenId;
    LUID AuthenticationId;
    LUID ModifiedId;
    TOKEN_SOURCE TokenSource;
} TOKEN_CONTROL, *PTOKEN_CONTROL;

typedef struct _SECURITY_CLIENT_CONTEXT {
    SECURITY_QUALITY_OF_SERVICE SecurityQos;
    PACCESS_TOKEN ClientToken;
    BOOLEAN DirectlyAccessClientToken;
    BOOLEAN DirectAccessEffectiveOnly;
    BOOLEAN ServerIsRemote;
    TOKEN_CONTROL ClientTokenControl;
} SECURITY_CLIENT_CONTEXT, *PSECURITY_CLIENT_CONTEXT;

/* SeExports points here: privileges as LUIDs, then well-known SIDs. */
typedef struct _SE_EXPORTS {
    LUID SeCreateTokenPrivilege;
    LUID SeAssignPrimaryTokenPrivilege;
    LUID SeLockMemoryPrivilege;
    LUID SeIncreaseQuotaPrivilege;
    LUID SeUnsolicitedInputPrivilege;
    LUID SeTcbPrivilege;
    LUID SeSecurityPrivilege;
    LUID SeTakeOwnershipPrivilege;
    LUID SeLoadDriverPrivilege;
    LUID SeCreatePagefilePrivilege;
    LUID SeIncreaseBasePriorityPrivilege;
    LUID SeSystemProfilePrivilege;
    LUID SeSystemtimePrivilege;
    LUID SeProfileSingleProcessPrivilege;
    LUID SeCreatePermanentPrivilege;
    LUID SeBackupPrivilege;
    LUID SeRestorePrivilege;
    LUID SeShutdownPrivilege;
    LUID SeDebugPrivilege;
    LUID SeAuditPrivilege;
    LUID SeSystemEnvironmentPrivilege;
    LUID SeChangeNotifyPrivilege;
    LUID SeRemoteShutdownPrivilege;
    PSID SeNullSid;
    PSID SeWorldSid;
    PSID SeLocalSid;
    PSID SeCreatorOwnerSid;
    PSID SeCreatorGroupSid;
    PSID SeNtAuthoritySid;
    PSID SeDialupSid;
    PSID SeNetworkSid;
    PSID SeBatchSid;
    PSID SeInteractiveSid;
    PSID SeLocalSystemSid;
    PSID SeAliasAdminsSid;
    PSID SeAliasUsersSid;
    PSID SeAliasGuestsSid;
    PSID SeAliasPowerUsersSid;
    PSID SeAliasAccountOpsSid;
    PSID SeAliasSystemOpsSid;
    PSID SeAliasPrintOpsSid;
    PSID SeAliasBackupOpsSid;
    PSID SeAuthenticatedUsersSid;
    PSID SeRestrictedSid;
    PSID SeAnonymousLogonSid;
    LUID SeUndockPrivilege;
    LUID SeSyncAgentPrivilege;
    LUID SeEnableDelegationPrivilege;
    PSID SeLocalServiceSid;
    PSID SeNetworkServiceSid;
    LUID SeManageVolumePrivilege;
    LUID SeImpersonatePrivilege;
    LUID SeCreateGlobalPrivilege;
    LUID SeTrustedCredManAccessPrivilege;
    LUID SeRelabelPrivilege;
    LUID SeIncreaseWorkingSetPrivilege;
    LUID SeTimeZonePrivilege;
    LUID SeCreateSymbolicLinkPrivilege;
    PSID SeIUserSid;
    PSID SeUntrustedMandatorySid;
    PSID SeLowMandatorySid;
    PSID SeMediumMandatorySid;
    PSID SeHighMandatorySid;
    PSID SeSystemMandatorySid;
    PSID SeOwnerRightsSid;
} SE_EXPORTS, *PSE_EXPORTS;

typedef struct _REPARSE_DATA_BUFFER {
    ULONG ReparseTag;
    USHORT ReparseDataLength;
    USHORT Reserved;
    union {
        struct {
            USHORT SubstituteNameOffset;
            USHORT SubstituteNameLength;
            USHORT PrintNameOffset;
            USHORT PrintNameLength;
            ULONG Flags;
            WCHAR PathBuffer[1];
        } SymbolicLinkReparseBuffer;
        struct {
            USHORT SubstituteNameOffset;
            USHORT SubstituteNameLength;
            USHORT PrintNameOffset;
            USHORT PrintNameLength;
            WCHAR PathBuffer[1];
        } MountPointReparseBuffer;
        struct {
            UCHAR DataBuffer[1];
        } GenericReparseBuffer;
    };
} REPARSE_DATA_BUFFER, *PREPARSE_DATA_BUFFER;

#define FILE_OPLOCK_BROKEN_TO_LEVEL_2       0x07
#define FILE_OPLOCK_BROKEN_TO_NONE          0x08
#define FSCTL_REQUEST_OPLOCK_LEVEL_1        0x00090000
#define FSCTL_REQUEST_OPLOCK_LEVEL_2        0x00090004
#define FSCTL_REQUEST_BATCH_OPLOCK          0x00090008
#define FSCTL_OPLOCK_BREAK_ACKNOWLEDGE      0x0009000c
#define FSCTL_OPBATCH_ACK_CLOSE_PENDING     0x00090010
#define FSCTL_OPLOCK_BREAK_NOTIFY           0x00090014
#define FSCTL_LOCK_VOLUME                   0x00090018
#define FSCTL_UNLOCK_VOLUME                 0x0009001c
#define FSCTL_DISMOUNT_VOLUME               0x00090020
#define FSCTL_IS_VOLUME_MOUNTED             0x00090028
#define FSCTL_IS_PATHNAME_VALID             0x0009002c
#define FSCTL_MARK_VOLUME_DIRTY             0x00090030
#define FSCTL_QUERY_RETRIEVAL_POINTERS      0x0009003b
#define FSCTL_GET_COMPRESSION               0x0009003c
#define FSCTL_SET_COMPRESSION               0x0009c040
#define FSCTL_SET_BOOTLOADER_ACCESSED       0x0009004f
#define FSCTL_OPLOCK_BREAK_ACK_NO_2         0x00090050
#define FSCTL_INVALIDATE_VOLUMES            0x00090054
#define FSCTL_QUERY_FAT_BPB                 0x00090058
#define FSCTL_REQUEST_FILTER_OPLOCK         0x0009005c
#define FSCTL_FILESYSTEM_GET_STATISTICS     0x00090060
#define FSCTL_GET_NTFS_VOLUME_DATA          0x00090064
#define FSCTL_GET_NTFS_FILE_RECORD          0x00090068
#define FSCTL_GET_VOLUME_BITMAP             0x0009006f
#define FSCTL_GET_RETRIEVAL_POINTERS        0x00090073
#define FSCTL_MOVE_FILE                     0x00090074
#define FSCTL_IS_VOLUME_DIRTY               0x00090078
#define FSCTL_ALLOW_EXTENDED_DASD_IO        0x00090083
#define FSCTL_FIND_FILES_BY_SID             0x0009008f
#define FSCTL_SET_OBJECT_ID                 0x00090098
#define FSCTL_GET_OBJECT_ID                 0x0009009c
#define FSCTL_DELETE_OBJECT_ID              0x000900a0
#define FSCTL_SET_REPARSE_POINT             0x000900a4
#define FSCTL_GET_REPARSE_POINT             0x000900a8
#define FSCTL_DELETE_REPARSE_POINT          0x000900ac
#define FSCTL_ENUM_USN_DATA                 0x000900b3
#define FSCTL_SECURITY_ID_CHECK             0x000940b7
#define FSCTL_READ_USN_JOURNAL              0x000900bb
#define FSCTL_SET_OBJECT_ID_EXTENDED        0x000900bc
#define FSCTL_CREATE_OR_GET_OBJECT_ID       0x000900c0
#define FSCTL_SET_SPARSE                    0x000900c4
#define FSCTL_SET_ZERO_DATA                 0x000980c8
#define FSCTL_QUERY_ALLOCATED_RANGES        0x000940cf
#define FSCTL_ENABLE_UPGRADE                0x000980d0
#define FSCTL_SET_ENCRYPTION                0x000900d7
#define FSCTL_ENCRYPTION_FSCTL_IO           0x000900db
#define FSCTL_WRITE_RAW_ENCRYPTED           0x000900df
#define FSCTL_READ_RAW_ENCRYPTED            0x000900e3
#define FSCTL_CREATE_USN_JOURNAL            0x000900e7
#define FSCTL_READ_FILE_USN_DATA            0x000900eb
#define FSCTL_WRITE_USN_CLOSE_RECORD        0x000900ef
#define FSCTL_EXTEND_VOLUME                 0x000900f0
#define FSCTL_QUERY_USN_JOURNAL             0x000900f4
#define FSCTL_DELETE_USN_JOURNAL            0x000900f8
#define FSCTL_MARK_HANDLE                   0x000900fc
#define FSCTL_RECALL_FILE                   0x00090117
#define FSCTL_READ_FROM_PLEX                0x0009411e
#define FSCTL_FILE_PREFETCH                 0x00090120
#define FSCTL_MAKE_MEDIA_COMPATIBLE         0x00098130
#define FSCTL_SET_DEFECT_MANAGEMENT         0x00098134
#define FSCTL_QUERY_SPARING_INFO            0x00090138
#define FSCTL_QUERY_ON_DISK_VOLUME_INFO     0x0009013c
#define FSCTL_SET_VOLUME_COMPRESSION_STATE  0x00090140
#define FSCTL_SET_ZERO_ON_DEALLOCATION      0x00090194
#define FSCTL_SET_REPAIR                    0x00090198
#define FSCTL_GET_REPAIR                    0x0009019c
#define FSCTL_WAIT_FOR_REPAIR               0x000901a0
#define FSCTL_INITIATE_REPAIR               0x000901a8
#define FSCTL_SHRINK_VOLUME                 0x000901b0
#define FSCTL_SET_SHORT_NAME_BEHAVIOR       0x000901b4
#define FSCTL_QUERY_PAGEFILE_ENCRYPTION     0x000901e8
#define FSCTL_RESET_VOLUME_ALLOCATION_HINTS 0x000901ec
#define FSCTL_QUERY_DEPENDENT_VOLUME        0x000901f0
#define FSCTL_SD_GLOBAL_CHANGE              0x000901f4
#define FSCTL_LOOKUP_STREAM_FROM_CLUSTER    0x000901fc
#define FSCTL_FILE_TYPE_NOTIFICATION        0x00090204
#define FSCTL_GET_BOOT_AREA_INFO            0x00090230
#define FSCTL_GET_RETRIEVAL_POINTER_BASE    0x00090234
#define FSCTL_SET_PERSISTENT_VOLUME_STATE   0x00090238
#define FSCTL_QUERY_PERSISTENT_VOLUME_STATE 0x0009023c
#define FSCTL_REQUEST_OPLOCK                0x00090240
#define FSCTL_IS_CSV_FILE                   0x00090248
#define FSCTL_QUERY_FILE_SYSTEM_RECOGNITION 0x0009024c
#define FSCTL_IS_FILE_ON_CSV_VOLUME         0x0009025c
#define FSCTL_MARK_AS_SYSTEM_HIVE           0x0009004f
#define OPLOCK_LEVEL_CACHE_READ             0x01
#define OPLOCK_LEVEL_CACHE_HANDLE           0x02
#define OPLOCK_LEVEL_CACHE_WRITE            0x04
#define SYMLINK_FLAG_RELATIVE               1
#define MAXIMUM_REPARSE_DATA_BUFFER_SIZE    0x4000
#define IO_REPARSE_TAG_RESERVED_ZERO        0
#define IO_REPARSE_TAG_RESERVED_ONE         1
#define IO_REPARSE_TAG_RESERVED_RANGE       0x01
#define IO_REPARSE_TAG_VALID_VALUES         0xf000ffff
#define IO_REPARSE_TAG_MOUNT_POINT          0xa0000003
#define IO_REPARSE_TAG_HSM                  0xc0000004
#define IO_REPARSE_TAG_DRIVE_EXTENDER       0x80000005
#define IO_REPARSE_TAG_HSM2                 0x80000006
#define IO_REPARSE_TAG_SIS                  0x80000007
#define IO_REPARSE_TAG_WIM                  0x80000008
#define IO_REPARSE_TAG_CSV                  0x80000009
#define IO_REPARSE_TAG_DFS                  0x8000000a
#define IO_REPARSE_TAG_FILTER_MANAGER       0x8000000b
#define IO_REPARSE_TAG_SYMLINK              0xa000000c
#define IO_REPARSE_TAG_IIS_CACHE            0xa0000010
#define IO_REPARSE_TAG_DFSR                 0x80000012
#define FSCTL_PIPE_ASSIGN_EVENT             0x00110000
#define FSCTL_PIPE_DISCONNECT               0x00110004
#define FSCTL_PIPE_LISTEN                   0x00110008
#define FSCTL_PIPE_PEEK                     0x0011400c
#define FSCTL_PIPE_QUERY_EVENT              0x00110010
#define FSCTL_PIPE_TRANSCEIVE               0x0011c017
#define FSCTL_PIPE_WAIT                     0x00110018
#define FSCTL_PIPE_IMPERSONATE              0x0011001c
#define FSCTL_PIPE_SET_CLIENT_PROCESS       0x00110020
#define FSCTL_PIPE_QUERY_CLIENT_PROCESS     0x00110024
#define FSCTL_PIPE_GET_PIPE_ATTRIBUTE       0x00110028
#define FSCTL_PIPE_SET_PIPE_ATTRIBUTE       0x0011002c
#define FSCTL_PIPE_GET_CONNECTION_ATTRIBUTE 0x00110030
#define FSCTL_PIPE_SET_CONNECTION_ATTRIBUTE 0x00110034
#define FSCTL_PIPE_GET_HANDLE_ATTRIBUTE     0x00110038
#define FSCTL_PIPE_SET_HANDLE_ATTRIBUTE     0x0011003c
#define FSCTL_PIPE_FLUSH                    0x00118040
#define FSCTL_PIPE_INTERNAL_READ            0x00115ff4
#define FSCTL_PIPE_INTERNAL_WRITE           0x00119ff8
#define FSCTL_PIPE_INTERNAL_TRANSCEIVE      0x0011dfff
#define FSCTL_PIPE_INTERNAL_READ_OVFLOW     0x00116000
#define FSCTL_MAILSLOT_PEEK                 0x000c4003
#define OPLOCK_FLAG_COMPLETE_IF_OPLOCKED    0x01
#define OPLOCK_FLAG_OPLOCK_KEY_CHECK_ONLY   0x02
#define OPLOCK_FLAG_BACK_OUT_ATOMIC_OPLOCK  0x04
#define OPLOCK_FLAG_IGNORE_OPLOCK_KEYS      0x08
#define OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH   0x01
#define FSCTL_GET_HFS_INFORMATION           0x0009007c
#define FSCTL_READ_PROPERTY_DATA            0x00090087
#define FSCTL_WRITE_PROPERTY_DATA           0x0009008b
#define FSCTL_DUMP_PROPERTY_DATA            0x00090097

typedef struct _FSRTL_COMMON_FCB_HEADER {
    CSHORT NodeTypeCode;
    CSHORT NodeByteSize;
    UCHAR Flags;
    UCHAR IsFastIoPossible;
    UCHAR Flags2;
    UCHAR Reserved : 4;
    UCHAR Version : 4;
    PERESOURCE Resource;
    PERESOURCE PagingIoResource;
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER FileSize;
    LARGE_INTEGER ValidDataLength;
} FSRTL_COMMON_FCB_HEADER, *PFSRTL_COMMON_FCB_HEADER;

#define FSRTL_FCB_HEADER_V0                          0x00
#define FSRTL_FCB_HEADER_V1                          0x01
#define FSRTL_FLAG_FILE_MODIFIED                     0x01
#define FSRTL_FLAG_FILE_LENGTH_CHANGED               0x02
#define FSRTL_FLAG_LIMIT_MODIFIED_PAGES              0x04
#define FSRTL_FLAG_ACQUIRE_MAIN_RSRC_EX              0x08
#define FSRTL_FLAG_ACQUIRE_MAIN_RSRC_SH              0x10
#define FSRTL_FLAG_USER_MAPPED_FILE                  0x20
#define FSRTL_FLAG_ADVANCED_HEADER                   0x40
#define FSRTL_FLAG_EOF_ADVANCE_ACTIVE                0x80
#define FSRTL_FLAG2_DO_MODIFIED_WRITE                0x01
#define FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS         0x02
#define FSRTL_FLAG2_PURGE_WHEN_MAPPED                0x04
#define FSRTL_FLAG2_IS_PAGING_FILE                   0x08
#define FSRTL_FSP_TOP_LEVEL_IRP                      0x01
#define FSRTL_CACHE_TOP_LEVEL_IRP                    0x02
#define FSRTL_MOD_WRITE_TOP_LEVEL_IRP                0x03
#define FSRTL_FAST_IO_TOP_LEVEL_IRP                  0x04
#define FSRTL_NETWORK1_TOP_LEVEL_IRP                 0x05
#define FSRTL_NETWORK2_TOP_LEVEL_IRP                 0x06
#define FSRTL_MAX_TOP_LEVEL_IRP_FLAG                 0xffff
#define FSRTL_AUXILIARY_FLAG_DEALLOCATE              0x01
#define FSRTL_FAT_LEGAL                              0x01
#define FSRTL_HPFS_LEGAL                             0x02
#define FSRTL_NTFS_LEGAL                             0x04
#define FSRTL_WILD_CHARACTER                         0x08
#define FSRTL_OLE_LEGAL                              0x10
#define FSRTL_NTFS_STREAM_LEGAL                      0x14
#define FSRTL_VOLUME_DISMOUNT                        1
#define FSRTL_VOLUME_DISMOUNT_FAILED                 2
#define FSRTL_VOLUME_LOCK                            3
#define FSRTL_VOLUME_LOCK_FAILED                     4
#define FSRTL_VOLUME_UNLOCK                          5
#define FSRTL_VOLUME_MOUNT                           6
#define FSRTL_VOLUME_NEEDS_CHKDSK                    7
#define FSRTL_VOLUME_WORM_NEAR_FULL                  8
#define FSRTL_VOLUME_WEARING_OUT                     9
#define FSRTL_VOLUME_FORCED_CLOSED                   10
#define FSRTL_VOLUME_INFO_MAKE_COMPAT                11
#define FSRTL_VOLUME_PREPARING_EJECT                 12
#define FSRTL_VOLUME_CHANGE_SIZE                     13
#define FSRTL_VOLUME_BACKGROUND_FORMAT               14
#define FSRTL_UNC_PROVIDER_FLAGS_MAILSLOTS_SUPPORTED 0x01
#define FSRTL_UNC_PROVIDER_FLAGS_CSC_ENABLED         0x02
#define FSRTL_UNC_PROVIDER_FLAGS_DOMAIN_SVC_AWARE    0x04
#define FSRTL_ALLOCATE_ECPLIST_FLAG_CHARGE_QUOTA     0x01
#define FSRTL_ALLOCATE_ECP_FLAG_CHARGE_QUOTA         0x01
#define FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL        0x02
#define FSRTL_ECP_LOOKASIDE_FLAG_NONPAGED_POOL       0x02
#define FSRTL_VIRTDISK_FULLY_ALLOCATED               0x01
#define FSRTL_VIRTDISK_NO_DRIVE_LETTER               0x02
#define FSRTL_CC_FLUSH_ERROR_FLAG_NO_HARD_ERROR      0x01
#define FSRTL_CC_FLUSH_ERROR_FLAG_NO_LOG_ENTRY       0x02

typedef struct _FILE_LOCK_INFO {
    LARGE_INTEGER StartingByte;
    LARGE_INTEGER Length;
    BOOLEAN ExclusiveLock;
    ULONG Key;
    PFILE_OBJECT FileObject;
    PVOID ProcessId;
    LARGE_INTEGER EndingByte;
} FILE_LOCK_INFO, *PFILE_LOCK_INFO;

/* The cache manager. */
#define VACB_MAPPING_GRANULARITY      0x40000
#define VACB_OFFSET_SHIFT             18
#define PIN_WAIT                      1
#define PIN_EXCLUSIVE                 2
#define PIN_NO_READ                   4
#define PIN_IF_BCB                    8
#define PIN_CALLER_TRACKS_DIRTY_DATA  32
#define PIN_HIGH_PRIORITY             64
#define MAP_WAIT                      1
#define MAP_NO_READ                   16
#define MAP_HIGH_PRIORITY             64
#define UNINITIALIZE_CACHE_MAPS       1
#define DO_NOT_RETRY_PURGE            2
#define DO_NOT_PURGE_DIRTY_PAGES      4
#define CC_FLUSH_AND_PURGE_NO_PURGE   1

typedef struct _PUBLIC_BCB {
    CSHORT NodeTypeCode;
    CSHORT NodeByteSize;
    ULONG MappedLength;
    LARGE_INTEGER MappedFileOffset;
} PUBLIC_BCB, *PPUBLIC_BCB;

typedef struct _CC_FILE_SIZES {
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER FileSize;
    LARGE_INTEGER ValidDataLength;
} CC_FILE_SIZES, *PCC_FILE_SIZES;

typedef BOOLEAN NTAPI ACQUIRE_FOR_LAZY_WRITE(PVOID Context, BOOLEAN Wait);
typedef void NTAPI RELEASE_FROM_LAZY_WRITE(PVOID Context);
typedef ACQUIRE_FOR_LAZY_WRITE ACQUIRE_FOR_READ_AHEAD;
typedef RELEASE_FROM_LAZY_WRITE RELEASE_FROM_READ_AHEAD;

typedef struct _CACHE_MANAGER_CALLBACKS {
    ACQUIRE_FOR_LAZY_WRITE *AcquireForLazyWrite;
    RELEASE_FROM_LAZY_WRITE *ReleaseFromLazyWrite;
    ACQUIRE_FOR_READ_AHEAD *AcquireForReadAhead;
    RELEASE_FROM_READ_AHEAD *ReleaseFromReadAhead;
} CACHE_MANAGER_CALLBACKS, *PCACHE_MANAGER_CALLBACKS;

typedef struct _CACHE_UNINITIALIZE_EVENT {
    struct _CACHE_UNINITIALIZE_EVENT *Next;
    KEVENT Event;
} CACHE_UNINITIALIZE_EVENT, *PCACHE_UNINITIALIZE_EVENT;

typedef void NTAPI DIRTY_PAGE_ROUTINE(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
                                      ULONG Length, PLARGE_INTEGER OldestLsn,
                                      PLARGE_INTEGER NewestLsn, PVOID Context1, PVOID Context2);
typedef void NTAPI FLUSH_TO_LSN(PVOID LogHandle, LARGE_INTEGER Lsn);
typedef void NTAPI CC_POST_DEFERRED_WRITE(PVOID Context1, PVOID Context2);

/* Information about files, quotas and priorities. */
#define SL_RETURN_ON_DISK_ENTRIES_ONLY 0x08
#define SL_NO_CURSOR_UPDATE_QUERY      0x10
#define SL_QUERY_DIRECTORY_MASK        0x1B

typedef struct _FILE_STAT_INFORMATION {
    LARGE_INTEGER FileId;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    ULONG FileAttributes;
    ULONG ReparseTag;
    ULONG NumberOfLinks;
    ACCESS_MASK EffectiveAccess;
} FILE_STAT_INFORMATION, *PFILE_STAT_INFORMATION;

typedef struct _FILE_CASE_SENSITIVE_INFORMATION {
    ULONG Flags;
} FILE_CASE_SENSITIVE_INFORMATION, *PFILE_CASE_SENSITIVE_INFORMATION;

typedef struct _FILE_GET_QUOTA_INFORMATION {
    ULONG NextEntryOffset;
    ULONG SidLength;
    struct {
        UCHAR Revision;
        UCHAR SubAuthorityCount;
        UCHAR IdentifierAuthority[6];
        ULONG SubAuthority[1];
    } Sid;
} FILE_GET_QUOTA_INFORMATION, *PFILE_GET_QUOTA_INFORMATION;

typedef struct _IO_PRIORITY_INFO {
    ULONG Size;
    ULONG ThreadPriority;
    ULONG PagePriority;
    IO_PRIORITY_HINT IoPriority;
} IO_PRIORITY_INFO, *PIO_PRIORITY_INFO;
