/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What statuses mean to a file system. Reads nothing but its arguments. */
#include "fsrtl/fsrtl.h"

/*
 * FsRtlIsNtstatusExpected - whether an exception's code is one a file system may meet and pass on.
 *
 * IRQL:    any
 * Returns: FALSE for codes that tell of a bug: ACCESS_VIOLATION, DATATYPE_MISALIGNMENT,
 *          ILLEGAL_INSTRUCTION, INSTRUCTION_MISALIGNMENT.
 * Source:  DOC ntifs/FsRtlIsNtstatusExpected
 */
BOOLEAN NTAPI FsRtlIsNtstatusExpected(NTSTATUS Exception)
{
    return Exception != STATUS_ACCESS_VIOLATION && Exception != STATUS_DATATYPE_MISALIGNMENT &&
           Exception != STATUS_ILLEGAL_INSTRUCTION && Exception != STATUS_INSTRUCTION_MISALIGNMENT;
}

/*
 * FsRtlIsTotalDeviceFailure - whether a status says that the whole device is gone, not some sectors
 * of it.
 *
 * IRQL:    any
 * Returns: FALSE: a success, or CRC_ERROR, DEVICE_DATA_ERROR.
 * Source:  DOC ntifs/FsRtlIsTotalDeviceFailure
 */
BOOLEAN NTAPI FsRtlIsTotalDeviceFailure(NTSTATUS Status)
{
    return !NT_SUCCESS(Status) && Status != STATUS_CRC_ERROR && Status != STATUS_DEVICE_DATA_ERROR;
}

/*
 * FsRtlNormalizeNtstatus - Exception if it is an expected one, else GenericException.
 *
 * IRQL:    any
 * Source:  DOC ntifs/FsRtlNormalizeNtstatus
 */
NTSTATUS NTAPI FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException)
{
    return FsRtlIsNtstatusExpected(Exception) ? Exception : GenericException;
}
