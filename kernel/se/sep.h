/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/se only. */
#pragma once

#include "rtl/rtl.h"
#include "se/se.h"

#define SEP_TAG 0x64536553u       /* SDs */
#define SEP_TAG_TOKEN 0x6b6f5453u /* tokens */

#define SEP_SID_HEADER ((ULONG)FIELD_OFFSET(SID, SubAuthority))

/* ---- SIDs ------------------------------------------------------------------------------------ */

typedef SE_SID SEP_SID;

enum SEP_WELL_KNOWN {
    SEP_NULL,
    SEP_WORLD,
    SEP_LOCAL,
    SEP_CREATOR_OWNER,
    SEP_CREATOR_GROUP,
    SEP_OWNER_RIGHTS,
    SEP_NT_AUTHORITY,
    SEP_DIALUP,
    SEP_NETWORK,
    SEP_BATCH,
    SEP_INTERACTIVE,
    SEP_SERVICE,
    SEP_ANONYMOUS,
    SEP_SELF,
    SEP_AUTHENTICATED,
    SEP_RESTRICTED,
    SEP_IUSER,
    SEP_SYSTEM,
    SEP_LOCAL_SERVICE,
    SEP_NETWORK_SERVICE,
    SEP_WRITE_RESTRICTED,
    SEP_ADMINISTRATORS,
    SEP_USERS,
    SEP_GUESTS,
    SEP_POWER_USERS,
    SEP_ACCOUNT_OPERATORS,
    SEP_SYSTEM_OPERATORS,
    SEP_PRINT_OPERATORS,
    SEP_BACKUP_OPERATORS,
    SEP_REPLICATOR,
    SEP_PRE_WINDOWS_2000,
    SEP_REMOTE_DESKTOP,
    SEP_NETWORK_CONFIGURATION,
    SEP_UNTRUSTED,
    SEP_LOW,
    SEP_MEDIUM,
    SEP_MEDIUM_PLUS,
    SEP_HIGH,
    SEP_SYSTEM_INTEGRITY,
    SEP_MACHINE_ADMINISTRATOR,
    SEP_MACHINE_GUEST,
    SEP_MACHINE_USER,
    SEP_MACHINE_GROUP,
    SEP_WELL_KNOWN_COUNT,
};
SID *SepSid(enum SEP_WELL_KNOWN Which);
void SepInitializeSids(void);

static inline ULONG SepSidBytes(const SID *Sid)
{
    return SEP_SID_HEADER + Sid->SubAuthorityCount * (ULONG)sizeof(ULONG);
}

/* Within Limit bytes lies a whole SID. */
static inline BOOLEAN SepValidSid(const SID *Sid, ULONG Limit)
{
    return Limit >= SEP_SID_HEADER && Sid->Revision == SID_REVISION &&
        Sid->SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES && Limit >= SepSidBytes(Sid);
}

BOOLEAN SepEqualSid(const SID *First, const SID *Second);

/* ---- ACLs ------------------------------------------------------------------------------------ */

static inline ACE_HEADER *SepFirstAce(const ACL *Acl)
{
    return (ACE_HEADER *)(ULONG_PTR)(Acl + 1);
}

static inline ACE_HEADER *SepNextAce(const ACE_HEADER *Ace)
{
    return (ACE_HEADER *)(ULONG_PTR)((const UCHAR *)Ace + Ace->AceSize);
}

static inline SID *SepAceSid(const ACCESS_ALLOWED_ACE *Ace)
{
    return (SID *)(ULONG_PTR)&Ace->SidStart;
}

/* Types that are a mask and a SID, as ACCESS_ALLOWED_ACE is. */
static inline BOOLEAN SepIsPlainAce(UCHAR AceType)
{
    return AceType <= SYSTEM_ALARM_ACE_TYPE || AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE;
}

/* Within Limit bytes lies a whole ACL with well-formed ACEs. */
BOOLEAN SepValidAcl(const ACL *Acl, ULONG Limit);
/* Where the next ACE goes: NULL when the ACEs overrun the ACL; the end of the ACL when it is
 * full. */
ACE_HEADER *SepFirstFree(const ACL *Acl);
NTSTATUS SepAddAce(
    ACL *Acl, ULONG Revision, UCHAR Type, ULONG Flags, ACCESS_MASK Mask, const SID *Sid);
void SepMapAcl(ACL *Acl, const GENERIC_MAPPING *Mapping);
/* Whether there is an ACE for OWNER RIGHTS that counts for the object itself. */
BOOLEAN SepHasOwnerRights(const ACL *Dacl);
ACL *SepCreateAcl(ULONG Bytes); /* empty, pool; NULL: out of memory */

/* ---- descriptors ----------------------------------------------------------------------------- */

/* The parts of a descriptor of either form. */
typedef struct SEP_PARTS {
    SECURITY_DESCRIPTOR_CONTROL Control;
    UCHAR Sbz1;
    SID *Owner, *Group; /* NULL: absent */
    ACL *Dacl, *Sacl;   /* NULL: absent, or present and null as Control says */
} SEP_PARTS;

void SepGetParts(const SECURITY_DESCRIPTOR *Descriptor, SEP_PARTS *Parts);
ULONG SepRelativeBytes(const SEP_PARTS *Parts);
void SepWriteRelative(const SEP_PARTS *Parts, SECURITY_DESCRIPTOR_RELATIVE *Target);
/* A pool copy in self-relative form. */
NTSTATUS SepBuildRelative(
    const SEP_PARTS *Parts, POOL_TYPE PoolType, ULONG_PTR Site, SECURITY_DESCRIPTOR **Descriptor);

/* The descriptor of a new object; see SeAssignSecurityEx. */
NTSTATUS SepAssign(const SECURITY_DESCRIPTOR *Parent, const SECURITY_DESCRIPTOR *Explicit,
    BOOLEAN Container, SE_TOKEN *Token, const GENERIC_MAPPING *Mapping, POOL_TYPE PoolType,
    ULONG_PTR Site, SECURITY_DESCRIPTOR **New);
/* SEF_*, of SeAssignSecurityEx and SeSetSecurityDescriptorInfoEx. */
#define SEP_DACL_AUTO_INHERIT 0x01u
#define SEP_SACL_AUTO_INHERIT 0x02u
#define SEP_DEFAULT_DESCRIPTOR 0x04u
#define SEP_AVOID_PRIVILEGE_CHECK 0x08u
#define SEP_AVOID_OWNER_CHECK 0x10u
#define SEP_OWNER_FROM_PARENT 0x20u
#define SEP_GROUP_FROM_PARENT 0x40u
#define SEP_VALID_INHERIT 0xFFFu

BOOLEAN SepMayOwn(const SE_TOKEN *Token, const SID *Owner);
NTSTATUS SepCapture(const SECURITY_DESCRIPTOR *Input, KPROCESSOR_MODE Mode, POOL_TYPE PoolType,
    ULONG_PTR Site, SECURITY_DESCRIPTOR **Output);

/* ---- tokens ---------------------------------------------------------------------------------- */

NTSTATUS SepCreateTokens(void);
void SepDestroyTokens(void);
NTSTATUS SepCreateDeviceDescriptors(void);
void SepDestroyDeviceDescriptors(void);
void SepForgetDeviceDescriptors(void);
void SepForgetLogonRoutines(void);
void SepForgetShared(void); /* shared.c */

#define SEP_GROUP_IN_FORCE (SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED)

/* A new token object with Model's contents but for its identifiers, lists and descriptor, which are
 * its own. */
NTSTATUS SepCloneToken(SE_TOKEN *Model, SE_TOKEN **Result);
/* A pool copy of the default DACL; *Copy is NULL where the token has none. */
NTSTATUS SepCopyDefaultDacl(SE_TOKEN *Token, POOL_TYPE PoolType, ULONG_PTR Site, ACL **Copy);
/* Of a locked token: it is another from now on. */
void SepTouchToken(SE_TOKEN *Token);
LUID SepNewLuid(void);
/* The handle's token, referenced; -4, -5 and -6 stand for the current process's, thread's and the
 * one in force. */
NTSTATUS SepReferenceToken(
    HANDLE Handle, ACCESS_MASK Needed, SE_TOKEN **Token, ACCESS_MASK *Granted);

/* An answer about a token. Base: where its reader will have it; 0: where it is. */
typedef struct SEP_ANSWER {
    UCHAR *Block; /* pool */
    ULONG Bytes;
    ULONG_PTR Base;
    ULONG_PTR Site;
} SEP_ANSWER;
/* INVALID_INFO_CLASS; INSUFFICIENT_RESOURCES, NO_SUCH_LOGON_SESSION. */
NTSTATUS SepQueryToken(SE_TOKEN *Token, TOKEN_INFORMATION_CLASS Class, SEP_ANSWER *Answer);
/* Bytes a class has, where that does not depend on the token; 0: it does. */
ULONG SepFixedBytes(TOKEN_INFORMATION_CLASS Class);

void SepCaptureCurrent(SECURITY_SUBJECT_CONTEXT *Context);

static inline SE_TOKEN *SepContextToken(const SECURITY_SUBJECT_CONTEXT *Context)
{
    return Context->ClientToken != NULL ? Context->ClientToken : Context->PrimaryToken;
}

/* An impersonation token that only identifies is good for nothing. */
static inline NTSTATUS SepContextStatus(const SECURITY_SUBJECT_CONTEXT *Context)
{
    return Context->ClientToken != NULL && Context->ImpersonationLevel < SecurityImpersonation
               ? STATUS_BAD_IMPERSONATION_LEVEL
               : STATUS_SUCCESS;
}
