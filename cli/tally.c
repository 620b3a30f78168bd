/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See tally.h. */
#include "tally.h"

#include "nt/ntstatus.h"

void tally_add(struct tally *tally, const struct record *record)
{
    NTSTATUS status = (NTSTATUS)record->number[0];

    switch (record->type) {
    case RECORD_RESULT:
        tally->failed |= !NT_SUCCESS(status);
        tally->not_loaded |= (record->number[RESULT_FLAGS] & RESULT_LOAD_FAILED) != 0;
        break;
    case RECORD_SKIPPED:
        tally->failed = true;
        break;
    case RECORD_DRIVER:
        tally->not_loaded |= record->number[1] == DRIVER_START &&
            (!NT_SUCCESS(status) || status == STATUS_TIMEOUT);
        break;
    case RECORD_FINDING:
        tally->finding = true;
        break;
    case RECORD_STOPPED:
        tally->stopped = true;
        break;
    case RECORD_FAILED:
        tally->not_loaded = true;
        break;
    default:
        break;
    }
}
