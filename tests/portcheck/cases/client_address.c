/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The address of a structure with a pointer. */
#include <windows.h>

struct request {
    void *data;
    DWORD size;
};

BOOL ask(HANDLE device, struct request *answer)
{
    struct request request = {0};
    DWORD returned;

    return DeviceIoControl(device, 0x222000, &request, sizeof(request), // expect: PC5101
        answer, sizeof(*answer), &returned, NULL);
}
