/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Where drivers keep state that lasts: where they say themselves, as this is no edition of Windows
 * that separates state.
 */
#include <string.h>

#include "rtl/statelocation.h"

/*
 * RtlIsStateSeparationEnabled - FALSE. IRQL: PASSIVE_LEVEL. Source: DOC ntddk; OBS
 * tests/kernel/rtl/RtlGetPersistedStateLocation.c
 */
BOOLEAN NTAPI RtlIsStateSeparationEnabled(void)
{
    return FALSE;
}

/*
 * RtlGetPersistedStateLocation - the path a driver keeps a kind of state at: its default, as
 * nothing is redirected.
 *
 * SourceID: the driver's name for the state. CustomValue: optional, no effect. DefaultPath:
 *          optional. TargetPath: optional, of BufferLengthIn bytes. BufferLengthOut: optional;
 *          bytes the path takes with its zero.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_OVERFLOW: not enough room; OBJECT_NAME_NOT_FOUND: there is no default;
 *          INVALID_PARAMETER: no SourceID, no such kind.
 * Source:  DOC ntddk/RtlGetPersistedStateLocation; INF INVALID_PARAMETER; OBS
 *          tests/kernel/rtl/RtlGetPersistedStateLocation.c
 */
NTSTATUS NTAPI RtlGetPersistedStateLocation(const WCHAR *SourceID, const WCHAR *CustomValue,
    const WCHAR *DefaultPath, RTL_STATE_LOCATION StateLocationType, WCHAR *TargetPath,
    ULONG BufferLengthIn, ULONG *BufferLengthOut)
{
    ULONG Characters = 0;
    (void)CustomValue;
    if (SourceID == NULL || (ULONG)StateLocationType >= RtlLocationTypeMaximum)
        return STATUS_INVALID_PARAMETER;
    if (DefaultPath == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    while (DefaultPath[Characters] != 0)
        Characters++;
    const ULONG Bytes = (Characters + 1) * (ULONG)sizeof(WCHAR);
    if (BufferLengthOut != NULL)
        *BufferLengthOut = Bytes;
    if (TargetPath == NULL || BufferLengthIn < Bytes)
        return STATUS_BUFFER_OVERFLOW;
    memcpy(TargetPath, DefaultPath, Bytes);
    return STATUS_SUCCESS;
}
