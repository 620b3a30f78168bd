/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

NTSYSAPI NTSTATUS NTAPI ZwInitiatePowerAction(POWER_ACTION SystemAction,
    SYSTEM_POWER_STATE LightestSystemState, ULONG Flags, BOOLEAN Asynchronous);

typedef struct STATE_NOTES {
    ULONG Calls;
    ULONG_PTR Kind[4], Working[4];
} STATE_NOTES;

static VOID NTAPI NoteState(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    STATE_NOTES *Notes = Context;
    if (Notes->Calls < 4) {
        Notes->Kind[Notes->Calls] = (ULONG_PTR)Argument1;
        Notes->Working[Notes->Calls] = (ULONG_PTR)Argument2;
    }
    Notes->Calls++;
}

TEST(ZwInitiatePowerAction, RefusesWhatItCannotDo)
{
    CHECK_STATUS(ZwInitiatePowerAction(PowerActionNone, PowerSystemSleeping3, 0, FALSE),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwInitiatePowerAction(PowerActionSleep, PowerSystemWorking, 0, FALSE),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwInitiatePowerAction(PowerActionSleep, PowerSystemShutdown, 0, FALSE),
        STATUS_INVALID_PARAMETER);
}

/* The callback object tells of the way out of the working state, and of the way back. */
TEST(ZwInitiatePowerAction, TellsOfSleepAndBack)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Callback\\PowerState");
    OBJECT_ATTRIBUTES Attributes;
    PCALLBACK_OBJECT Callback = NULL;
    STATE_NOTES Notes = {0};
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ExCreateCallback(&Callback, &Attributes, FALSE, TRUE), STATUS_SUCCESS);
    if (Callback == NULL)
        return;
    PVOID Registration = ExRegisterCallback(Callback, NoteState, &Notes);
    CHECK(Registration != NULL);
    CHECK_STATUS(
        ZwInitiatePowerAction(PowerActionSleep, PowerSystemSleeping3, 0, FALSE), STATUS_SUCCESS);
    CHECK(Notes.Calls == 2);
    CHECK(Notes.Kind[0] == 3 && Notes.Working[0] == 0);
    CHECK(Notes.Kind[1] == 3 && Notes.Working[1] == 1);
    CHECK_STATUS(
        ZwInitiatePowerAction(PowerActionHibernate, PowerSystemHibernate, 0, TRUE), STATUS_SUCCESS);
    CHECK(Notes.Calls == 4);
    if (Registration != NULL)
        ExUnregisterCallback(Registration);
    ObDereferenceObject(Callback);
}
