/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The keys in which drivers keep what they like about a device, and about its installation. */
#include "pnp/pnpp.h"

#define PNPP_PROFILE                                             \
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Hardware " \
    u"Profiles\\Current\\System\\CurrentControlSet\\"

/* The device's own key. */
static NTSTATUS PnppDeviceKeyPath(const UNICODE_STRING *Path, BOOLEAN Profile, UNICODE_STRING *Name)
{
    static const UNICODE_STRING Enum = RTL_STRING(PNPP_ENUM),
                                ProfileEnum = RTL_STRING(PNPP_PROFILE u"Enum\\"),
                                Parameters = RTL_STRING(u"\\Device Parameters");
    return PnppJoin(Name, EX_KERNEL_SITE, Profile ? &ProfileEnum : &Enum, Path,
        Profile ? NULL : &Parameters, NULL);
}

/* That of its driver, which the device's value Driver names. */
static NTSTATUS PnppDriverKeyPath(const UNICODE_STRING *Path, BOOLEAN Profile, UNICODE_STRING *Name)
{
    static const UNICODE_STRING Class = RTL_STRING(PNPP_CLASS),
                                ProfileClass = RTL_STRING(PNPP_PROFILE u"Control\\Class\\");
    UNICODE_STRING Driver;
    HANDLE Key;
    NTSTATUS Status = PnppOpenDevice(Path, NULL, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppQueryText(Key, u"Driver", &Driver);
    ZwClose(Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppJoin(Name, EX_KERNEL_SITE, Profile ? &ProfileClass : &Class, &Driver, NULL);
    PnppFree(&Driver);
    return Status;
}

/*
 * IoOpenDeviceRegistryKey - the key of a device (PLUGPLAY_REGKEY_DEVICE), made the first time, or
 * of its driver (PLUGPLAY_REGKEY_DRIVER); with PLUGPLAY_REGKEY_CURRENT_HWPROFILE that of the
 * current hardware profile.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: another type; INVALID_DEVICE_REQUEST: no PDO that plug and
 *          play knows; OBJECT_NAME_NOT_FOUND: the device has no driver's key;
 *          INSUFFICIENT_RESOURCES.
 * Owner:   the caller; ZwClose(*DeviceRegKey), a kernel handle.
 * Source:  DOC wdm/IoOpenDeviceRegistryKey; tests/kernel/pnp/IoOpenDeviceRegistryKey.c
 */
NTSTATUS NTAPI IoOpenDeviceRegistryKey(DEVICE_OBJECT *DeviceObject, ULONG DevInstKeyType,
    ACCESS_MASK DesiredAccess, HANDLE *DeviceRegKey)
{
    const BOOLEAN Profile = (DevInstKeyType & PLUGPLAY_REGKEY_CURRENT_HWPROFILE) != 0;
    const ULONG Type = DevInstKeyType & ~(ULONG)PLUGPLAY_REGKEY_CURRENT_HWPROFILE;
    UNICODE_STRING Path, Name;
    if (Type != PLUGPLAY_REGKEY_DEVICE && Type != PLUGPLAY_REGKEY_DRIVER)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppPathOfDevice(DeviceObject, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = (Type == PLUGPLAY_REGKEY_DEVICE ? PnppDeviceKeyPath : PnppDriverKeyPath)(
        &Path, Profile, &Name);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCreateKey(NULL, &Name, REG_OPTION_NON_VOLATILE, DesiredAccess, DeviceRegKey);
    PnppFree(&Name);
    return Status;
}

/*
 * IoOpenDriverRegistryKey - a key that is a driver's, made the first time: its parameters
 * (DriverRegKeyParameters, 0), what it keeps for itself (PersistentState, 1), or what it shares
 * with others (SharedPersistentState, 2).
 *
 * Flags:   0.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no driver, no place for the handle, another type, flags
 * (INF); what opening a key returns.
 * Owner:   the caller; ZwClose(*DriverRegKey), a kernel handle.
 * Source:  DOC wdm/IoOpenDriverRegistryKey; INF where the last two are;
 *          tests/kernel/pnp/IoOpenDriverRegistryKey.c
 */
NTSTATUS NTAPI IoOpenDriverRegistryKey(DRIVER_OBJECT *DriverObject, ULONG RegKeyType,
    ACCESS_MASK DesiredAccess, ULONG Flags, HANDLE *DriverRegKey)
{
    static const UNICODE_STRING Services = RTL_STRING(PNPP_SERVICES);
    static const UNICODE_STRING Below[] = {
        RTL_STRING(u"\\Parameters"), RTL_STRING(u"\\State"), RTL_STRING(u"\\SharedState")};
    UNICODE_STRING Path;
    if (DriverObject == NULL || DriverRegKey == NULL || Flags != 0 ||
        RegKeyType >= sizeof(Below) / sizeof(Below[0]))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppJoin(&Path, EX_KERNEL_SITE, &Services,
        &DriverObject->DriverExtension->ServiceKeyName, &Below[RegKeyType], NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCreateKey(NULL, &Path, REG_OPTION_NON_VOLATILE, DesiredAccess, DriverRegKey);
    PnppFree(&Path);
    return Status;
}
