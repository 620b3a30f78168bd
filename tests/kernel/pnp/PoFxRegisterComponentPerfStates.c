/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoFxRegisterComponentPerfStates, PoFxIssueComponentPerfStateChange,
 * PoFxIssueComponentPerfStateChangeMultiple, PoFxQueryCurrentComponentPerfState, for a driver that
 * needs no platform extension.
 */
#include "pnp_test.h"

typedef struct PERF_DEVICE {
    ULONG Version, ComponentCount;
    PVOID Callbacks[6];
    PVOID Context;
    PO_FX_COMPONENT_V1 Component;
} PERF_DEVICE;

typedef struct PERF_SET {
    UNICODE_STRING Name;
    ULONGLONG Flags;
    ULONG Unit, Type; /* 0: discrete, 1: a range */
    union {
        struct {
            ULONG Count;
            PVOID States;
        } Discrete;
        struct {
            ULONGLONG Minimum, Maximum;
        } Range;
    };
} PERF_SET;

typedef struct PERF_INFO {
    ULONG Count;
    PERF_SET Set[2];
} PERF_INFO;

typedef struct PERF_CHANGE {
    ULONG Set;
    union {
        ULONG Index;
        ULONGLONG Value;
    };
} PERF_CHANGE;

typedef VOID(NTAPI *PERF_CALLBACK)(PVOID, ULONG, BOOLEAN, PVOID);

#define PEP_OPTIONAL 1
#define BLOCKING     1
#define ASYNC        2

static NTSTATUS(NTAPI *Register)(PDEVICE_OBJECT, PVOID, POHANDLE *);
static VOID(NTAPI *Unregister)(POHANDLE);
static NTSTATUS(NTAPI *RegisterPerf)(
    POHANDLE, ULONG, ULONGLONG, PERF_CALLBACK, PERF_INFO *, PERF_INFO **);
static VOID(NTAPI *Issue)(POHANDLE, ULONG, ULONG, PERF_CHANGE *, PVOID);
static VOID(NTAPI *IssueMultiple)(POHANDLE, ULONG, ULONG, ULONG, PERF_CHANGE *, PVOID);
static NTSTATUS(NTAPI *Query)(POHANDLE, ULONG, ULONG, ULONG, PULONGLONG);

static KEVENT Done;
static LONG Calls;
static BOOLEAN Granted;
static PVOID Told;

static VOID NTAPI Changed(PVOID Context, ULONG Component, BOOLEAN Succeeded, PVOID RequestContext)
{
    CHECK(Context == &Done && Component == 0);
    Granted = Succeeded;
    Told = RequestContext;
    InterlockedIncrement(&Calls);
    KeSetEvent(&Done, IO_NO_INCREMENT, FALSE);
}

static BOOLEAN Begin(POHANDLE *Handle)
{
    static PO_FX_COMPONENT_IDLE_STATE State;
    PERF_DEVICE Device = {PO_FX_VERSION_V1, 1, {NULL}, &Done, {{0}, 1, 0, &State}};
    static const struct {
        const WCHAR *Name;
        PVOID *Function;
    } Names[] = {{L"PoFxRegisterDevice", (PVOID *)&Register},
        {L"PoFxUnregisterDevice", (PVOID *)&Unregister},
        {L"PoFxRegisterComponentPerfStates", (PVOID *)&RegisterPerf},
        {L"PoFxIssueComponentPerfStateChange", (PVOID *)&Issue},
        {L"PoFxIssueComponentPerfStateChangeMultiple", (PVOID *)&IssueMultiple},
        {L"PoFxQueryCurrentComponentPerfState", (PVOID *)&Query}};
    PDEVICE_OBJECT Pdo = PnpTestPdo();

    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Names); Index++) {
        *Names[Index].Function = KtestExport(Names[Index].Name);
        if (*Names[Index].Function == NULL) {
            skip("this Windows has no performance states");
            return FALSE;
        }
    }
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    Calls = 0;
    return CHECK_STATUS(Register(Pdo, &Device, Handle), STATUS_SUCCESS);
}

static VOID FillInfo(PERF_INFO *Info)
{
    RtlZeroMemory(Info, sizeof(*Info));
    Info->Count = 2;
    Info->Set[0].Type = 1;
    Info->Set[0].Range.Minimum = 100;
    Info->Set[0].Range.Maximum = 200;
    Info->Set[1].Discrete.Count = 3;
}

TEST(PoFxRegisterComponentPerfStates, WithoutAPlatformExtension)
{
    PERF_INFO Info, *Output = NULL;
    POHANDLE Handle;

    if (!Begin(&Handle))
        return;
    FillInfo(&Info);
    CHECK_STATUS(RegisterPerf(Handle, 0, 0, Changed, NULL, &Output), STATUS_NOT_IMPLEMENTED);
    CHECK_STATUS(
        RegisterPerf(Handle, 0, PEP_OPTIONAL, Changed, NULL, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        RegisterPerf(Handle, 0, PEP_OPTIONAL, Changed, &Info, &Output), STATUS_INVALID_PARAMETER);
    Info.Count = 0;
    CHECK_STATUS(
        RegisterPerf(Handle, 0, PEP_OPTIONAL, Changed, &Info, NULL), STATUS_INVALID_PARAMETER);
    Info.Count = 2;
    CHECK(Output == NULL);
    CHECK_STATUS(RegisterPerf(Handle, 0, PEP_OPTIONAL, Changed, &Info, NULL), STATUS_SUCCESS);
    Unregister(Handle);
}

static VOID Expect(LONG Count, BOOLEAN Succeeded, PVOID Context)
{
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    CHECK_EQ(Calls, Count);
    CHECK(Granted == Succeeded && Told == Context);
}

TEST(PoFxIssueComponentPerfStateChange, AnswersAlways)
{
    PERF_CHANGE Changes[2] = {{0, {0}}, {1, {2}}};
    ULONGLONG Now = 0;
    PERF_INFO Info;
    POHANDLE Handle;

    if (!Begin(&Handle))
        return;
    FillInfo(&Info);
    CHECK_STATUS(RegisterPerf(Handle, 0, PEP_OPTIONAL, Changed, &Info, NULL), STATUS_SUCCESS);
    Changes[0].Value = 150;
    Issue(Handle, BLOCKING, 0, &Changes[0], &Info);
    CHECK_EQ(Calls, 1);
    Expect(1, TRUE, &Info);
    CHECK_STATUS(Query(Handle, 0, 0, 0, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, 150);
    Changes[0].Value = 120;
    IssueMultiple(Handle, ASYNC, 0, 2, Changes, NULL);
    Expect(2, TRUE, NULL);
    CHECK_STATUS(Query(Handle, 0, 0, 0, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, 120);
    CHECK_STATUS(Query(Handle, 0, 0, 1, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, 2);
    CHECK_STATUS(Query(Handle, 0, 0, 2, &Now), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Query(Handle, 0, 1, 0, &Now), STATUS_INVALID_PARAMETER);
    Changes[0].Value = 110;
    Changes[1].Index = 3;
    IssueMultiple(Handle, 0, 0, 2, Changes, NULL);
    Expect(3, FALSE, NULL);
    CHECK_STATUS(Query(Handle, 0, 0, 0, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, 120);
    Unregister(Handle);
}
