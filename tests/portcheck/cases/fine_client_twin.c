/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The header has the twin, so the driver knows. */
#include <windows.h>

struct request {
    ULONG_PTR port;
    DWORD value;
};
struct request32 {
    ULONG port;
    DWORD value;
};

BOOL ask(HANDLE device)
{
    struct request request = {0};
    DWORD returned;

    return DeviceIoControl(device, 0x222000, &request, sizeof(request), NULL, 0, &returned, NULL);
}
