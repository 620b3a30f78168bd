/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What few requests carry besides: the activity they belong to and what an open's issuer says with
 * it (extra create parameters, fsrtl's). Made when there is something to say, freed with the IRP.
 * Requests a driver made in its own memory (IoInitializeIrp) have none, as nobody would free it.
 */
#pragma once

#include "io/io.h"

/* The list an open carries; NULL: none. */
void *IoiCreateParameters(IRP *Irp);
/*
 * Free: called with the list when the request is gone; NULL: the list is somebody else's.
 * INSUFFICIENT_RESOURCES; NOT_SUPPORTED: a driver's own request.
 */
NTSTATUS IoiSetCreateParameters(IRP *Irp, void *List, void (*Free)(void *List));

NTSTATUS NTAPI IoGetActivityIdIrp(IRP *Irp, GUID *Guid);
NTSTATUS NTAPI IoSetActivityIdIrp(IRP *Irp, const GUID *Guid);
const GUID *NTAPI IoGetActivityIdThread(void);
const GUID *NTAPI IoSetActivityIdThread(const GUID *ActivityId);
void NTAPI IoClearActivityIdThread(const GUID *OriginalId);
NTSTATUS NTAPI IoPropagateActivityIdToThread(IRP *Irp, GUID *PropagatedId, const GUID **OriginalId);
void NTAPI IoTransferActivityId(const GUID *ActivityId, const GUID *RelatedActivityId);
