/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests that verified drivers have sent, as far as they are out of the ordinary: those that are
 * to pend (force_pending), and those that tell their end on a stack, which must not be left before.
 */
#pragma once

#include "vf/request.h"

/* Requests that are looked at here; who looks first need not call. */
extern _Atomic ULONG VfpSentCount;

void VfpPrepareSent(void);

typedef struct VFP_SENT VFP_SENT;

/* Before Irp is sent with its next location, and afterwards with what the send returned: the status
 * the driver gets. */
VFP_SENT *VfpBeginSend(IRP *Irp, ULONG_PTR Frame);
NTSTATUS VfpEndSend(VFP_SENT *Sent, NTSTATUS Status);

/* Irp is held back: it is not its sender's yet. */
BOOLEAN VfpIsHeldBack(const IRP *Irp);

/* Irp is completed as far as its current location. TRUE: it is to pend there, which is marked;
 * VfpHoldBack after that. */
BOOLEAN VfpReachesSender(IRP *Irp);
/* Has the completion go on later, on a DPC thread. */
void VfpHoldBack(IRP *Irp);

/* This thread waits, or will not look: what is held back of its requests goes on at once. */
void VfpLetGoOn(void);

/* A dispatch routine has returned to Frame: what is below it on the stack is gone. */
void VfpCheckLeftStack(PDRIVER_DISPATCH Routine, ULONG_PTR Frame);
