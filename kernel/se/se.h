/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * se for the other components: tokens, access checks against real security descriptors, and the
 * descriptors devices get by default. Nothing is audited.
 */
#pragma once

#include "ob/ob.h"

#define SE_TOKEN_MAX_GROUPS 8

/* Room for every SID. A SID itself ends after its sub-authorities. */
typedef union SE_SID {
    SID Sid;
    UCHAR Bytes[SECURITY_MAX_SID_SIZE];
} SE_SID;

/*
 * An access token; object type SeTokenObjectType. User and groups are well-known SIDs or the
 * machine's own. What is marked with Lock changes while the token is in use; the rest stays as it
 * was made.
 */
typedef struct SE_TOKEN {
    SID *User;
    ULONG UserAttributes; /* SE_GROUP_USE_FOR_DENY_ONLY or 0 */
    ULONG GroupCount;
    SID *Group[SE_TOKEN_MAX_GROUPS];
    ULONG GroupAttributes[SE_TOKEN_MAX_GROUPS];
    ULONG RestrictedCount;
    SE_SID *Restricted;       /* pool; NULL: the token is not restricted */
    BOOLEAN WriteRestricted;  /* the restricting SIDs count for writing only */
    BOOLEAN SandboxInert;
    BOOLEAN Filtered;
    TOKEN_TYPE Type;
    SECURITY_IMPERSONATION_LEVEL Level; /* of an impersonation token */
    ULONG64 Privileges;       /* bit n: SE_*_PRIVILEGE n is held. Lock. */
    ULONG64 Enabled;          /* of those. Lock. */
    ULONG64 EnabledByDefault;
    LUID AuthenticationId;
    LUID TokenId, ParentId;
    LUID ModifiedId;          /* Lock */
    LUID OriginId;            /* Lock */
    TOKEN_SOURCE Source;
    SID *Owner;            /* of the objects its user makes: the user or a group. Lock. */
    SID *PrimaryGroup;     /* Lock */
    ACL *DefaultDacl;      /* of objects whose directory passes on nothing; pool or NULL. Lock. */
    SE_SID Integrity;      /* mandatory label. Lock. */
    ULONG MandatoryPolicy; /* TOKEN_MANDATORY_POLICY_*. Lock. */
    ULONG SessionId;       /* Lock */
    KSPIN_LOCK Lock;
} SE_TOKEN;

struct _ETHREAD;
struct _EPROCESS;

extern OBJECT_TYPE *SeTokenObjectType;
extern SE_TOKEN *SeiSystemToken, *SeiAdministratorToken, *SeiUserToken;
/*
 * ps: the tokens of a thread and a process, referenced: ClientToken, ImpersonationLevel,
 * PrimaryToken. Thread NULL: no ClientToken. Set at start. NULL: everybody is SeiSystemToken.
 */
extern void (*SeCaptureTokens)(
    struct _ETHREAD *Thread, struct _EPROCESS *Process, SECURITY_SUBJECT_CONTEXT *Context);
/* ps: the current thread and the process it acts for. */
extern void (*SeCurrentSubject)(struct _ETHREAD **Thread, struct _EPROCESS **Process);

/*
 * A copy. EffectiveOnly: without what is disabled in the original. Its descriptor is the one the
 * original's user would give an object. INSUFFICIENT_RESOURCES.
 */
NTSTATUS SeiDuplicateToken(SE_TOKEN *Token, TOKEN_TYPE Type, SECURITY_IMPERSONATION_LEVEL Level,
    BOOLEAN EffectiveOnly, SE_TOKEN **Copy);

/* A token to impersonate nobody in particular with. */
NTSTATUS SeiCreateAnonymousToken(SE_TOKEN **Token);

NTSTATUS SeInitialize(void);
void SeTerminate(void);

/*
 * Evaluates a descriptor (absolute or self-relative) for the current thread's token: order of ACEs,
 * owner's READ_CONTROL and WRITE_DAC, MAXIMUM_ALLOWED, a NULL DACL grants all and an empty one
 * nothing. KernelMode is granted everything. Desired has generic bits mapped; those of ACEs are
 * mapped here. Returns STATUS_SUCCESS, STATUS_ACCESS_DENIED or STATUS_PRIVILEGE_NOT_HELD. IRQL: up
 * to DISPATCH_LEVEL.
 */
NTSTATUS SeiCheckAccess(const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired,
    const GENERIC_MAPPING *Mapping, KPROCESSOR_MODE Mode, ACCESS_MASK *Granted);
/* The same for a given token. */
NTSTATUS SeiCheckTokenAccess(const SE_TOKEN *Token, const SECURITY_DESCRIPTOR *Descriptor,
    ACCESS_MASK Desired, const GENERIC_MAPPING *Mapping, ACCESS_MASK *Granted);
/* Whether the token's user or a group in force is Sid. */
BOOLEAN SeiTokenHasSid(const SE_TOKEN *Token, const SID *Sid);
/* Whether the privilege is held and enabled. */
BOOLEAN SeiTokenHasPrivilege(const SE_TOKEN *Token, ULONG Privilege);

/*
 * The default descriptor of a device by type: restricted types (CD-ROM file system, disk, disk file
 * system, network, network file system, tape file system, virtual disk) are for SYSTEM and
 * Administrators, others for everyone. Generic bits are mapped. The result belongs to se.
 */
SECURITY_DESCRIPTOR *SeiDeviceDescriptor(DEVICE_TYPE DeviceType, ULONG Characteristics);

/* Length in bytes of a valid self-relative descriptor within Limit bytes, or 0 when it is
 * malformed. */
ULONG SeiValidateDescriptor(const SECURITY_DESCRIPTOR *Descriptor, ULONG Limit);
/* A self-relative pool copy (ExiFree) of a valid descriptor of either form. */
NTSTATUS SeiCopyDescriptor(const SECURITY_DESCRIPTOR *Source, SECURITY_DESCRIPTOR **Copy);
/* Maps the generic bits of every ACE in force in place. */
void SeiMapDescriptor(SECURITY_DESCRIPTOR *Descriptor, const GENERIC_MAPPING *Mapping);

/*
 * A self-relative pool descriptor (ExiFree) from SDDL, "D:P(A;;GA;;;SY)(A;;GRGW;;;BU)"; rights as
 * they stand there, generic ones unmapped. STATUS_INVALID_PARAMETER: malformed, or a form we do not
 * know (object and conditional ACEs).
 */
NTSTATUS SeiParseSddl(const UNICODE_STRING *Text, SECURITY_DESCRIPTOR **Descriptor);

/* ---- Exports --------------------------------------------------------------------------------- */

extern SE_EXPORTS *SeExports;
extern ACL *SePublicDefaultDacl, *SeSystemDefaultDacl;

ULONG NTAPI RtlLengthSid(PSID Sid);
ULONG NTAPI RtlLengthRequiredSid(ULONG SubAuthorityCount);
BOOLEAN NTAPI RtlValidSid(PSID Sid);
BOOLEAN NTAPI RtlEqualSid(PSID Sid1, PSID Sid2);
NTSTATUS NTAPI RtlCopySid(ULONG DestinationLength, PSID Destination, PSID Source);
NTSTATUS NTAPI RtlInitializeSid(
    PSID Sid, SID_IDENTIFIER_AUTHORITY *Authority, UCHAR SubAuthorityCount);
NTSTATUS NTAPIV RtlInitializeSidEx(
    PSID Sid, SID_IDENTIFIER_AUTHORITY *Authority, ULONG SubAuthorityCount, ...);
ULONG *NTAPI RtlSubAuthoritySid(PSID Sid, ULONG Index);
UCHAR *NTAPI RtlSubAuthorityCountSid(PSID Sid);
NTSTATUS NTAPI RtlConvertSidToUnicodeString(
    UNICODE_STRING *String, PSID Sid, BOOLEAN AllocateDestinationString);

NTSTATUS NTAPI RtlCreateAcl(ACL *Acl, ULONG Length, ULONG Revision);
NTSTATUS NTAPI RtlAddAce(
    ACL *Acl, ULONG Revision, ULONG StartingIndex, PVOID AceList, ULONG AceListLength);
NTSTATUS NTAPI RtlGetAce(ACL *Acl, ULONG Index, PVOID *Ace);
NTSTATUS NTAPI RtlDeleteAce(ACL *Acl, ULONG Index);
NTSTATUS NTAPI RtlAddAccessAllowedAce(ACL *Acl, ULONG Revision, ACCESS_MASK AccessMask, PSID Sid);
NTSTATUS NTAPI RtlAddAccessAllowedAceEx(
    ACL *Acl, ULONG Revision, ULONG AceFlags, ACCESS_MASK AccessMask, PSID Sid);
PVOID NTAPI RtlFindAceByType(ACL *Acl, UCHAR AceType, ULONG *Index);

NTSTATUS NTAPI RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR Descriptor, ULONG Revision);
NTSTATUS NTAPI RtlCreateSecurityDescriptorRelative(
    SECURITY_DESCRIPTOR_RELATIVE *Descriptor, ULONG Revision);
ULONG NTAPI RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR Descriptor);
BOOLEAN NTAPI RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR Descriptor);
BOOLEAN NTAPI RtlValidRelativeSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, SECURITY_INFORMATION Required);
NTSTATUS NTAPI RtlGetDaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, BOOLEAN *Present, ACL **Dacl, BOOLEAN *Defaulted);
NTSTATUS NTAPI RtlGetSaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, BOOLEAN *Present, ACL **Sacl, BOOLEAN *Defaulted);
NTSTATUS NTAPI RtlGetOwnerSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, PSID *Owner, BOOLEAN *Defaulted);
NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, PSID *Group, BOOLEAN *Defaulted);
NTSTATUS NTAPI RtlSetDaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, BOOLEAN Present, ACL *Dacl, BOOLEAN Defaulted);
NTSTATUS NTAPI RtlSetSaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, BOOLEAN Present, ACL *Sacl, BOOLEAN Defaulted);
NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, PSID Owner, BOOLEAN Defaulted);
NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, PSID Group, BOOLEAN Defaulted);
NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(
    PSECURITY_DESCRIPTOR Absolute, PSECURITY_DESCRIPTOR SelfRelative, ULONG *BufferLength);
NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD(PSECURITY_DESCRIPTOR SelfRelative,
    PSECURITY_DESCRIPTOR Absolute, ULONG *AbsoluteSize, ACL *Dacl, ULONG *DaclSize, ACL *Sacl,
    ULONG *SaclSize, PSID Owner, ULONG *OwnerSize, PSID PrimaryGroup, ULONG *PrimaryGroupSize);

void NTAPI RtlMapGenericMask(ACCESS_MASK *AccessMask, const GENERIC_MAPPING *GenericMapping);
BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess);
BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess);

void NTAPI SeCaptureSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext);
void NTAPI SeCaptureSubjectContextEx(
    struct _ETHREAD *Thread, struct _EPROCESS *Process, SECURITY_SUBJECT_CONTEXT *SubjectContext);
void NTAPI SeReleaseSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext);
void NTAPI SeLockSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext);
void NTAPI SeUnlockSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext);
BOOLEAN NTAPI SeAccessCheck(PSECURITY_DESCRIPTOR Descriptor,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, BOOLEAN SubjectContextLocked,
    ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess, PRIVILEGE_SET **Privileges,
    const GENERIC_MAPPING *GenericMapping, KPROCESSOR_MODE AccessMode, ACCESS_MASK *GrantedAccess,
    NTSTATUS *AccessStatus);
BOOLEAN NTAPI SeAccessCheckFromStateEx(PSECURITY_DESCRIPTOR Descriptor, PACCESS_TOKEN PrimaryToken,
    PACCESS_TOKEN ClientToken, ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess,
    PRIVILEGE_SET **Privileges, const GENERIC_MAPPING *GenericMapping, KPROCESSOR_MODE AccessMode,
    ACCESS_MASK *GrantedAccess, NTSTATUS *AccessStatus);
void NTAPI SeFreePrivileges(PRIVILEGE_SET *Privileges);
BOOLEAN NTAPI SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode);
BOOLEAN NTAPI SePrivilegeCheck(PRIVILEGE_SET *RequiredPrivileges,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, KPROCESSOR_MODE AccessMode);
NTSTATUS NTAPI SeCreateAccessState(ACCESS_STATE *AccessState, void *AuxData,
    ACCESS_MASK DesiredAccess, const GENERIC_MAPPING *GenericMapping);
NTSTATUS NTAPI SeCreateAccessStateEx(struct _ETHREAD *Thread, struct _EPROCESS *Process,
    ACCESS_STATE *AccessState, void *AuxData, ACCESS_MASK DesiredAccess,
    const GENERIC_MAPPING *GenericMapping);
NTSTATUS NTAPI SeAppendPrivileges(ACCESS_STATE *AccessState, PRIVILEGE_SET *Privileges);
void NTAPI SeDeleteAccessState(ACCESS_STATE *AccessState);
void NTAPI SeSetAccessStateGenericMapping(
    ACCESS_STATE *AccessState, const GENERIC_MAPPING *GenericMapping);

NTSTATUS NTAPI SeAssignSecurity(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Explicit,
    PSECURITY_DESCRIPTOR *New, BOOLEAN IsDirectory, SECURITY_SUBJECT_CONTEXT *SubjectContext,
    const GENERIC_MAPPING *GenericMapping, POOL_TYPE PoolType);
NTSTATUS NTAPI SeAssignSecurityEx(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Explicit,
    PSECURITY_DESCRIPTOR *New, GUID *ObjectType, BOOLEAN IsDirectory, ULONG AutoInheritFlags,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, const GENERIC_MAPPING *GenericMapping,
    POOL_TYPE PoolType);
NTSTATUS NTAPI SeDeassignSecurity(PSECURITY_DESCRIPTOR *Descriptor);
NTSTATUS NTAPI SeCaptureSecurityDescriptor(PSECURITY_DESCRIPTOR Input, KPROCESSOR_MODE CurrentMode,
    POOL_TYPE PoolType, BOOLEAN CaptureIfKernel, PSECURITY_DESCRIPTOR *Output);
void NTAPI SeReleaseSecurityDescriptor(
    PSECURITY_DESCRIPTOR Captured, KPROCESSOR_MODE CurrentMode, BOOLEAN CaptureIfKernelMode);
BOOLEAN NTAPI SeValidSecurityDescriptor(ULONG Length, PSECURITY_DESCRIPTOR Descriptor);
NTSTATUS NTAPI SeQuerySecurityDescriptorInfo(SECURITY_INFORMATION *Information,
    PSECURITY_DESCRIPTOR Buffer, ULONG *Length, PSECURITY_DESCRIPTOR *ObjectsDescriptor);
NTSTATUS NTAPI SeSetSecurityDescriptorInfo(void *Object, SECURITY_INFORMATION *Information,
    PSECURITY_DESCRIPTOR Modification, PSECURITY_DESCRIPTOR *ObjectsDescriptor, POOL_TYPE PoolType,
    const GENERIC_MAPPING *GenericMapping);

BOOLEAN NTAPI SeTokenIsAdmin(PACCESS_TOKEN Token);
BOOLEAN NTAPI SeTokenIsRestricted(PACCESS_TOKEN Token);
BOOLEAN NTAPI SeTokenIsWriteRestricted(PACCESS_TOKEN Token);
TOKEN_TYPE NTAPI SeTokenType(PACCESS_TOKEN Token);
SECURITY_IMPERSONATION_LEVEL NTAPI SeTokenImpersonationLevel(PACCESS_TOKEN Token);
NTSTATUS NTAPI SeQueryAuthenticationIdToken(PACCESS_TOKEN Token, LUID *AuthenticationId);
NTSTATUS NTAPI SeQuerySessionIdToken(PACCESS_TOKEN Token, ULONG *SessionId);
NTSTATUS NTAPI SeQueryInformationToken(
    PACCESS_TOKEN Token, TOKEN_INFORMATION_CLASS TokenInformationClass, PVOID *TokenInformation);

NTSTATUS NTAPI NtQuerySecurityObject(HANDLE Handle, SECURITY_INFORMATION Information,
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, ULONG *LengthNeeded);
NTSTATUS NTAPI NtQueryInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength, ULONG *ReturnLength);
NTSTATUS NTAPI ZwQueryInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength, ULONG *ReturnLength);
NTSTATUS NTAPI ZwQuerySecurityObject(HANDLE Handle, SECURITY_INFORMATION Information,
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, ULONG *LengthNeeded);
NTSTATUS NTAPI NtSetSecurityObject(
    HANDLE Handle, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor);
NTSTATUS NTAPI ZwSetSecurityObject(
    HANDLE Handle, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor);
NTSTATUS NTAPI ObSetSecurityObjectByPointer(
    void *Object, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor);

NTSTATUS NTAPI SeFilterToken(PACCESS_TOKEN ExistingToken, ULONG Flags, TOKEN_GROUPS *SidsToDisable,
    TOKEN_PRIVILEGES *PrivilegesToDelete, TOKEN_GROUPS *RestrictedSids,
    PACCESS_TOKEN *FilteredToken);
NTSTATUS NTAPI NtDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN EffectiveOnly, TOKEN_TYPE Type,
    HANDLE *NewTokenHandle);
NTSTATUS NTAPI ZwDuplicateToken(HANDLE ExistingTokenHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN EffectiveOnly, TOKEN_TYPE Type,
    HANDLE *NewTokenHandle);
NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
    TOKEN_PRIVILEGES *NewState, ULONG BufferLength, TOKEN_PRIVILEGES *PreviousState,
    ULONG *ReturnLength);
NTSTATUS NTAPI ZwAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
    TOKEN_PRIVILEGES *NewState, ULONG BufferLength, TOKEN_PRIVILEGES *PreviousState,
    ULONG *ReturnLength);
NTSTATUS NTAPI NtSetInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength);
NTSTATUS NTAPI ZwSetInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength);
NTSTATUS NTAPI SeSetSecurityDescriptorInfoEx(void *Object, SECURITY_INFORMATION *Information,
    PSECURITY_DESCRIPTOR Modification, PSECURITY_DESCRIPTOR *ObjectsDescriptor,
    ULONG AutoInheritFlags, POOL_TYPE PoolType, const GENERIC_MAPPING *GenericMapping);
NTSTATUS NTAPI NtPrivilegeCheck(
    HANDLE ClientToken, PRIVILEGE_SET *RequiredPrivileges, BOOLEAN *Result);
NTSTATUS NTAPI NtAllocateLocallyUniqueId(LUID *Luid);
NTSTATUS NTAPI ZwAllocateLocallyUniqueId(LUID *Luid);
