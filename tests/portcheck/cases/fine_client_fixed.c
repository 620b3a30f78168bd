/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A client with fields of fixed size, and bytes. */
#include <windows.h>

struct request {
    ULONG64 address;
    DWORD length;
    DWORD reserved;
};

BOOL ask(HANDLE device)
{
    struct request request = {0};
    unsigned char answer[64];
    DWORD returned;

    return DeviceIoControl(
        device, 0x222000, &request, sizeof(request), answer, sizeof(answer), &returned, NULL);
}
