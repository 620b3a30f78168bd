/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeRegisterBugCheckCallback and kin - a record is in once. That it is called is for
 * tests/kernel/defects to show.
 */
#include "ktest.h"

static VOID NTAPI Callback(PVOID Buffer, ULONG Length)
{
    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(Length);
}

static VOID NTAPI ReasonCallback(KBUGCHECK_CALLBACK_REASON Reason,
    struct _KBUGCHECK_REASON_CALLBACK_RECORD *Record, PVOID Data, ULONG Length)
{
    UNREFERENCED_PARAMETER(Reason);
    UNREFERENCED_PARAMETER(Record);
    UNREFERENCED_PARAMETER(Data);
    UNREFERENCED_PARAMETER(Length);
}

TEST(KeRegisterBugCheckCallback, OnceUntilDeregistered)
{
    static KBUGCHECK_CALLBACK_RECORD Memory;
    PKBUGCHECK_CALLBACK_RECORD Record = &Memory;
    static UCHAR Component[] = "ktest", Buffer[16];

    KeInitializeCallbackRecord(Record);
    CHECK(KeRegisterBugCheckCallback(Record, Callback, Buffer, sizeof(Buffer), Component));
    CHECK(!KeRegisterBugCheckCallback(Record, Callback, Buffer, sizeof(Buffer), Component));
    CHECK(KeDeregisterBugCheckCallback(Record));
    CHECK(KeRegisterBugCheckCallback(Record, Callback, Buffer, sizeof(Buffer), Component));
    CHECK(KeDeregisterBugCheckCallback(Record));
}

TEST(KeDeregisterBugCheckCallback, OfOneThatIsNotRegistered)
{
    static KBUGCHECK_CALLBACK_RECORD Memory;
    PKBUGCHECK_CALLBACK_RECORD Record = &Memory;

    KeInitializeCallbackRecord(Record);
    CHECK(!KeDeregisterBugCheckCallback(Record));
}

TEST(KeRegisterBugCheckReasonCallback, OnceUntilDeregistered)
{
    static KBUGCHECK_REASON_CALLBACK_RECORD Memory;
    PKBUGCHECK_REASON_CALLBACK_RECORD Record = &Memory;
    static UCHAR Component[] = "ktest";

    KeInitializeCallbackRecord(Record);
    CHECK(KeRegisterBugCheckReasonCallback(
        Record, ReasonCallback, KbCallbackSecondaryDumpData, Component));
    CHECK(!KeRegisterBugCheckReasonCallback(
        Record, ReasonCallback, KbCallbackSecondaryDumpData, Component));
    CHECK(KeDeregisterBugCheckReasonCallback(Record));
    CHECK(!KeDeregisterBugCheckReasonCallback(Record));
}

/* One of each reason drivers give; each record is in a list of its own making. */
TEST(KeRegisterBugCheckReasonCallback, EveryReason)
{
    static const KBUGCHECK_CALLBACK_REASON Reason[] = {
        KbCallbackSecondaryDumpData, KbCallbackDumpIo, KbCallbackAddPages};
    static KBUGCHECK_REASON_CALLBACK_RECORD Records[3];
    static UCHAR Component[] = "ktest";
    ULONG Index;

    for (Index = 0; Index < 3; Index++) {
        PKBUGCHECK_REASON_CALLBACK_RECORD Record = &Records[Index];

        KeInitializeCallbackRecord(Record);
        CHECK(KeRegisterBugCheckReasonCallback(Record, ReasonCallback, Reason[Index], Component));
        CHECK_EQ(Record->Reason, Reason[Index]);
        CHECK_PTR(Record->Component, Component);
        CHECK_EQ(Record->State, BufferInserted);
    }
    for (Index = 0; Index < 3; Index++)
        CHECK(KeDeregisterBugCheckReasonCallback(&Records[Index]));
}

TEST(KeDeregisterBugCheckReasonCallback, OfOneThatIsNotRegistered)
{
    static KBUGCHECK_REASON_CALLBACK_RECORD Memory;
    PKBUGCHECK_REASON_CALLBACK_RECORD Record = &Memory;

    KeInitializeCallbackRecord(Record);
    CHECK(!KeDeregisterBugCheckReasonCallback(Record));
}

/* What the system stopped for; nothing, as long as it runs. */
TEST(KiBugCheckData, NothingAsLongAsItRuns)
{
    PULONG_PTR Data = KtestExport(L"KiBugCheckData");

    if (Data == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK_EQ(Data[0], 0);
    CHECK_EQ(Data[4], 0);
}

static NTSTATUS NTAPI OnBound(VOID)
{
    return STATUS_SUCCESS;
}

TEST(KeRegisterBoundCallback, OneAtATime)
{
    PVOID(NTAPI * Register)(PVOID Routine) = (PVOID)KtestExport(L"KeRegisterBoundCallback");
    NTSTATUS(NTAPI * Deregister)(PVOID Handle) = (PVOID)KtestExport(L"KeDeregisterBoundCallback");
    PVOID Handle;

    if (Register == NULL) {
        skip("new in Windows 10");
        return;
    }
    Handle = Register((PVOID)(ULONG_PTR)OnBound);
    if (CHECK(Handle != NULL))
        CHECK_STATUS(Deregister(Handle), STATUS_SUCCESS);
}
