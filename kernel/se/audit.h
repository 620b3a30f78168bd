/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What se exports about auditing and logon sessions (audit.c). */
#pragma once

#include "se/se.h"

BOOLEAN NTAPI SeAuditingFileEvents(BOOLEAN AccessGranted, PSECURITY_DESCRIPTOR SecurityDescriptor);
BOOLEAN NTAPI SeAuditingFileEventsWithContext(BOOLEAN AccessGranted,
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext);
BOOLEAN NTAPI SeAuditingAnyFileEventsWithContext(
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext);
BOOLEAN NTAPI SeAuditingFileOrGlobalEvents(BOOLEAN AccessGranted,
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext);
BOOLEAN NTAPI SeAuditingHardLinkEvents(
    BOOLEAN AccessGranted, PSECURITY_DESCRIPTOR SecurityDescriptor);
BOOLEAN NTAPI SeAuditingHardLinkEventsWithContext(BOOLEAN AccessGranted,
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext);
void NTAPI SeOpenObjectAuditAlarm(UNICODE_STRING *ObjectTypeName, void *Object,
    UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, BOOLEAN *GenerateOnClose);
void NTAPI SeOpenObjectForDeleteAuditAlarm(UNICODE_STRING *ObjectTypeName, void *Object,
    UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, BOOLEAN *GenerateOnClose);
void NTAPI SeDeleteObjectAuditAlarm(void *Object, HANDLE Handle);
void NTAPI SeAuditHardLinkCreation(
    UNICODE_STRING *FileName, UNICODE_STRING *LinkName, BOOLEAN Success);
void NTAPI SeDeleteObjectAuditAlarmWithTransaction(
    void *Object, HANDLE Handle, GUID *TransactionId);
void NTAPI SeOpenObjectAuditAlarmWithTransaction(UNICODE_STRING *ObjectTypeName, void *Object,
    UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, GUID *TransactionId, BOOLEAN *GenerateOnClose);
void NTAPI SeOpenObjectForDeleteAuditAlarmWithTransaction(UNICODE_STRING *ObjectTypeName,
    void *Object, UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, GUID *TransactionId, BOOLEAN *GenerateOnClose);
void NTAPI SeAuditHardLinkCreationWithTransaction(
    UNICODE_STRING *FileName, UNICODE_STRING *LinkName, BOOLEAN Success, GUID *TransactionId);
void NTAPI SeAuditTransactionStateChange(
    GUID *TransactionId, GUID *ResourceManagerId, ULONG NewTransactionState);
void NTAPI SeCloseObjectAuditAlarm(void *Object, HANDLE Handle, BOOLEAN GenerateOnClose);
void NTAPI SeExamineSacl(ACL *Sacl, PACCESS_TOKEN Token, ACCESS_MASK DesiredAccess,
    BOOLEAN AccessGranted, BOOLEAN *GenerateAudit, BOOLEAN *GenerateAlarm);
NTSTATUS NTAPI SeRegisterLogonSessionTerminatedRoutine(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE CallbackRoutine);
NTSTATUS NTAPI SeUnregisterLogonSessionTerminatedRoutine(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE CallbackRoutine);
NTSTATUS NTAPI SeMarkLogonSessionForTerminationNotification(LUID *LogonId);
