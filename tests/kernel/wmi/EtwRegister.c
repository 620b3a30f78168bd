/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * EtwRegister, EtwUnregister, EtwWrite and its kin, EtwSetInformation, EtwActivityIdControl - a
 * provider of events nobody listens to. They are there since Windows Vista, and are looked up for
 * it.
 */
#include "wmi_test.h"

typedef NTSTATUS(NTAPI *ETW_REGISTER)(LPCGUID, PVOID, PVOID, PULONGLONG);
typedef NTSTATUS(NTAPI *ETW_UNREGISTER)(ULONGLONG);
typedef NTSTATUS(NTAPI *ETW_WRITE)(ULONGLONG, PCEVENT_DESCRIPTOR, LPCGUID, ULONG, PVOID);
typedef NTSTATUS(NTAPI *ETW_WRITE_EX)(
    ULONGLONG, PCEVENT_DESCRIPTOR, ULONG64, ULONG, LPCGUID, LPCGUID, ULONG, PVOID);
typedef NTSTATUS(NTAPI *ETW_WRITE_TRANSFER)(
    ULONGLONG, PCEVENT_DESCRIPTOR, LPCGUID, LPCGUID, ULONG, PVOID);
typedef NTSTATUS(NTAPI *ETW_WRITE_STRING)(ULONGLONG, UCHAR, ULONGLONG, LPCGUID, PCWSTR);
typedef BOOLEAN(NTAPI *ETW_EVENT_ENABLED)(ULONGLONG, PCEVENT_DESCRIPTOR);
typedef BOOLEAN(NTAPI *ETW_PROVIDER_ENABLED)(ULONGLONG, UCHAR, ULONGLONG);
typedef NTSTATUS(NTAPI *ETW_ACTIVITY)(ULONG, LPGUID);
typedef NTSTATUS(NTAPI *ETW_SET_INFORMATION)(ULONGLONG, ULONG, PVOID, ULONG);

static const GUID Provider = {
    0x2f1be5b2, 0x7f3a, 0x4a66, {0x86, 0x50, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66}};
static const EVENT_DESCRIPTOR Descriptor = {1, 0, 0, 4, 0, 0, 1};

/* A registered provider, or 0. */
static ULONGLONG RegisterProvider(VOID)
{
    ETW_REGISTER Register = (ETW_REGISTER)KtestExport(L"EtwRegister");
    ULONGLONG Handle = 0;

    if (Register == NULL)
        skip("Windows has no EtwRegister before Vista");
    else if (CHECK_STATUS(Register(&Provider, NULL, NULL, &Handle), STATUS_SUCCESS))
        CHECK(Handle != 0);
    return Handle;
}

static VOID UnregisterProvider(ULONGLONG Handle)
{
    ETW_UNREGISTER Unregister = (ETW_UNREGISTER)KtestExport(L"EtwUnregister");

    CHECK_STATUS(Unregister(Handle), STATUS_SUCCESS);
}

TEST(EtwRegister, ProvidersAreToldApart)
{
    ULONGLONG First = RegisterProvider(), Second;
    ETW_REGISTER Register = (ETW_REGISTER)KtestExport(L"EtwRegister");

    if (First == 0)
        return;
    Second = RegisterProvider();
    CHECK(First != Second);
    CHECK_STATUS(Register(NULL, NULL, NULL, &Second), STATUS_INVALID_PARAMETER);
    UnregisterProvider(Second);
    UnregisterProvider(First);
}

TEST_FORBIDDEN(EtwUnregister, NoHandleIsUnregistered)
{
    ETW_UNREGISTER Unregister = (ETW_UNREGISTER)KtestExport(L"EtwUnregister");

    if (Unregister == NULL)
        skip("Windows has no EtwUnregister before Vista");
    else
        CHECK_STATUS(Unregister(0), STATUS_INVALID_HANDLE);
}

TEST(EtwWrite, EventsNobodyWantsAreWritten)
{
    ETW_WRITE Write = (ETW_WRITE)KtestExport(L"EtwWrite");
    ETW_WRITE_TRANSFER Transfer = (ETW_WRITE_TRANSFER)KtestExport(L"EtwWriteTransfer");
    ETW_WRITE_STRING String = (ETW_WRITE_STRING)KtestExport(L"EtwWriteString");
    ETW_WRITE_EX WriteEx = (ETW_WRITE_EX)KtestExport(L"EtwWriteEx");
    ETW_WRITE Start = (ETW_WRITE)KtestExport(L"EtwWriteStartScenario"),
              End = (ETW_WRITE)KtestExport(L"EtwWriteEndScenario");
    ULONGLONG Handle = RegisterProvider();

    if (Handle == 0)
        return;
    CHECK_STATUS(Write(Handle, &Descriptor, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Transfer(Handle, &Descriptor, NULL, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(String(Handle, 4, 0, NULL, L"a text"), STATUS_SUCCESS);
    if (WriteEx != NULL)
        CHECK_STATUS(WriteEx(Handle, &Descriptor, 0, 0, NULL, NULL, 0, NULL), STATUS_SUCCESS);
    if (Start != NULL && End != NULL) {
        CHECK_STATUS(Start(Handle, &Descriptor, NULL, 0, NULL), STATUS_SUCCESS);
        CHECK_STATUS(End(Handle, &Descriptor, NULL, 0, NULL), STATUS_SUCCESS);
    }
    UnregisterProvider(Handle);
    CHECK_STATUS(Write(0, &Descriptor, NULL, 0, NULL), STATUS_INVALID_HANDLE);
}

TEST(EtwEventEnabled, NothingIsEnabled)
{
    ETW_EVENT_ENABLED Event = (ETW_EVENT_ENABLED)KtestExport(L"EtwEventEnabled");
    ETW_PROVIDER_ENABLED Enabled = (ETW_PROVIDER_ENABLED)KtestExport(L"EtwProviderEnabled");
    ULONGLONG Handle = RegisterProvider();

    if (Handle == 0)
        return;
    CHECK(!Event(Handle, &Descriptor));
    CHECK(!Enabled(Handle, 4, 1));
    CHECK(!Enabled(0, 4, 1));
    UnregisterProvider(Handle);
}

TEST(EtwActivityIdControl, AThreadHasAnIdentifier)
{
    ETW_ACTIVITY Control = (ETW_ACTIVITY)KtestExport(L"EtwActivityIdControl");
    GUID Before, Made = {0}, Now = {0}, Old = Provider;

    if (Control == NULL) {
        skip("Windows has no EtwActivityIdControl before Vista");
        return;
    }
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_GET_ID, &Before), STATUS_SUCCESS);
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_CREATE_ID, &Made), STATUS_SUCCESS);
    CHECK(!IsEqualGUID(&Made, &Before));
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_SET_ID, &Made), STATUS_SUCCESS);
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_GET_ID, &Now), STATUS_SUCCESS);
    CHECK(IsEqualGUID(&Made, &Now));
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_GET_SET_ID, &Old), STATUS_SUCCESS);
    CHECK(IsEqualGUID(&Old, &Made));
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_CREATE_SET_ID, &Old), STATUS_SUCCESS);
    CHECK(IsEqualGUID(&Old, &Provider));
    CHECK_STATUS(Control(77, &Old), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Control(EVENT_ACTIVITY_CTRL_SET_ID, &Before), STATUS_SUCCESS);
}

TEST(EtwSetInformation, TakesTraits)
{
    ETW_SET_INFORMATION Set = (ETW_SET_INFORMATION)KtestExport(L"EtwSetInformation");
    static const UCHAR Traits[] = {5, 0, 'a', 'b', 0};
    ULONGLONG Handle;

    if (Set == NULL) {
        skip("Windows has no EtwSetInformation before 10");
        return;
    }
    Handle = RegisterProvider();
    if (Handle == 0)
        return;
    CHECK_STATUS(Set(Handle, 2, (PVOID)(ULONG_PTR)Traits, sizeof(Traits)), STATUS_SUCCESS);
    CHECK_STATUS(Set(Handle, 2, (PVOID)(ULONG_PTR)Traits, 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Set(Handle, 1000, NULL, 0), STATUS_INVALID_PARAMETER);
    UnregisterProvider(Handle);
    CHECK_STATUS(Set(0, 2, (PVOID)(ULONG_PTR)Traits, sizeof(Traits)), STATUS_INVALID_HANDLE);
}
