/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Contexts of threads (context.c). */
#pragma once

#include "ke/usercontext.h"
#include "ps/ps.h"

/*
 * server: of a client in another process. The first is called by the thread that stands for the
 * client's, in a service of it: takes the context of that, or sets it. NOT_SUPPORTED: it has no
 * client. The second has a client's thread that is not in a service enter one, soon.
 */
extern NTSTATUS (*PsExchangeUserContext)(KE_USER_CONTEXT *User, BOOLEAN Set);
extern void (*PsInterruptClient)(ETHREAD *Thread);

NTSTATUS NTAPI PsGetContextThread(ETHREAD *Thread, CONTEXT *ThreadContext, KPROCESSOR_MODE Mode);
NTSTATUS NTAPI PsSetContextThread(ETHREAD *Thread, CONTEXT *ThreadContext, KPROCESSOR_MODE Mode);
