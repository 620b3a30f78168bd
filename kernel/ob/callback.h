/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Callback objects: named lists of routines, which whoever has the object may add to and have
 * called. */
#pragma once

#include "ob/ob.h"

NTSTATUS ObpCreateCallbacks(void);

/* Takes out a registration whose routine lies in that memory, so that it is not called any more.
 * FALSE: there is none. */
BOOLEAN ObTakeCallback(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine);

NTSTATUS NTAPI ExCreateCallback(CALLBACK_OBJECT **CallbackObject,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN Create, BOOLEAN AllowMultipleCallbacks);
void *NTAPI ExRegisterCallback(
    CALLBACK_OBJECT *CallbackObject, PCALLBACK_FUNCTION CallbackFunction, void *CallbackContext);
void NTAPI ExUnregisterCallback(void *CallbackRegistration);
void NTAPI ExNotifyCallback(void *CallbackObject, void *Argument1, void *Argument2);
