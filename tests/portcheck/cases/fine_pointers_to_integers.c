/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Pointers to integers of the size that is wanted. */
#include <windows.h>

BOOL calls(HANDLE device, PULONG_PTR values, unsigned char *bytes)
{
    DWORD returned;
    SIZE_T size = 0;
    ULONG_PTR *numbers = values;

    HeapQueryInformation(NULL, HeapCompatibilityInformation, NULL, 0, &size);
    numbers[0] = *(DWORD *)bytes;
    return ReadFile(device, bytes, 16, &returned, NULL);
}
