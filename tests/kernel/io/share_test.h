/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * share_test.h - what the tests of share access have in common.
 */
#ifndef TESTS_KERNEL_IO_SHARE_TEST_H
#define TESTS_KERNEL_IO_SHARE_TEST_H

#include "io_test.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* Whether the counts are these: opens, readers, writers, deleters, and who shares what. */
static inline BOOLEAN ShareIs(const SHARE_ACCESS *Share, ULONG Opens, ULONG Readers, ULONG Writers,
                              ULONG Deleters, ULONG SharedRead, ULONG SharedWrite,
                              ULONG SharedDelete)
{
    return Share->OpenCount == Opens && Share->Readers == Readers && Share->Writers == Writers &&
           Share->Deleters == Deleters && Share->SharedRead == SharedRead &&
           Share->SharedWrite == SharedWrite && Share->SharedDelete == SharedDelete;
}

#endif
