/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ntstrsafe.h - found ahead of mingw-w64's, which it includes.
 *
 * The functions there are external and inline: a compiler that does not optimise takes none of them
 * in, and no library has them. Here each source has its own, as with the DDK.
 */
#ifndef DRIVERS_NTSTRSAFE_H
#define DRIVERS_NTSTRSAFE_H

/* What it includes itself, which must not see what follows. */
#include <specstrings.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#pragma push_macro("__CRT__NO_INLINE")
#undef __CRT__NO_INLINE
#ifdef __cplusplus
#include_next <ntstrsafe.h>
#else
#define extern static
#include_next <ntstrsafe.h>
#undef extern
#endif
#pragma pop_macro("__CRT__NO_INLINE")

#endif
