/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoRegisterPowerSettingCallback, PoUnregisterPowerSettingCallback.
 */
#include "pnp_test.h"

typedef NTSTATUS(NTAPI *CALLBACK)(const GUID *, PVOID, ULONG, PVOID);
typedef NTSTATUS(NTAPI *REGISTER)(PDEVICE_OBJECT, const GUID *, CALLBACK, PVOID, PVOID *);
typedef NTSTATUS(NTAPI *UNREGISTER)(PVOID);

/* GUID_ACDC_POWER_SOURCE */
static const GUID Source = {
    0x5d3e9a59, 0xe9d5, 0x4b00, {0xa6, 0xbd, 0xff, 0x34, 0xff, 0x51, 0x65, 0x48}};

typedef struct HEARD {
    KEVENT Called;
    ULONG Length;
    ULONG Value;
    BOOLEAN Right;
} HEARD;

static NTSTATUS NTAPI Changed(const GUID *Guid, PVOID Value, ULONG Length, PVOID Context)
{
    HEARD *Heard = Context;

    Heard->Right = RtlEqualMemory(Guid, &Source, sizeof(GUID));
    Heard->Length = Length;
    Heard->Value = Length == sizeof(ULONG) ? *(ULONG *)Value : (ULONG)-1;
    KeSetEvent(&Heard->Called, IO_NO_INCREMENT, FALSE);
    return STATUS_SUCCESS;
}

TEST(PoRegisterPowerSettingCallback, TellsTheValueAtOnce)
{
    REGISTER Register = (REGISTER)KtestExport(L"PoRegisterPowerSettingCallback");
    UNREGISTER Unregister = (UNREGISTER)KtestExport(L"PoUnregisterPowerSettingCallback");
    HEARD Heard;
    PVOID Handle;

    if (Register == NULL || Unregister == NULL) {
        skip("power setting callbacks came with Windows Vista");
        return;
    }
    KeInitializeEvent(&Heard.Called, NotificationEvent, FALSE);
    if (!CHECK_STATUS(Register(NULL, &Source, Changed, &Heard, &Handle), STATUS_SUCCESS))
        return;
    KeWaitForSingleObject(&Heard.Called, Executive, KernelMode, FALSE, NULL);
    CHECK(Heard.Right);
    CHECK_EQ(Heard.Length, sizeof(ULONG));
    CHECK(Heard.Value <= 2);
    CHECK_STATUS(Unregister(Handle), STATUS_SUCCESS);
}
