/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* LUIDs, and looking at memory. Nothing here allocates or takes a lock. */
#include "rtl/misc.h"
#include "rtl/rtlp.h"

/*
 * RtlCopyLuid, RtlEqualLuid - copy and compare locally unique identifiers.
 *
 * IRQL:    any, if they are resident
 * Source:  DOC ntifs/RtlCopyLuid, RtlEqualLuid
 */
void NTAPI RtlCopyLuid(LUID *DestinationLuid, const LUID *SourceLuid)
{
    *DestinationLuid = *SourceLuid;
}

BOOLEAN NTAPI RtlEqualLuid(const LUID *Luid1, const LUID *Luid2)
{
    return Luid1->LowPart == Luid2->LowPart && Luid1->HighPart == Luid2->HighPart;
}

/*
 * RtlIsZeroMemory - whether Length bytes are all zero; of no bytes they are.
 *
 * IRQL:    any, if they are resident
 * Source:  DOC wdm/RtlIsZeroMemory
 */
BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length)
{
    const UCHAR *At = Buffer;

    for (; Length != 0 && *At == 0; Length--, At++)
        RTLP_KEEP_LOOP();
    return Length == 0;
}

/*
 * RtlComputeCrc32 - the CRC-32 of ZIP and Ethernet, going on from that of what came before, 0 at
 * first.
 *
 * IRQL:    any, if the buffer is resident
 * Source:  INF its use: undocumented
 */
ULONG NTAPI RtlComputeCrc32(ULONG PartialCrc, const UCHAR *Buffer, ULONG Length)
{
    ULONG Crc = ~PartialCrc;

    for (; Length != 0; Length--, Buffer++) {
        Crc ^= *Buffer;
        for (unsigned Bit = 0; Bit < 8; Bit++)
            Crc = (Crc >> 1) ^ (0xEDB88320u & (0u - (Crc & 1)));
    }
    return ~Crc;
}
