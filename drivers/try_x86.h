/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * try_x86.h - included by the build ahead of C sources with __try that clang makes x86 drivers of
 * (-include).
 *
 * An __except block is entered with no register but the frame pointer as its function had them.
 * Compilers therefore keep nothing in registers there, and save their caller's whether they use
 * them or not. clang 19 saves only what it uses: this says that all are used.
 */
#ifndef DRIVERS_TRY_X86_H
#define DRIVERS_TRY_X86_H

#define __try                                           \
    __asm__ volatile("" : : : "ebx", "esi", "edi"); \
    __try

#endif
