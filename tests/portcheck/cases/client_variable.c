/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A buffer in a variable, taken for a structure. */
#include <windows.h>

#include <stdlib.h>

struct answer {
    ULONG_PTR address;
};

ULONG_PTR ask(HANDLE device)
{
    char buffer[256];
    struct answer *answer = (struct answer *)buffer; // expect: PC5101
    DWORD returned;

    DeviceIoControl(device, 0x222004, NULL, 0, buffer, sizeof(buffer), &returned, NULL);
    return answer->address;
}
