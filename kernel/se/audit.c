/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Auditing and logon sessions. The audit policy audits nothing, as that of a freshly installed
 * Windows audits no object access: those who ask hear no, and what they report goes nowhere. Logon
 * sessions last as long as the machine, so that nobody is told of their end.
 */
#include "se/audit.h"
#include "se/sep.h"

/*
 * SeAuditingFileEvents, ...WithContext, SeAuditingAnyFileEventsWithContext,
 * SeAuditingFileOrGlobalEvents, SeAuditingHardLinkEvents, ...WithContext - whether an access to a
 * file with that descriptor is to be audited.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: FALSE: no policy asks for it.
 * Source:  DOC ntifs/SeAuditingFileEvents and its neighbours; OBS tests/kernel/se/SeAuditing.c
 */
BOOLEAN NTAPI SeAuditingFileEvents(BOOLEAN AccessGranted, PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    UNREFERENCED_PARAMETER(AccessGranted);
    UNREFERENCED_PARAMETER(SecurityDescriptor);
    return FALSE;
}

BOOLEAN NTAPI SeAuditingFileEventsWithContext(BOOLEAN AccessGranted,
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext)
{
    UNREFERENCED_PARAMETER(SubjectSecurityContext);
    return SeAuditingFileEvents(AccessGranted, SecurityDescriptor);
}

BOOLEAN NTAPI SeAuditingAnyFileEventsWithContext(
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext)
{
    UNREFERENCED_PARAMETER(SubjectSecurityContext);
    return SeAuditingFileEvents(TRUE, SecurityDescriptor);
}

BOOLEAN NTAPI SeAuditingFileOrGlobalEvents(BOOLEAN AccessGranted,
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext)
{
    UNREFERENCED_PARAMETER(SubjectSecurityContext);
    return SeAuditingFileEvents(AccessGranted, SecurityDescriptor);
}

BOOLEAN NTAPI SeAuditingHardLinkEvents(
    BOOLEAN AccessGranted, PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    return SeAuditingFileEvents(AccessGranted, SecurityDescriptor);
}

BOOLEAN NTAPI SeAuditingHardLinkEventsWithContext(BOOLEAN AccessGranted,
    PSECURITY_DESCRIPTOR SecurityDescriptor, SECURITY_SUBJECT_CONTEXT *SubjectSecurityContext)
{
    UNREFERENCED_PARAMETER(SubjectSecurityContext);
    return SeAuditingFileEvents(AccessGranted, SecurityDescriptor);
}

/*
 * SeOpenObjectAuditAlarm, SeOpenObjectForDeleteAuditAlarm - report that an object has been opened,
 * or refused.
 *
 * *GenerateOnClose: FALSE: nothing is to be reported when the handle is closed.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeOpenObjectAuditAlarm, ntifs/SeOpenObjectForDeleteAuditAlarm; OBS
 *          tests/kernel/se/SeAuditing.c
 */
void NTAPI SeOpenObjectAuditAlarm(UNICODE_STRING *ObjectTypeName, void *Object,
    UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, BOOLEAN *GenerateOnClose)
{
    UNREFERENCED_PARAMETER(ObjectTypeName);
    UNREFERENCED_PARAMETER(Object);
    UNREFERENCED_PARAMETER(AbsoluteObjectName);
    UNREFERENCED_PARAMETER(SecurityDescriptor);
    UNREFERENCED_PARAMETER(AccessState);
    UNREFERENCED_PARAMETER(ObjectCreated);
    UNREFERENCED_PARAMETER(AccessGranted);
    UNREFERENCED_PARAMETER(AccessMode);
    *GenerateOnClose = FALSE;
}

void NTAPI SeOpenObjectForDeleteAuditAlarm(UNICODE_STRING *ObjectTypeName, void *Object,
    UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, BOOLEAN *GenerateOnClose)
{
    SeOpenObjectAuditAlarm(ObjectTypeName, Object, AbsoluteObjectName, SecurityDescriptor,
        AccessState, ObjectCreated, AccessGranted, AccessMode, GenerateOnClose);
}

/* SeDeleteObjectAuditAlarm - reports that an object was deleted. IRQL: PASSIVE_LEVEL. Source: DOC
 * ntifs; OBS tests/kernel/se/SeAuditing.c */
void NTAPI SeDeleteObjectAuditAlarm(void *Object, HANDLE Handle)
{
    UNREFERENCED_PARAMETER(Object);
    UNREFERENCED_PARAMETER(Handle);
}

/* SeAuditHardLinkCreation - reports a hard link. IRQL: PASSIVE_LEVEL. Source: DOC ntifs; OBS
 * tests/kernel/se/SeAuditing.c */
void NTAPI SeAuditHardLinkCreation(
    UNICODE_STRING *FileName, UNICODE_STRING *LinkName, BOOLEAN Success)
{
    UNREFERENCED_PARAMETER(FileName);
    UNREFERENCED_PARAMETER(LinkName);
    UNREFERENCED_PARAMETER(Success);
}

/* SeDeleteObjectAuditAlarmWithTransaction - the same, in a transaction. IRQL: PASSIVE_LEVEL.
 * Source: DOC ntifs; OBS tests/kernel/se/SeAuditing.c */
void NTAPI SeDeleteObjectAuditAlarmWithTransaction(void *Object, HANDLE Handle, GUID *TransactionId)
{
    UNREFERENCED_PARAMETER(TransactionId);
    SeDeleteObjectAuditAlarm(Object, Handle);
}

/*
 * SeOpenObjectAuditAlarmWithTransaction, SeOpenObjectForDeleteAuditAlarmWithTransaction,
 * SeAuditHardLinkCreationWithTransaction - the same, in a transaction.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs; OBS tests/kernel/se/SeAuditing.c
 */
void NTAPI SeOpenObjectAuditAlarmWithTransaction(UNICODE_STRING *ObjectTypeName, void *Object,
    UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, GUID *TransactionId, BOOLEAN *GenerateOnClose)
{
    UNREFERENCED_PARAMETER(TransactionId);
    SeOpenObjectAuditAlarm(ObjectTypeName, Object, AbsoluteObjectName, SecurityDescriptor,
        AccessState, ObjectCreated, AccessGranted, AccessMode, GenerateOnClose);
}

void NTAPI SeOpenObjectForDeleteAuditAlarmWithTransaction(UNICODE_STRING *ObjectTypeName,
    void *Object, UNICODE_STRING *AbsoluteObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor,
    ACCESS_STATE *AccessState, BOOLEAN ObjectCreated, BOOLEAN AccessGranted,
    KPROCESSOR_MODE AccessMode, GUID *TransactionId, BOOLEAN *GenerateOnClose)
{
    UNREFERENCED_PARAMETER(TransactionId);
    SeOpenObjectAuditAlarm(ObjectTypeName, Object, AbsoluteObjectName, SecurityDescriptor,
        AccessState, ObjectCreated, AccessGranted, AccessMode, GenerateOnClose);
}

void NTAPI SeAuditHardLinkCreationWithTransaction(
    UNICODE_STRING *FileName, UNICODE_STRING *LinkName, BOOLEAN Success, GUID *TransactionId)
{
    UNREFERENCED_PARAMETER(TransactionId);
    SeAuditHardLinkCreation(FileName, LinkName, Success);
}

/* SeAuditTransactionStateChange - reports what becomes of a transaction. IRQL: PASSIVE_LEVEL.
 * Source: DOC ntifs; OBS tests/kernel/se/SeAuditing.c */
void NTAPI SeAuditTransactionStateChange(
    GUID *TransactionId, GUID *ResourceManagerId, ULONG NewTransactionState)
{
    UNREFERENCED_PARAMETER(TransactionId);
    UNREFERENCED_PARAMETER(ResourceManagerId);
    UNREFERENCED_PARAMETER(NewTransactionState);
}

/* SeCloseObjectAuditAlarm - reports that a handle was closed. IRQL: PASSIVE_LEVEL. Source: INF:
 * undocumented; OBS tests/kernel/se/SeAuditing.c */
void NTAPI SeCloseObjectAuditAlarm(void *Object, HANDLE Handle, BOOLEAN GenerateOnClose)
{
    UNREFERENCED_PARAMETER(GenerateOnClose);
    SeDeleteObjectAuditAlarm(Object, Handle);
}

/*
 * SeExamineSacl - whether a SACL asks for an audit of an access. The policy audits nothing,
 * whatever the list says.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/SeExamineSacl; OBS tests/kernel/se/SeAuditing.c
 */
void NTAPI SeExamineSacl(ACL *Sacl, PACCESS_TOKEN Token, ACCESS_MASK DesiredAccess,
    BOOLEAN AccessGranted, BOOLEAN *GenerateAudit, BOOLEAN *GenerateAlarm)
{
    UNREFERENCED_PARAMETER(Sacl);
    UNREFERENCED_PARAMETER(Token);
    UNREFERENCED_PARAMETER(DesiredAccess);
    UNREFERENCED_PARAMETER(AccessGranted);
    *GenerateAudit = FALSE;
    *GenerateAlarm = FALSE;
}

/* ---- logon sessions -------------------------------------------------------------------------- */

#define SEP_LOGON_ROUTINES 8u

static KSPIN_LOCK SepLogonLock;
static PSE_LOGON_SESSION_TERMINATED_ROUTINE SepLogonRoutine[SEP_LOGON_ROUTINES];

void SepForgetLogonRoutines(void)
{
    SepLogonLock = 0;
    for (ULONG Index = 0; Index < SEP_LOGON_ROUTINES; Index++)
        SepLogonRoutine[Index] = NULL;
}

/* Puts To where From is; FALSE: it is nowhere. */
static BOOLEAN SepReplaceLogonRoutine(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE From, PSE_LOGON_SESSION_TERMINATED_ROUTINE To)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&SepLogonLock);
    for (ULONG Index = 0; Index < SEP_LOGON_ROUTINES && !Found; Index++) {
        Found = SepLogonRoutine[Index] == From;
        if (Found)
            SepLogonRoutine[Index] = To;
    }
    KiReleaseLock(&SepLogonLock, Old);
    return Found;
}

/*
 * SeRegisterLogonSessionTerminatedRoutine - names a routine for the end of marked logon sessions.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: NULL; INSUFFICIENT_RESOURCES: eight are there.
 * Owner:   driver; SeUnregisterLogonSessionTerminatedRoutine before it unloads.
 * Source:  DOC ntifs/SeRegisterLogonSessionTerminatedRoutine; OBS
 *          tests/kernel/se/SeRegisterLogonSessionTerminatedRoutine.c
 */
NTSTATUS NTAPI SeRegisterLogonSessionTerminatedRoutine(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE CallbackRoutine)
{
    if (CallbackRoutine == NULL)
        return STATUS_INVALID_PARAMETER;
    return SepReplaceLogonRoutine(NULL, CallbackRoutine) ? STATUS_SUCCESS
                                                         : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * SeUnregisterLogonSessionTerminatedRoutine - takes it back.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: NULL; NOT_FOUND: it is not registered.
 * Source: DOC ntifs/SeUnregisterLogonSessionTerminatedRoutine; OBS
 * tests/kernel/se/SeRegisterLogonSessionTerminatedRoutine.c
 */
NTSTATUS NTAPI SeUnregisterLogonSessionTerminatedRoutine(
    PSE_LOGON_SESSION_TERMINATED_ROUTINE CallbackRoutine)
{
    if (CallbackRoutine == NULL)
        return STATUS_INVALID_PARAMETER;
    return SepReplaceLogonRoutine(CallbackRoutine, NULL) ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

/*
 * SeMarkLogonSessionForTerminationNotification - has the registered routines told of the end of a
 * logon session.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NOT_FOUND: there is no such session.
 * Source:  DOC ntifs/SeMarkLogonSessionForTerminationNotification; OBS
 *          tests/kernel/se/SeMarkLogonSessionForTerminationNotification.c
 */
NTSTATUS NTAPI SeMarkLogonSessionForTerminationNotification(LUID *LogonId)
{
    SE_TOKEN *const Session[] = {SeiSystemToken, SeiAdministratorToken, SeiUserToken};
    for (unsigned Index = 0; Index < sizeof(Session) / sizeof(Session[0]); Index++) {
        if (RtlEqualLuid(LogonId, &Session[Index]->AuthenticationId))
            return STATUS_SUCCESS;
    }
    return STATUS_NOT_FOUND;
}
