/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pnp_test.h - a device of plug and play's for the tests of this folder: the first that asks
 * reports it as detected, and it goes with the driver. Its hardware exists nowhere and has no
 * resources.
 */
#ifndef TESTS_KERNEL_PNP_PNP_TEST_H
#define TESTS_KERNEL_PNP_PNP_TEST_H

#include "ktest.h"

/* NULL: it could not be made, which is a failure already. */
PDEVICE_OBJECT PnpTestPdo(VOID);

/* {0D0B4A1E-4F43-4A9C-8C1B-6C3F6B1D2E01} and its neighbour 02. */
extern const GUID PnpTestClass, PnpTestOther;

/* A device object that is no PDO. */
PDEVICE_OBJECT PnpTestPlain(VOID);

#endif
