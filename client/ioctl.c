/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DeviceIoControl, the busiest call there is: without an OVERLAPPED it is one system service and
 * nothing else. Codes of the file system device type are file system controls.
 */
#include "client.h"

static NTSTATUS BasepControl(HANDLE Device, HANDLE Event, void *ApcContext, IO_STATUS_BLOCK *Io,
    DWORD Code, void *Input, DWORD InputBytes, void *Output, DWORD OutputBytes)
{
    if (__builtin_expect(Code >> 16 == FILE_DEVICE_FILE_SYSTEM, 0))
        return SysFsControlFile(
            Device, Event, NULL, ApcContext, Io, Code, Input, InputBytes, Output, OutputBytes);
    return SysDeviceIoControlFile(
        Device, Event, NULL, ApcContext, Io, Code, Input, InputBytes, Output, OutputBytes);
}

static BOOL BasepControlOverlapped(HANDLE Device, DWORD Code, void *Input, DWORD InputBytes,
    void *Output, DWORD OutputBytes, DWORD *Returned, OVERLAPPED *Overlapped)
{
    void *ApcContext = ((ULONG_PTR)Overlapped->hEvent & BASEP_NO_PORT_BIT) != 0 ? NULL : Overlapped;

    Overlapped->Internal = (ULONG_PTR)STATUS_PENDING;
    NTSTATUS Status = BasepControl(Device, BasepOverlappedEvent(Overlapped), ApcContext,
        BasepStatusBlock(Overlapped), Code, Input, InputBytes, Output, OutputBytes);
    if (!NT_ERROR(Status) && Status != STATUS_PENDING && Returned != NULL)
        *Returned = (DWORD)Overlapped->InternalHigh;
    return NT_SUCCESS(Status) && Status != STATUS_PENDING ? TRUE : BasepFail(Status);
}

BOOL WINAPI DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer,
    DWORD nInBufferSize, LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesReturned,
    LPOVERLAPPED lpOverlapped)
{
    IO_STATUS_BLOCK Io;

    if (lpOverlapped != NULL)
        return BasepControlOverlapped(hDevice, dwIoControlCode, lpInBuffer, nInBufferSize,
            lpOutBuffer, nOutBufferSize, lpBytesReturned, lpOverlapped);
    Io.Information = 0;
    NTSTATUS Status = BasepControl(hDevice, NULL, NULL, &Io, dwIoControlCode, lpInBuffer,
        nInBufferSize, lpOutBuffer, nOutBufferSize);
    if (__builtin_expect(Status == STATUS_PENDING, 0))
        Status = BasepWaitForRequest(hDevice, &Io);
    /* A warning such as STATUS_BUFFER_OVERFLOW fails the call and tells the bytes it returned. */
    if (!NT_ERROR(Status) && lpBytesReturned != NULL)
        *lpBytesReturned = (DWORD)Io.Information;
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
