/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * embedded.h - the numbers of embedded's resources, for the program and its resource script.
 */
#ifndef MSJDRVR_CLIENT_EMBEDDED_H
#define MSJDRVR_CLIENT_EMBEDDED_H

#define EMBEDDED_X64 101
#define EMBEDDED_X86 102

#endif
