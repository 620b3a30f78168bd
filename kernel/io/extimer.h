/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Timers the system allocates (extimer.c). */
#pragma once

#include "io/io.h"

EX_TIMER *NTAPI ExAllocateTimer(PEXT_CALLBACK Callback, void *CallbackContext, ULONG Attributes);
BOOLEAN NTAPI ExSetTimer(
    EX_TIMER *Timer, LONGLONG DueTime, LONGLONG Period, EXT_SET_PARAMETERS *Parameters);
BOOLEAN NTAPI ExCancelTimer(EX_TIMER *Timer, void *Parameters);
BOOLEAN NTAPI ExDeleteTimer(
    EX_TIMER *Timer, BOOLEAN Cancel, BOOLEAN Wait, EXT_DELETE_PARAMETERS *Parameters);
