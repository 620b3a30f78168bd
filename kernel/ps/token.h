/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ps exports about tokens of processes and threads (impersonate.c). */
#pragma once

#include "ps/ps.h"

SE_TOKEN *NTAPI PsReferenceImpersonationToken(ETHREAD *Thread, BOOLEAN *CopyOnOpen,
    BOOLEAN *EffectiveOnly, SECURITY_IMPERSONATION_LEVEL *ImpersonationLevel);
void NTAPI PsDereferenceImpersonationToken(SE_TOKEN *ImpersonationToken);
BOOLEAN NTAPI PsIsThreadImpersonating(ETHREAD *Thread);
NTSTATUS NTAPI PsImpersonateClient(ETHREAD *Thread, SE_TOKEN *Token, BOOLEAN CopyOnOpen,
    BOOLEAN EffectiveOnly, SECURITY_IMPERSONATION_LEVEL ImpersonationLevel);
NTSTATUS NTAPI PsAssignImpersonationToken(ETHREAD *Thread, HANDLE Token);
void NTAPI PsRevertToSelf(void);
void NTAPI PsRevertThreadToSelf(ETHREAD *Thread);
BOOLEAN NTAPI PsDisableImpersonation(ETHREAD *Thread, SE_IMPERSONATION_STATE *ImpersonationState);
void NTAPI PsRestoreImpersonation(ETHREAD *Thread, SE_IMPERSONATION_STATE *ImpersonationState);
NTSTATUS NTAPI SeCreateClientSecurity(ETHREAD *ClientThread,
    SECURITY_QUALITY_OF_SERVICE *ClientSecurityQos, BOOLEAN RemoteSession,
    SECURITY_CLIENT_CONTEXT *ClientContext);
NTSTATUS NTAPI SeCreateClientSecurityFromSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext,
    SECURITY_QUALITY_OF_SERVICE *ClientSecurityQos, BOOLEAN ServerIsRemote,
    SECURITY_CLIENT_CONTEXT *ClientContext);
NTSTATUS NTAPI SeImpersonateClientEx(SECURITY_CLIENT_CONTEXT *ClientContext, ETHREAD *ServerThread);
void NTAPI SeImpersonateClient(SECURITY_CLIENT_CONTEXT *ClientContext, ETHREAD *ServerThread);
NTSTATUS NTAPI NtOpenProcessTokenEx(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, ULONG HandleAttributes, HANDLE *TokenHandle);
NTSTATUS NTAPI NtOpenProcessToken(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, HANDLE *TokenHandle);
NTSTATUS NTAPI ZwOpenProcessTokenEx(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, ULONG HandleAttributes, HANDLE *TokenHandle);
NTSTATUS NTAPI ZwOpenProcessToken(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, HANDLE *TokenHandle);
NTSTATUS NTAPI NtOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    BOOLEAN OpenAsSelf, ULONG HandleAttributes, HANDLE *TokenHandle);
NTSTATUS NTAPI NtOpenThreadToken(
    HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN OpenAsSelf, HANDLE *TokenHandle);
NTSTATUS NTAPI ZwOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    BOOLEAN OpenAsSelf, ULONG HandleAttributes, HANDLE *TokenHandle);
NTSTATUS NTAPI ZwOpenThreadToken(
    HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN OpenAsSelf, HANDLE *TokenHandle);
NTSTATUS NTAPI NtImpersonateAnonymousToken(HANDLE ThreadHandle);
NTSTATUS NTAPI ZwImpersonateAnonymousToken(HANDLE ThreadHandle);
