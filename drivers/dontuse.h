/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * dontuse.h - of a WDK: has its compiler warn of string functions without a length. There is
 * nothing to be done for that here; mingw-w64 lacks the header.
 */
#ifndef DRIVERS_DONTUSE_H
#define DRIVERS_DONTUSE_H
#endif
