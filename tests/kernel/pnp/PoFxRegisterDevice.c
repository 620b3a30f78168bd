/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The power framework: PoFxRegisterDevice, PoFxStartDevicePowerManagement, PoFxActivateComponent,
 * PoFxIdleComponent, PoFxCompleteIdleCondition, PoFxCompleteIdleState,
 * PoFxCompleteDevicePowerNotRequired, PoFxReportDevicePoweredOn, PoFxSetComponentLatency,
 * PoFxSetComponentResidency, PoFxSetComponentWake, PoFxSetDeviceIdleTimeout, PoFxPowerControl,
 * PoFxNotifySurprisePowerOn, PoFxUnregisterDevice. Each test waits for what it expects to be told,
 * in order. Which idle state is chosen is the business of a platform extension where there is one.
 */
#include "pnp_test.h"

#define COMPONENTS 2
#define MINUTES    (600000000ull)

typedef VOID(NTAPI *REQUIRED)(PVOID);

typedef struct DEVICE_V1 {
    ULONG Version, ComponentCount;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK Active;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK Idle;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK State;
    REQUIRED Required, NotRequired;
    PPO_FX_POWER_CONTROL_CALLBACK Control;
    PVOID Context;
    PO_FX_COMPONENT_V1 Components[COMPONENTS];
} DEVICE_V1;

typedef struct DEVICE_V2 {
    ULONG Version;
    ULONGLONG Flags;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK Active;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK Idle;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK State;
    REQUIRED Required, NotRequired;
    PPO_FX_POWER_CONTROL_CALLBACK Control;
    PVOID Context;
    ULONG ComponentCount;
    PO_FX_COMPONENT_V2 Components[COMPONENTS];
} DEVICE_V2;

typedef struct DEVICE_V3 {
    ULONG Version;
    ULONGLONG Flags;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK Active;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK Idle;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK State;
    REQUIRED Required, NotRequired;
    PPO_FX_POWER_CONTROL_CALLBACK Control;
    PVOID DirectedUp, DirectedDown;
    ULONG DirectedTimeout;
    PVOID Context;
    ULONG ComponentCount;
    PO_FX_COMPONENT_V2 Components[COMPONENTS];
} DEVICE_V3;

static NTSTATUS(NTAPI *Register)(PDEVICE_OBJECT, PVOID, POHANDLE *);
static VOID(NTAPI *Start)(POHANDLE);
static VOID(NTAPI *Unregister)(POHANDLE);
static VOID(NTAPI *Activate)(POHANDLE, ULONG, ULONG);
static VOID(NTAPI *Idle)(POHANDLE, ULONG, ULONG);
static VOID(NTAPI *CompleteIdle)(POHANDLE, ULONG);
static VOID(NTAPI *CompleteState)(POHANDLE, ULONG);
static VOID(NTAPI *CompleteOff)(POHANDLE);
static VOID(NTAPI *ReportOn)(POHANDLE);
static VOID(NTAPI *SetLatency)(POHANDLE, ULONG, ULONGLONG);
static VOID(NTAPI *SetResidency)(POHANDLE, ULONG, ULONGLONG);
static VOID(NTAPI *SetWake)(POHANDLE, ULONG, BOOLEAN);
static VOID(NTAPI *SetTimeout)(POHANDLE, ULONGLONG);
static NTSTATUS(NTAPI *Control)(POHANDLE, LPCGUID, PVOID, SIZE_T, PVOID, SIZE_T, PSIZE_T);
static VOID(NTAPI *SurpriseOn)(PDEVICE_OBJECT);

#define BLOCKING 1
#define ASYNC    2

/* What was told: 'A' active, 'I' idle, 'S' state, 'R' power required, 'N' not required. */
typedef struct TOLD {
    char What;
    ULONG Component, State;
} TOLD;

static POHANDLE Handle;
static TOLD Told[64];
static LONG TellCount;
static ULONG Read;
static KSEMAPHORE Telling;
static BOOLEAN Keep; /* idle conditions are not completed in the routine */

static VOID Tell(char What, ULONG Component, ULONG State)
{
    ULONG At = (ULONG)InterlockedIncrement(&TellCount) - 1;

    if (At < RTL_NUMBER_OF(Told)) {
        Told[At].What = What;
        Told[At].Component = Component;
        Told[At].State = State;
    }
    KeReleaseSemaphore(&Telling, IO_NO_INCREMENT, 1, FALSE);
}

static VOID NTAPI ActiveNow(PVOID Context, ULONG Component)
{
    UNREFERENCED_PARAMETER(Context);
    Tell('A', Component, 0);
}

static VOID NTAPI IdleNow(PVOID Context, ULONG Component)
{
    UNREFERENCED_PARAMETER(Context);
    Tell('I', Component, 0);
    if (!Keep)
        CompleteIdle(Handle, Component);
}

static VOID NTAPI StateNow(PVOID Context, ULONG Component, ULONG State)
{
    UNREFERENCED_PARAMETER(Context);
    Tell('S', Component, State);
    CompleteState(Handle, Component);
}

static VOID NTAPI RequiredNow(PVOID Context)
{
    CHECK(Context == &Handle);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
    Tell('R', 0, 0);
    ReportOn(Handle);
}

static VOID NTAPI NotRequiredNow(PVOID Context)
{
    CHECK(Context == &Handle);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
    Tell('N', 0, 0);
    CompleteOff(Handle);
}

static VOID Expect(char What, ULONG Component, ULONG State)
{
    KeWaitForSingleObject(&Telling, Executive, KernelMode, FALSE, NULL);
    TOLD *Next = &Told[Read++];
    if (!CHECK(Next->What == What && Next->Component == Component && Next->State == State))
        DbgPrint("told %c %u %u instead of %c %u %u\n", Next->What, Next->Component, Next->State,
            What, Component, State);
}

static BOOLEAN Nothing(VOID)
{
    return KeReadStateSemaphore(&Telling) == 0;
}

static PO_FX_COMPONENT_IDLE_STATE States[3] = {{0, 0, 0}, {100, 1000, 0}, {10000, 100000, 0}};

static VOID FillDevice(DEVICE_V2 *Device)
{
    RtlZeroMemory(Device, sizeof(*Device));
    Device->Version = PO_FX_VERSION_V2;
    Device->Active = ActiveNow;
    Device->Idle = IdleNow;
    Device->State = StateNow;
    Device->Required = RequiredNow;
    Device->NotRequired = NotRequiredNow;
    Device->Context = &Handle;
    Device->ComponentCount = COMPONENTS;
    for (ULONG Index = 0; Index < COMPONENTS; Index++) {
        Device->Components[Index].IdleStateCount = RTL_NUMBER_OF(States);
        Device->Components[Index].DeepestWakeableIdleState = 1;
        Device->Components[Index].IdleStates = States;
    }
}

static PDEVICE_OBJECT SetUp(DEVICE_V2 *Device)
{
    static const struct {
        const WCHAR *Name;
        PVOID *Function;
    } Names[] = {{L"PoFxRegisterDevice", (PVOID *)&Register},
        {L"PoFxStartDevicePowerManagement", (PVOID *)&Start},
        {L"PoFxUnregisterDevice", (PVOID *)&Unregister},
        {L"PoFxActivateComponent", (PVOID *)&Activate}, {L"PoFxIdleComponent", (PVOID *)&Idle},
        {L"PoFxCompleteIdleCondition", (PVOID *)&CompleteIdle},
        {L"PoFxCompleteIdleState", (PVOID *)&CompleteState},
        {L"PoFxCompleteDevicePowerNotRequired", (PVOID *)&CompleteOff},
        {L"PoFxReportDevicePoweredOn", (PVOID *)&ReportOn},
        {L"PoFxSetComponentLatency", (PVOID *)&SetLatency},
        {L"PoFxSetComponentResidency", (PVOID *)&SetResidency},
        {L"PoFxSetComponentWake", (PVOID *)&SetWake},
        {L"PoFxSetDeviceIdleTimeout", (PVOID *)&SetTimeout},
        {L"PoFxPowerControl", (PVOID *)&Control},
        {L"PoFxNotifySurprisePowerOn", (PVOID *)&SurpriseOn}};

    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Names); Index++) {
        *Names[Index].Function = KtestExport(Names[Index].Name);
        if (*Names[Index].Function == NULL) {
            skip("this Windows has no power framework");
            return NULL;
        }
    }
    TellCount = 0;
    Read = 0;
    Keep = FALSE;
    Handle = NULL;
    KeInitializeSemaphore(&Telling, 0, MAXLONG);
    FillDevice(Device);
    return PnpTestPdo();
}

/*
 * Registered, with component 0 in use, and so long until it needs no power that it does not come to
 * that.
 */
static BOOLEAN Begin(VOID)
{
    DEVICE_V2 Device;
    PDEVICE_OBJECT Pdo = SetUp(&Device);

    if (Pdo == NULL || !CHECK_STATUS(Register(Pdo, &Device, &Handle), STATUS_SUCCESS))
        return FALSE;
    SetTimeout(Handle, 10 * MINUTES);
    Activate(Handle, 0, BLOCKING);
    CHECK(Nothing());
    Start(Handle);
    Expect('I', 1, 0);
    Expect('S', 1, 2);
    CHECK(Nothing());
    return TRUE;
}

TEST(PoFxRegisterDevice, RefusesWhatMakesNoSense)
{
    DEVICE_V2 Device;
    PDEVICE_OBJECT Pdo = SetUp(&Device);

    if (Pdo == NULL)
        return;
    CHECK_STATUS(Register(NULL, &Device, &Handle), STATUS_INVALID_PARAMETER);
    Device.Version = 9;
    CHECK_STATUS(Register(Pdo, &Device, &Handle), STATUS_INVALID_PARAMETER);
    FillDevice(&Device);
    Device.ComponentCount = 0;
    CHECK_STATUS(Register(Pdo, &Device, &Handle), STATUS_INVALID_PARAMETER);
    FillDevice(&Device);
    Device.Components[1].IdleStateCount = 0;
    CHECK_STATUS(Register(Pdo, &Device, &Handle), STATUS_INVALID_PARAMETER);
    CHECK(Handle == NULL);
}

TEST(PoFxRegisterDevice, TakesEachVersion)
{
    DEVICE_V2 Device;
    DEVICE_V1 One = {0};
    DEVICE_V3 Three = {0};
    PDEVICE_OBJECT Pdo = SetUp(&Device);

    if (Pdo == NULL)
        return;
    One.Version = PO_FX_VERSION_V1;
    One.ComponentCount = COMPONENTS;
    One.Idle = IdleNow;
    Three.Version = 3;
    Three.ComponentCount = COMPONENTS;
    Three.Active = ActiveNow;
    Three.Context = &Handle;
    for (ULONG Index = 0; Index < COMPONENTS; Index++) {
        One.Components[Index].IdleStateCount = 1;
        One.Components[Index].IdleStates = States;
        Three.Components[Index] = Device.Components[Index];
    }
    if (CHECK_STATUS(Register(Pdo, &One, &Handle), STATUS_SUCCESS)) {
        Activate(Handle, 1, 0);
        Start(Handle);
        Expect('I', 0, 0);
        CHECK(Nothing());
        Unregister(Handle);
    }
    if (CHECK_STATUS(Register(Pdo, &Three, &Handle), STATUS_SUCCESS)) {
        Activate(Handle, 0, 0);
        Activate(Handle, 1, 0);
        Start(Handle);
        CHECK(Nothing());
        Unregister(Handle);
    }
}

TEST(PoFxStartDevicePowerManagement, BeforeItNobodyIsTold)
{
    DEVICE_V2 Device;
    PDEVICE_OBJECT Pdo = SetUp(&Device);

    if (Pdo == NULL || !CHECK_STATUS(Register(Pdo, &Device, &Handle), STATUS_SUCCESS))
        return;
    Activate(Handle, 0, BLOCKING);
    Idle(Handle, 0, 0);
    CHECK(Nothing());
    Unregister(Handle);
}

TEST(PoFxActivateComponent, FirstAndLastUserChangeTheCondition)
{
    if (!Begin())
        return;
    Activate(Handle, 1, BLOCKING);
    Expect('S', 1, 0);
    Expect('A', 1, 0);
    Activate(Handle, 1, 0);
    Idle(Handle, 1, BLOCKING);
    CHECK(Nothing());
    Idle(Handle, 1, ASYNC);
    Expect('I', 1, 0);
    Expect('S', 1, 2);
    Activate(Handle, 1, ASYNC);
    Expect('S', 1, 0);
    Expect('A', 1, 0);
    Unregister(Handle);
    CHECK(Nothing());
}

TEST(PoFxCompleteIdleCondition, MayComeLater)
{
    if (!Begin())
        return;
    Keep = TRUE;
    Idle(Handle, 0, 0);
    Expect('I', 0, 0);
    Activate(Handle, 0, 0);
    CHECK(Nothing());
    CompleteIdle(Handle, 0);
    Expect('A', 0, 0);
    Unregister(Handle);
}

TEST(PoFxSetComponentLatency, AndOthersChooseTheIdleState)
{
    if (!Begin())
        return;
    SetWake(Handle, 1, TRUE);
    Expect('S', 1, 0);
    Expect('S', 1, 1);
    SetLatency(Handle, 0, 99);
    Idle(Handle, 0, BLOCKING);
    Expect('I', 0, 0);
    CHECK(Nothing());
    SetLatency(Handle, 0, 20000);
    Expect('S', 0, 2);
    SetResidency(Handle, 0, 5000);
    Expect('S', 0, 0);
    Expect('S', 0, 1);
    Unregister(Handle);
}

TEST(PoFxReportDevicePoweredOn, AllIdleNeedsNoPower)
{
    if (!Begin())
        return;
    SetTimeout(Handle, 0);
    Idle(Handle, 0, 0);
    Expect('I', 0, 0);
    Expect('S', 0, 2);
    Expect('N', 0, 0);
    Activate(Handle, 0, BLOCKING);
    Expect('R', 0, 0);
    Expect('S', 0, 0);
    Expect('A', 0, 0);
    SetTimeout(Handle, 10000);
    Idle(Handle, 0, 0);
    Expect('I', 0, 0);
    Expect('S', 0, 2);
    Expect('N', 0, 0);
    Unregister(Handle);
    CHECK(Nothing());
}

TEST(PoFxNotifySurprisePowerOn, PowerIsRequiredAndThenNot)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();

    if (!Begin())
        return;
    SetTimeout(Handle, 0);
    SurpriseOn(Pdo);
    CHECK(Nothing());
    Idle(Handle, 0, 0);
    Expect('I', 0, 0);
    Expect('S', 0, 2);
    Expect('N', 0, 0);
    SurpriseOn(Pdo);
    Expect('R', 0, 0);
    Expect('N', 0, 0);
    Unregister(Handle);
    SurpriseOn(Pdo);
    CHECK(Nothing());
}

TEST(PoFxPowerControl, NobodyTakesIt)
{
    SIZE_T Bytes = 1;

    if (!Begin())
        return;
    CHECK_STATUS(Control(Handle, &PnpTestClass, NULL, 0, NULL, 0, &Bytes), STATUS_NOT_SUPPORTED);
    CHECK_EQ(Bytes, 0);
    Unregister(Handle);
}
