/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * unaligned.h - included by the build ahead of a driver's sources (-include).
 *
 * mingw-w64 leaves the word out, and gcc has no __unaligned. As volatile it stays on the type, and
 * unaligned.sh marks what is compiled of it, so that a machine that checks alignment lets such
 * accesses pass. clang has __unaligned, and clang.sh marks it.
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
#undef UNALIGNED64
#ifdef __clang__
#undef __unaligned
#define UNALIGNED __unaligned
#define UNALIGNED64 __unaligned
#else
#define UNALIGNED volatile
#define UNALIGNED64 volatile
#endif

#endif
