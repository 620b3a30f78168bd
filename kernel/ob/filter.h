/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Routines called around the making of handles (filter.c). */
#pragma once

#include "ob/ob.h"

NTSTATUS NTAPI ObRegisterCallbacks(
    OB_CALLBACK_REGISTRATION *CallbackRegistration, void **RegistrationHandle);
void NTAPI ObUnRegisterCallbacks(void *RegistrationHandle);
USHORT NTAPI ObGetFilterVersion(void);

/* ps: the types whose handles may be filtered, one after the other; NULL: no more. */
extern OBJECT_TYPE *(*ObFilteredType)(ULONG Index);
/* ps: the image an address is in was linked with /INTEGRITYCHECK. NULL: not asked. */
extern BOOLEAN (*ObImageHasIntegrity)(ULONG_PTR Address);
/* Takes back a registration with a routine in that memory. FALSE: there is none. PASSIVE_LEVEL. */
BOOLEAN ObTakeFilter(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine);

/* A handle that is about to be made. */
typedef struct OBP_FILTERED {
    void *Object;
    OB_OPERATION Operation;
    BOOLEAN KernelHandle;
    void *SourceProcess, *TargetProcess; /* of a duplication */
} OBP_FILTERED;
/* ObpInsertHandle with the routines around it. */
NTSTATUS ObpInsertFiltered(const OBP_FILTERED *Filtered, OB_HANDLE_TABLE *Table,
    ACCESS_MASK Granted, ULONG Attributes, HANDLE *Handle);
void ObpResetFilters(void);
