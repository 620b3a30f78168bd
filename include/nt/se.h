/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Security as every driver sees it: access rights, descriptors, SIDs, ACLs, privileges, subject
 * contexts and ACCESS_STATE. Tokens and SID tables are in nt/ntifs.h.
 */
#pragma once

#include "nt/ke.h"

#define DELETE                   0x00010000
#define READ_CONTROL             0x00020000
#define WRITE_DAC                0x00040000
#define WRITE_OWNER              0x00080000
#define SYNCHRONIZE              0x00100000
#define STANDARD_RIGHTS_REQUIRED 0x000f0000
#define STANDARD_RIGHTS_READ     0x00020000
#define STANDARD_RIGHTS_WRITE    0x00020000
#define STANDARD_RIGHTS_EXECUTE  0x00020000
#define STANDARD_RIGHTS_ALL      0x001f0000
#define SPECIFIC_RIGHTS_ALL      0xffff
#define ACCESS_SYSTEM_SECURITY   0x01000000
#define MAXIMUM_ALLOWED          0x02000000
#define GENERIC_READ             0x80000000
#define GENERIC_WRITE            0x40000000
#define GENERIC_EXECUTE          0x20000000
#define GENERIC_ALL              0x10000000

typedef PVOID PACCESS_TOKEN, PSECURITY_DESCRIPTOR, PSID;
typedef USHORT SECURITY_DESCRIPTOR_CONTROL, *PSECURITY_DESCRIPTOR_CONTROL;
typedef ULONG SECURITY_INFORMATION, *PSECURITY_INFORMATION;
typedef BOOLEAN SECURITY_CONTEXT_TRACKING_MODE, *PSECURITY_CONTEXT_TRACKING_MODE;

typedef struct _GENERIC_MAPPING {
    ACCESS_MASK GenericRead;
    ACCESS_MASK GenericWrite;
    ACCESS_MASK GenericExecute;
    ACCESS_MASK GenericAll;
} GENERIC_MAPPING, *PGENERIC_MAPPING;

typedef struct _SID_IDENTIFIER_AUTHORITY {
    UCHAR Value[6]; /* most significant byte first */
} SID_IDENTIFIER_AUTHORITY, *PSID_IDENTIFIER_AUTHORITY;

typedef struct _SID {
    UCHAR Revision;
    UCHAR SubAuthorityCount;
    SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
    ULONG SubAuthority[ANYSIZE_ARRAY];
} SID, *PISID;

typedef struct _SID_AND_ATTRIBUTES {
    PSID Sid;
    ULONG Attributes;
} SID_AND_ATTRIBUTES, *PSID_AND_ATTRIBUTES;

typedef struct _ACL {
    UCHAR AclRevision;
    UCHAR Sbz1;
    USHORT AclSize; /* bytes, header and entries */
    USHORT AceCount;
    USHORT Sbz2;
} ACL, *PACL;

typedef struct _SECURITY_DESCRIPTOR {
    UCHAR Revision;
    UCHAR Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    PSID Owner;
    PSID Group;
    PACL Sacl;
    PACL Dacl;
} SECURITY_DESCRIPTOR, *PISECURITY_DESCRIPTOR;

/* Offsets are from the start of the descriptor; 0 means absent. */
typedef struct _SECURITY_DESCRIPTOR_RELATIVE {
    UCHAR Revision;
    UCHAR Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    ULONG Owner;
    ULONG Group;
    ULONG Sacl;
    ULONG Dacl;
} SECURITY_DESCRIPTOR_RELATIVE, *PISECURITY_DESCRIPTOR_RELATIVE;

#define SECURITY_DESCRIPTOR_MIN_LENGTH (sizeof(SECURITY_DESCRIPTOR))

#define ACL_REVISION                          2
#define ACL_REVISION_DS                       4
#define ACL_REVISION1                         1
#define ACL_REVISION2                         2
#define ACL_REVISION3                         3
#define ACL_REVISION4                         4
#define MIN_ACL_REVISION                      0x02
#define MAX_ACL_REVISION                      0x04
#define SECURITY_DESCRIPTOR_REVISION          1
#define SECURITY_DESCRIPTOR_REVISION1         1
#define OWNER_SECURITY_INFORMATION            0x01
#define GROUP_SECURITY_INFORMATION            0x02
#define DACL_SECURITY_INFORMATION             0x04
#define SACL_SECURITY_INFORMATION             0x08
#define LABEL_SECURITY_INFORMATION            0x10
#define PROTECTED_DACL_SECURITY_INFORMATION   0x80000000
#define PROTECTED_SACL_SECURITY_INFORMATION   0x40000000
#define UNPROTECTED_DACL_SECURITY_INFORMATION 0x20000000
#define UNPROTECTED_SACL_SECURITY_INFORMATION 0x10000000

typedef struct _LUID_AND_ATTRIBUTES {
    LUID Luid;
    ULONG Attributes;
} LUID_AND_ATTRIBUTES, *PLUID_AND_ATTRIBUTES;

typedef struct _PRIVILEGE_SET {
    ULONG PrivilegeCount;
    ULONG Control;
    LUID_AND_ATTRIBUTES Privilege[ANYSIZE_ARRAY];
} PRIVILEGE_SET, *PPRIVILEGE_SET;

#define INITIAL_PRIVILEGE_COUNT 3

typedef struct _INITIAL_PRIVILEGE_SET {
    ULONG PrivilegeCount;
    ULONG Control;
    LUID_AND_ATTRIBUTES Privilege[INITIAL_PRIVILEGE_COUNT];
} INITIAL_PRIVILEGE_SET, *PINITIAL_PRIVILEGE_SET;

#define SE_DELEGATE_SESSION_USER_IMPERSONATE_PRIVILEGE 36
#define SE_MAX_WELL_KNOWN_PRIVILEGE 36
#define BACKUP_SECURITY_INFORMATION    0x00010000
#define ATTRIBUTE_SECURITY_INFORMATION 0x00000020
#define SCOPE_SECURITY_INFORMATION     0x00000040
#define PROCESS_TRUST_LABEL_SECURITY_INFORMATION 0x00000080

#define SE_PRIVILEGE_ENABLED_BY_DEFAULT          0x01
#define SE_PRIVILEGE_ENABLED                     0x02
#define SE_PRIVILEGE_REMOVED                     0x04
#define SE_PRIVILEGE_USED_FOR_ACCESS             0x80000000
#define SE_PRIVILEGE_VALID_ATTRIBUTES            0x80000007
#define PRIVILEGE_SET_ALL_NECESSARY              1
#define SE_MIN_WELL_KNOWN_PRIVILEGE              2
#define SE_CREATE_TOKEN_PRIVILEGE                2
#define SE_ASSIGNPRIMARYTOKEN_PRIVILEGE          3
#define SE_LOCK_MEMORY_PRIVILEGE                 4
#define SE_INCREASE_QUOTA_PRIVILEGE              5
#define SE_MACHINE_ACCOUNT_PRIVILEGE             6
#define SE_TCB_PRIVILEGE                         7
#define SE_SECURITY_PRIVILEGE                    8
#define SE_TAKE_OWNERSHIP_PRIVILEGE              9
#define SE_LOAD_DRIVER_PRIVILEGE                 10
#define SE_SYSTEM_PROFILE_PRIVILEGE              11
#define SE_SYSTEMTIME_PRIVILEGE                  12
#define SE_PROF_SINGLE_PROCESS_PRIVILEGE         13
#define SE_INC_BASE_PRIORITY_PRIVILEGE           14
#define SE_CREATE_PAGEFILE_PRIVILEGE             15
#define SE_CREATE_PERMANENT_PRIVILEGE            16
#define SE_BACKUP_PRIVILEGE                      17
#define SE_RESTORE_PRIVILEGE                     18
#define SE_SHUTDOWN_PRIVILEGE                    19
#define SE_DEBUG_PRIVILEGE                       20
#define SE_AUDIT_PRIVILEGE                       21
#define SE_SYSTEM_ENVIRONMENT_PRIVILEGE          22
#define SE_CHANGE_NOTIFY_PRIVILEGE               23
#define SE_REMOTE_SHUTDOWN_PRIVILEGE             24
#define SE_UNDOCK_PRIVILEGE                      25
#define SE_SYNC_AGENT_PRIVILEGE                  26
#define SE_ENABLE_DELEGATION_PRIVILEGE           27
#define SE_MANAGE_VOLUME_PRIVILEGE               28
#define SE_IMPERSONATE_PRIVILEGE                 29
#define SE_CREATE_GLOBAL_PRIVILEGE               30
#define SE_TRUSTED_CREDMAN_ACCESS_PRIVILEGE      31
#define SE_RELABEL_PRIVILEGE                     32
#define SE_INC_WORKING_SET_PRIVILEGE             33
#define SE_TIME_ZONE_PRIVILEGE                   34
#define SE_CREATE_SYMBOLIC_LINK_PRIVILEGE        35
#define SE_MAX_AUDIT_PARAMETERS                  32
#define SE_MAX_GENERIC_AUDIT_PARAMETERS          28
#define SE_ADT_OBJECT_ONLY                       0x01
#define SE_ADT_PARAMETERS_SELF_RELATIVE          0x01
#define SE_ADT_PARAMETERS_SEND_TO_LSA            0x02
#define SE_ADT_PARAMETER_EXTENSIBLE_AUDIT        0x04
#define SE_ADT_PARAMETER_GENERIC_AUDIT           0x08
#define SE_ADT_PARAMETER_WRITE_SYNCHRONOUS       0x10
#define SE_UNSOLICITED_INPUT_PRIVILEGE           6
#define SE_OWNER_DEFAULTED                       0x01
#define SE_GROUP_DEFAULTED                       0x02
#define SE_DACL_PRESENT                          0x04
#define SE_DACL_DEFAULTED                        0x08
#define SE_SACL_PRESENT                          0x10
#define SE_SACL_DEFAULTED                        0x20
#define SE_DACL_UNTRUSTED                        0x40
#define SE_SERVER_SECURITY                       0x80
#define SE_DACL_AUTO_INHERIT_REQ                 0x0100
#define SE_SACL_AUTO_INHERIT_REQ                 0x0200
#define SE_DACL_AUTO_INHERITED                   0x0400
#define SE_SACL_AUTO_INHERITED                   0x0800
#define SE_DACL_PROTECTED                        0x1000
#define SE_SACL_PROTECTED                        0x2000
#define SE_RM_CONTROL_VALID                      0x4000
#define SE_SELF_RELATIVE                         0x8000
#define SE_SECURITY_DESCRIPTOR_FLAG_NO_OWNER_ACE 0x01
#define SE_SECURITY_DESCRIPTOR_FLAG_NO_LABEL_ACE 0x02
#define SE_SECURITY_DESCRIPTOR_VALID_FLAGS       0x03
#define SE_BACKUP_PRIVILEGES_CHECKED             0x0100

typedef enum _SECURITY_IMPERSONATION_LEVEL {
    SecurityAnonymous,
    SecurityIdentification,
    SecurityImpersonation,
    SecurityDelegation
} SECURITY_IMPERSONATION_LEVEL, *PSECURITY_IMPERSONATION_LEVEL;

typedef enum _SECURITY_OPERATION_CODE {
    SetSecurityDescriptor,
    QuerySecurityDescriptor,
    DeleteSecurityDescriptor,
    AssignSecurityDescriptor
} SECURITY_OPERATION_CODE, *PSECURITY_OPERATION_CODE;


typedef struct _SECURITY_QUALITY_OF_SERVICE {
    ULONG Length;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    SECURITY_CONTEXT_TRACKING_MODE ContextTrackingMode;
    BOOLEAN EffectiveOnly;
} SECURITY_QUALITY_OF_SERVICE, *PSECURITY_QUALITY_OF_SERVICE;

#define SECURITY_STATIC_TRACKING  FALSE
#define SECURITY_DYNAMIC_TRACKING TRUE

typedef struct _SE_IMPERSONATION_STATE {
    PACCESS_TOKEN Token;
    BOOLEAN CopyOnOpen;
    BOOLEAN EffectiveOnly;
    SECURITY_IMPERSONATION_LEVEL Level;
} SE_IMPERSONATION_STATE, *PSE_IMPERSONATION_STATE;

typedef struct _SECURITY_SUBJECT_CONTEXT {
    PACCESS_TOKEN ClientToken;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    PACCESS_TOKEN PrimaryToken;
    PVOID ProcessAuditId;
} SECURITY_SUBJECT_CONTEXT, *PSECURITY_SUBJECT_CONTEXT;

typedef struct _ACCESS_STATE {
    LUID OperationID;
    BOOLEAN SecurityEvaluated;
    BOOLEAN GenerateAudit;
    BOOLEAN GenerateOnClose;
    BOOLEAN PrivilegesAllocated;
    ULONG Flags;
    ACCESS_MASK RemainingDesiredAccess;
    ACCESS_MASK PreviouslyGrantedAccess;
    ACCESS_MASK OriginalDesiredAccess;
    SECURITY_SUBJECT_CONTEXT SubjectSecurityContext;
    PSECURITY_DESCRIPTOR SecurityDescriptor;
    PVOID AuxData;
    union {
        INITIAL_PRIVILEGE_SET InitialPrivilegeSet;
        PRIVILEGE_SET PrivilegeSet;
    } Privileges;
    BOOLEAN AuditPrivileges;
    UNICODE_STRING ObjectName;
    UNICODE_STRING ObjectTypeName;
} ACCESS_STATE, *PACCESS_STATE;

typedef void NTAPI NTFS_DEREF_EXPORTED_SECURITY_DESCRIPTOR(PVOID Vcb, PVOID SecurityDescriptor);

typedef NTSTATUS NTAPI SE_LOGON_SESSION_TERMINATED_ROUTINE(PLUID LogonId);
typedef SE_LOGON_SESSION_TERMINATED_ROUTINE *PSE_LOGON_SESSION_TERMINATED_ROUTINE;

#define RtlEqualLuid(first, second) \
    ((first)->LowPart == (second)->LowPart && (first)->HighPart == (second)->HighPart)

FORCEINLINE LUID RtlConvertLongToLuid(LONG Number)
{
    LUID Luid = { (ULONG)Number, Number < 0 ? -1 : 0 };

    return Luid;
}

FORCEINLINE LUID RtlConvertUlongToLuid(ULONG Number)
{
    LUID Luid = { Number, 0 };

    return Luid;
}
