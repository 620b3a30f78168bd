/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Power settings drivers want to know: a machine runs on mains with its display on and its lid
 * open, on the balanced plan, and that does not change. So a callback hears the value once, when it
 * is registered.
 */
#include <string.h>

#include "po/pop.h"

typedef struct POP_SETTING {
    GUID Guid;
    ULONG Bytes;
    union {
        ULONG Number;
        GUID Text;
    } Value;
} POP_SETTING;

#define POP_BALANCED {0x381b4222, 0xf694, 0x41f0, {0x96, 0x85, 0xff, 0x5b, 0xb2, 0x60, 0xdf, 0x2e}}

static const POP_SETTING PopSettings[] = {
    /* GUID_ACDC_POWER_SOURCE: PoAc */
    {{0x5d3e9a59, 0xe9d5, 0x4b00, {0xa6, 0xbd, 0xff, 0x34, 0xff, 0x51, 0x65, 0x48}}, sizeof(ULONG),
        {.Number = PoAc}},
    /* GUID_BATTERY_PERCENTAGE_REMAINING */
    {{0xa7ad8041, 0xb45a, 0x4cae, {0x87, 0xa3, 0xee, 0xcb, 0xb4, 0x68, 0xa9, 0xe1}}, sizeof(ULONG),
        {.Number = 100}},
    /* GUID_MONITOR_POWER_ON */
    {{0x02731015, 0x4510, 0x4526, {0x99, 0xe6, 0xe5, 0xa1, 0x7e, 0xbd, 0x1a, 0xea}}, sizeof(ULONG),
        {.Number = 1}},
    /* GUID_CONSOLE_DISPLAY_STATE */
    {{0x6fe69556, 0x704a, 0x47a0, {0x8f, 0x24, 0xc2, 0x8d, 0x93, 0x6f, 0xda, 0x47}}, sizeof(ULONG),
        {.Number = 1}},
    /* GUID_LIDSWITCH_STATE_CHANGE: open */
    {{0xba3e0f4d, 0xb817, 0x4094, {0xa2, 0xd1, 0xd5, 0x63, 0x79, 0xe6, 0xa0, 0xf3}}, sizeof(ULONG),
        {.Number = 1}},
    /* GUID_SYSTEM_AWAYMODE: not */
    {{0x98a7f580, 0x01f7, 0x48aa, {0x9c, 0x0f, 0x44, 0x35, 0x2c, 0x29, 0xe5, 0xc0}}, sizeof(ULONG),
        {.Number = 0}},
    /* GUID_POWERSCHEME_PERSONALITY, GUID_ACTIVE_POWERSCHEME: balanced */
    {{0x245d8541, 0x3943, 0x4422, {0xb0, 0x25, 0x13, 0xa7, 0x84, 0xf6, 0x79, 0xb7}}, sizeof(GUID),
        {.Text = POP_BALANCED}},
    {{0x31f9f286, 0x5084, 0x42fe, {0xb7, 0x20, 0x2b, 0x02, 0x64, 0x99, 0x37, 0x63}}, sizeof(GUID),
        {.Text = POP_BALANCED}},
};

typedef struct POP_REGISTRATION {
    ULONG Magic;
    DEVICE_OBJECT *Device; /* referenced, or NULL */
} POP_REGISTRATION;
#define POP_REGISTRATION_MAGIC 0x67657250u

/*
 * PoRegisterPowerSettingCallback - be told of a power setting's value, now and when it changes.
 *
 * DeviceObject: optional; the driver's. Callback runs at PASSIVE_LEVEL; it is called before this
 * returns (INF), once *Handle is set.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also for a setting nobody knows; INVALID_PARAMETER: no GUID, callback or
 * handle; INSUFFICIENT_RESOURCES.
 * Owner:   driver; PoUnregisterPowerSettingCallback.
 * Source:  DOC ntifs/PoRegisterPowerSettingCallback;
 *          tests/kernel/pnp/PoRegisterPowerSettingCallback.c
 */
NTSTATUS NTAPI PoRegisterPowerSettingCallback(DEVICE_OBJECT *DeviceObject, const GUID *SettingGuid,
    PPOWER_SETTING_CALLBACK Callback, void *Context, void **Handle)
{
    if (SettingGuid == NULL || Callback == NULL || Handle == NULL)
        return STATUS_INVALID_PARAMETER;
    POP_REGISTRATION *Registration = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Registration), POP_TAG, EX_CALLER);
    if (Registration == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Registration->Magic = POP_REGISTRATION_MAGIC;
    if (DeviceObject != NULL)
        ObfReferenceObject(DeviceObject);
    Registration->Device = DeviceObject;
    *Handle = Registration;
    for (ULONG Index = 0; Index < sizeof(PopSettings) / sizeof(PopSettings[0]); Index++) {
        POP_SETTING Setting = PopSettings[Index];
        if (memcmp(&Setting.Guid, SettingGuid, sizeof(GUID)) == 0)
            Callback(&Setting.Guid, &Setting.Value, Setting.Bytes, Context);
    }
    return STATUS_SUCCESS;
}

/*
 * PoUnregisterPowerSettingCallback - no more of that.
 * IRQL: PASSIVE_LEVEL. Returns SUCCESS; INVALID_PARAMETER: no such handle. Source: DOC ntifs; tests
 * as above.
 */
NTSTATUS NTAPI PoUnregisterPowerSettingCallback(void *Handle)
{
    POP_REGISTRATION *Registration = Handle;
    if (Registration == NULL || Registration->Magic != POP_REGISTRATION_MAGIC)
        return STATUS_INVALID_PARAMETER;
    if (Registration->Device != NULL)
        ObfDereferenceObject(Registration->Device);
    Registration->Magic = 0;
    ExiFree(Registration);
    return STATUS_SUCCESS;
}
