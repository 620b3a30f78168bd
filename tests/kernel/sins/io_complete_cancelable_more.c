/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The same as io_complete_cancelable, which enhanced I/O verification has another code for.
 *
 * verify: io,enhanced_io
 * expect: BUGCHECK 0xC9 0x23C @DefectComplete irp device
 */
#include "io_complete_cancelable.c" /* with other flags another code */
