/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeAuditing - nothing is audited by default
 */
#include "se_test.h"

TEST(SeAuditingFileEvents, SaysNo)
{
    SECURITY_DESCRIPTOR Descriptor;

    SeTestDescriptor(&Descriptor, NULL);
    CHECK(!SeAuditingFileEvents(TRUE, &Descriptor));
    CHECK(!SeAuditingFileEvents(FALSE, &Descriptor));
}

TEST(SeAuditingFileOrGlobalEvents, SaysNo)
{
    SE_LATER(SeAuditingFileEventsWithContext, BOOLEAN, BOOLEAN, PSECURITY_DESCRIPTOR,
        PSECURITY_SUBJECT_CONTEXT)
    SE_LATER(SeAuditingHardLinkEvents, BOOLEAN, BOOLEAN, PSECURITY_DESCRIPTOR)
    SE_LATER(SeAuditingHardLinkEventsWithContext, BOOLEAN, BOOLEAN, PSECURITY_DESCRIPTOR,
        PSECURITY_SUBJECT_CONTEXT)
    SE_LATER(SeAuditingAnyFileEventsWithContext, BOOLEAN, PSECURITY_DESCRIPTOR,
        PSECURITY_SUBJECT_CONTEXT)
    SECURITY_SUBJECT_CONTEXT Context;
    SECURITY_DESCRIPTOR Descriptor;

    SeTestDescriptor(&Descriptor, NULL);
    SeCaptureSubjectContext(&Context);
    CHECK(!SeAuditingFileOrGlobalEvents(TRUE, &Descriptor, &Context));
    CHECK(!SeAuditingFileEventsWithContext(TRUE, &Descriptor, &Context));
    CHECK(!SeAuditingHardLinkEvents(TRUE, &Descriptor));
    CHECK(!SeAuditingHardLinkEventsWithContext(TRUE, &Descriptor, &Context));
    CHECK(!SeAuditingAnyFileEventsWithContext(&Descriptor, &Context));
    SeReleaseSubjectContext(&Context);
}

TEST(SeOpenObjectAuditAlarm, WantsNothingWhenTheHandleCloses)
{
    SE_LATER(SeCreateAccessState, NTSTATUS, PACCESS_STATE, PVOID, ACCESS_MASK, PGENERIC_MAPPING)
    SE_LATER(SeDeleteAccessState, VOID, PACCESS_STATE)
    SE_LATER(SeAuditHardLinkCreation, VOID, PUNICODE_STRING, PUNICODE_STRING, BOOLEAN)
    KTEST_STRING(Type, L"File");
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN OnClose = TRUE;
    ACCESS_STATE State;
    PVOID Aux[64];

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(SeCreateAccessState(&State, Aux, 1, NULL), STATUS_SUCCESS);
    SeOpenObjectAuditAlarm(&Type, NULL, NULL, &Descriptor, &State, FALSE, TRUE, UserMode, &OnClose);
    CHECK(!OnClose);
    OnClose = TRUE;
    SeOpenObjectForDeleteAuditAlarm(
        &Type, NULL, NULL, &Descriptor, &State, FALSE, TRUE, UserMode, &OnClose);
    CHECK(!OnClose);
    SeDeleteObjectAuditAlarm(NULL, NULL);
    SeAuditHardLinkCreation(&Type, &Type, TRUE);
    SeDeleteAccessState(&State);
}

TEST(SeExamineSacl, AuditsNothing)
{
    SE_LATER(SeExamineSacl, VOID, PACL, PACCESS_TOKEN, ACCESS_MASK, BOOLEAN, PBOOLEAN, PBOOLEAN)
    SE_LATER(SeDeleteObjectAuditAlarmWithTransaction, VOID, PVOID, HANDLE, GUID *)
    SECURITY_SUBJECT_CONTEXT Context;
    BOOLEAN Audit = TRUE, Alarm = TRUE;
    SE_TEST_ACL List;

    SeCaptureSubjectContext(&Context);
    SeExamineSacl(SeTestList(&List, NULL, 0), Context.PrimaryToken, 1, TRUE, &Audit, &Alarm);
    CHECK(!Audit && !Alarm);
    SeDeleteObjectAuditAlarmWithTransaction(NULL, NULL, NULL);
    SeReleaseSubjectContext(&Context);
}

TEST(SeOpenObjectAuditAlarmWithTransaction, WantsNothingWhenTheHandleCloses)
{
    SE_LATER(SeCreateAccessState, NTSTATUS, PACCESS_STATE, PVOID, ACCESS_MASK, PGENERIC_MAPPING)
    SE_LATER(SeDeleteAccessState, VOID, PACCESS_STATE)
    SE_LATER(SeOpenObjectAuditAlarmWithTransaction, VOID, PUNICODE_STRING, PVOID, PUNICODE_STRING,
        PSECURITY_DESCRIPTOR, PACCESS_STATE, BOOLEAN, BOOLEAN, KPROCESSOR_MODE, GUID *, PBOOLEAN)
    SE_LATER(SeOpenObjectForDeleteAuditAlarmWithTransaction, VOID, PUNICODE_STRING, PVOID,
        PUNICODE_STRING, PSECURITY_DESCRIPTOR, PACCESS_STATE, BOOLEAN, BOOLEAN, KPROCESSOR_MODE,
        GUID *, PBOOLEAN)
    SE_LATER(SeAuditHardLinkCreationWithTransaction, VOID, PUNICODE_STRING, PUNICODE_STRING,
        BOOLEAN, GUID *)
    SE_LATER(SeAuditTransactionStateChange, VOID, GUID *, GUID *, ULONG)
    SE_LATER(SeCloseObjectAuditAlarm, VOID, PVOID, HANDLE, BOOLEAN)
    KTEST_STRING(Type, L"File");
    SECURITY_DESCRIPTOR Descriptor;
    BOOLEAN OnClose = TRUE;
    ACCESS_STATE State;
    GUID Nothing = {0};
    PVOID Aux[64];

    SeTestDescriptor(&Descriptor, NULL);
    CHECK_STATUS(SeCreateAccessState(&State, Aux, 1, NULL), STATUS_SUCCESS);
    SeOpenObjectAuditAlarmWithTransaction(
        &Type, NULL, NULL, &Descriptor, &State, FALSE, TRUE, UserMode, NULL, &OnClose);
    CHECK(!OnClose);
    OnClose = TRUE;
    SeOpenObjectForDeleteAuditAlarmWithTransaction(
        &Type, NULL, NULL, &Descriptor, &State, FALSE, TRUE, UserMode, NULL, &OnClose);
    CHECK(!OnClose);
    SeAuditHardLinkCreationWithTransaction(&Type, &Type, TRUE, NULL);
    SeAuditTransactionStateChange(&Nothing, &Nothing, 1);
    SeCloseObjectAuditAlarm(NULL, NULL, FALSE);
    SeDeleteAccessState(&State);
}
