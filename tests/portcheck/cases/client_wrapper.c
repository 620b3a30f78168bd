/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Through a function that takes any buffer. */
#include <windows.h>

struct request {
    SIZE_T length;
};

static BOOL send_request(HANDLE device, const void *input, DWORD bytes)
{
    DWORD returned;

    return DeviceIoControl(device, 0x222000, (LPVOID)input, bytes, NULL, 0, &returned, NULL);
}

BOOL ask(HANDLE device)
{
    struct request request = {1};

    return send_request(device, &request, sizeof(request)); // expect: PC5101
}
