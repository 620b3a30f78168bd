/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Routines drivers want called when the machine stops. */
#pragma once

#include "ke/ke.h"

void KiResetCallbacks(void);
/* On the thread that stopped the machine, others having left the kernel. Each is called once. */
void KiCallBugCheckCallbacks(void);
/* The same for those who add data to a dump. */
void KiCallReasonCallbacks(void);
/* Takes out a record that lies, or whose routine lies, in that memory. FALSE: there is none. */
BOOLEAN KeTakeBugCheckCallback(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine);

BOOLEAN NTAPI KeRegisterBugCheckCallback(KBUGCHECK_CALLBACK_RECORD *CallbackRecord,
    PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, void *Buffer, ULONG Length, UCHAR *Component);
BOOLEAN NTAPI KeDeregisterBugCheckCallback(KBUGCHECK_CALLBACK_RECORD *CallbackRecord);
BOOLEAN NTAPI KeRegisterBugCheckReasonCallback(KBUGCHECK_REASON_CALLBACK_RECORD *CallbackRecord,
    PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine, KBUGCHECK_CALLBACK_REASON Reason,
    UCHAR *Component);
BOOLEAN NTAPI KeDeregisterBugCheckReasonCallback(KBUGCHECK_REASON_CALLBACK_RECORD *CallbackRecord);
void *NTAPI KeRegisterBoundCallback(void *CallbackRoutine);
NTSTATUS NTAPI KeDeregisterBoundCallback(void *Handle);
