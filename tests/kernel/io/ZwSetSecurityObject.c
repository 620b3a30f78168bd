/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetSecurityObject on a device - as IoCreateDeviceSecure does it: the descriptor set is the one
 * asked back.
 */
#include <ntifs.h>

#include "ktest.h"

TEST(ZwSetSecurityObject, ChangesADevicesDacl)
{
    PDEVICE_OBJECT Device = NULL;
    HANDLE Handle = NULL;
    SECURITY_DESCRIPTOR Descriptor;
    ULONG Needed = 0;
    UCHAR Answer[256];

    CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
        STATUS_SUCCESS);
    if (Device == NULL)
        return;
    CHECK_STATUS(ObOpenObjectByPointer(Device, OBJ_KERNEL_HANDLE, NULL, WRITE_DAC | READ_CONTROL,
                     NULL, KernelMode, &Handle),
        STATUS_SUCCESS);
    CHECK_STATUS(
        RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&Descriptor, TRUE, NULL, FALSE), STATUS_SUCCESS);
    if (Handle != NULL) {
        BOOLEAN Present = FALSE, Defaulted = FALSE;
        PACL Dacl = (PACL)1;

        CHECK_STATUS(
            ZwSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, &Descriptor), STATUS_SUCCESS);
        CHECK_STATUS(ZwQuerySecurityObject(
                         Handle, DACL_SECURITY_INFORMATION, Answer, sizeof(Answer), &Needed),
            STATUS_SUCCESS);
        CHECK_STATUS(
            RtlGetDaclSecurityDescriptor(Answer, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
        CHECK(Present && Dacl == NULL);
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}
