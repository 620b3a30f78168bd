/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * memcpy of blocks that overlap, which RtlCopyMemory is as well in source. What a compiler made
 * instructions of is not seen; nor is a block that is copied to itself, as an assignment of a
 * structure may be.
 */
#include "rtl/crt.h"
#include "vf/vfp.h"

static void *NTAPIV VfNtCrt_memcpy(void *Destination, const void *Source, SIZE_T Count)
{
    const ULONG_PTR To = (ULONG_PTR)Destination, From = (ULONG_PTR)Source;
    if (To != From && (To - From < Count || From - To < Count))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xF0, To, From, Count, VF_CALLER,
            "memcpy was called for %llu bytes from %p to %p, which overlap: memmove, or "
            "RtlMoveMemory, is for those",
            (unsigned long long)Count, Source, Destination);
    return NtCrt_memcpy(Destination, Source, Count);
}

const LDR_REPLACEMENT VfpCopyTable[] = {
    VF_REPLACE(NtCrt_memcpy, 0),
    VF_REPLACE_END,
};
