/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * kvariable.h - exported variables as a driver's import table has them: a pointer to the
 * variable. The headers' own declarations differ from compiler to compiler.
 */
#ifndef DOTSYS_KVARIABLE_H
#define DOTSYS_KVARIABLE_H

#include "ktest.h"

/* After IMPORT_VARIABLE(ULONG, NtBuildNumber), IMPORTED(NtBuildNumber) is the variable. */
#define IMPORT_VARIABLE(Type, Name) extern Type *const ImportOf##Name __asm__(KTEST_IMPORT(Name))
#define IMPORTED(Name) (*ImportOf##Name)

#endif
