/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * unaligned.h - included by the build ahead of the sources gcc makes drivers of (-include).
 *
 * gcc has no __unaligned, and mingw-w64 leaves the word out. As volatile it stays on the type, and unaligned.sh marks what is
 * compiled of it, so that a machine that checks alignment lets such accesses pass.
 */
#ifndef DRIVERS_UNALIGNED_H
#define DRIVERS_UNALIGNED_H

/* As the DDK's headers include it: without what ntifs.h declares itself. */
#ifndef NT_INCLUDED
#define NT_INCLUDED
#include <ntdef.h>
#undef NT_INCLUDED
#endif

#undef UNALIGNED
#define UNALIGNED volatile
#undef UNALIGNED64
#define UNALIGNED64 volatile

#endif
