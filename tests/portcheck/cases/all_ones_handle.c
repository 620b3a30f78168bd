/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 0xFFFFFFFF is no INVALID_HANDLE_VALUE. */
#include <ntddk.h>

BOOLEAN IsValid(HANDLE Handle)
{
    return Handle != (HANDLE)0xFFFFFFFF; // expect: PC5002
}
