/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The multiple UNC provider, which finds the network redirector that a name \\server\share belongs
 * to: there is none, as on a system without networking. Redirectors are told so when they register,
 * and no file is any redirector's.
 */
#include "fsrtl/mup.h"

#define FSRTLP_MUP_LEVELS 2u /* of what is told of a provider */

/*
 * FsRtlRegisterUncProvider, FsRtlRegisterUncProviderEx, FsRtlDeregisterUncProvider - a network
 * redirector offers itself, and no longer.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: INVALID_PARAMETER: the name is empty; OBJECT_NAME_NOT_FOUND: there is no \Device\Mup.
 * Source:  DOC ntifs/FsRtlRegisterUncProvider, FsRtlRegisterUncProviderEx,
 *          FsRtlDeregisterUncProvider; INF the status without it
 */
NTSTATUS NTAPI FsRtlRegisterUncProviderEx(
    HANDLE *MupHandle, UNICODE_STRING *RedirDevName, DEVICE_OBJECT *DeviceObject, ULONG Flags)
{
    (void)MupHandle, (void)DeviceObject, (void)Flags;
    return RedirDevName->Length == 0 ? STATUS_INVALID_PARAMETER : STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS NTAPI FsRtlRegisterUncProvider(
    HANDLE *MupHandle, UNICODE_STRING *RedirectorDeviceName, BOOLEAN MailslotsSupported)
{
    return FsRtlRegisterUncProviderEx(MupHandle, RedirectorDeviceName, NULL, MailslotsSupported);
}

void NTAPI FsRtlDeregisterUncProvider(HANDLE Handle)
{
    (void)Handle; /* none was given out */
}

/*
 * FsRtlMupGetProviderIdFromName - the number of the redirector with a device of that name.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: INVALID_PARAMETER: an argument is NULL; OBJECT_NAME_NOT_FOUND: no redirector is called
 *          so.
 * Source:  DOC ntifs/FsRtlMupGetProviderIdFromName; OBS
 *          tests/kernel/fsrtl/FsRtlMupGetProviderIdFromName.c
 */
NTSTATUS NTAPI FsRtlMupGetProviderIdFromName(UNICODE_STRING *ProviderName, ULONG *ProviderId)
{
    if (ProviderName == NULL || ProviderId == NULL)
        return STATUS_INVALID_PARAMETER;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/*
 * FsRtlMupGetProviderInfoFromFileObject - the redirector whose file it is.
 *
 * Level:   1: its number; 2: and its name.
 * IRQL:    up to APC_LEVEL
 * Returns: INVALID_PARAMETER: an argument is NULL, or another level; OBJECT_NAME_NOT_FOUND: the
 *          file is no redirector's.
 * Source:  DOC ntifs/FsRtlMupGetProviderInfoFromFileObject; OBS as above
 */
NTSTATUS NTAPI FsRtlMupGetProviderInfoFromFileObject(
    FILE_OBJECT *FileObject, ULONG Level, void *Buffer, ULONG *BufferSize)
{
    if (FileObject == NULL || Buffer == NULL || BufferSize == NULL || Level == 0 ||
        Level > FSRTLP_MUP_LEVELS)
        return STATUS_INVALID_PARAMETER;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}
