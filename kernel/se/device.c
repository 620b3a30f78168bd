/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Default descriptors of devices. An ordinary user may open a device of an unrestricted type for
 * reading and writing and nothing of a restricted one; SYSTEM and Administrators may do everything
 * with both.
 */
#include "se/sep.h"

static SECURITY_DESCRIPTOR *SepOpenDevice, *SepRestrictedDevice;

static BOOLEAN SepIsRestricted(DEVICE_TYPE DeviceType)
{
    switch (DeviceType) {
    case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_DISK_FILE_SYSTEM:
    case FILE_DEVICE_NETWORK:
    case FILE_DEVICE_NETWORK_FILE_SYSTEM:
    case FILE_DEVICE_TAPE_FILE_SYSTEM:
    case FILE_DEVICE_VIRTUAL_DISK:
        return TRUE;
    default:
        return FALSE;
    }
}

SECURITY_DESCRIPTOR *SeiDeviceDescriptor(DEVICE_TYPE DeviceType, ULONG Characteristics)
{
    UNREFERENCED_PARAMETER(Characteristics);
    return SepIsRestricted(DeviceType) ? SepRestrictedDevice : SepOpenDevice;
}

NTSTATUS SepCreateDeviceDescriptors(void)
{
    static const UNICODE_STRING Open =
        RTL_STRING(u"O:BAG:SYD:(A;;FRFWFX;;;WD)(A;;FA;;;SY)(A;;FA;;;BA)(A;;FX;;;RC)");
    static const UNICODE_STRING Restricted = RTL_STRING(u"O:BAG:SYD:(A;;FA;;;SY)(A;;FA;;;BA)");

    NTSTATUS Status = SeiParseSddl(&Open, &SepOpenDevice);
    if (NT_SUCCESS(Status))
        Status = SeiParseSddl(&Restricted, &SepRestrictedDevice);
    return Status;
}

void SepForgetDeviceDescriptors(void)
{
    SepOpenDevice = SepRestrictedDevice = NULL;
}

void SepDestroyDeviceDescriptors(void)
{
    if (SepOpenDevice != NULL)
        ExiFree(SepOpenDevice);
    if (SepRestrictedDevice != NULL)
        ExiFree(SepRestrictedDevice);
    SepForgetDeviceDescriptors();
}
