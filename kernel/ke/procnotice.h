/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Routines for non-maskable interrupts and for processors that come (procnotice.c). */
#pragma once

#include "ke/ke.h"

void KiResetProcessorNotices(void);

void *NTAPI KeRegisterNmiCallback(PNMI_CALLBACK CallbackRoutine, void *Context);
NTSTATUS NTAPI KeDeregisterNmiCallback(void *Handle);
void *NTAPI KeRegisterProcessorChangeCallback(
    PPROCESSOR_CALLBACK_FUNCTION CallbackFunction, void *CallbackContext, ULONG Flags);
void NTAPI KeDeregisterProcessorChangeCallback(void *CallbackHandle);
