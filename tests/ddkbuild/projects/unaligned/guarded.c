/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The same where exceptions are handled, which another compiler is for. */
#include <ntddk.h>

#include "unaligned.h"

NTSTATUS GuardedAdd(RECORD UNALIGNED *Record, ULONG Number)
{
#ifdef _WIN64
    __try {
        Record->Value += Number;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
#else
    Record->Value += Number;
#endif
    return STATUS_SUCCESS;
}
