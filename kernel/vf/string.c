/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Strings that are freed by a routine that did not allocate them. On Windows both use the same
 * pools, and it goes well until one of the two changes: a finding.
 */
#include "kd/kd.h"
#include "rtl/rtl.h"
#include "vf/pool.h"

static void VfpCheckString(const void *Buffer, const char *Routine, ULONG_PTR Site)
{
    EX_POOL_BLOCK Block;
    VFP_RECORD Record;
    char Tag[5];
    if (Buffer == NULL || !ExQueryPoolBlock(Buffer, &Block) || Block.Tag == EX_STRING_TAG ||
        !VfpRecall(VFP_BLOCK, Buffer, &Record)) /* what the kernel hands out as a string is freed
                                                   so, too */
        return;
    KdFinding(DOTSYS_FINDING_OTHER, Site,
        "%s frees a block that no Rtl routine allocated: %llu bytes, tag '%s'; ExFreePool is for "
        "those",
        Routine, (unsigned long long)Block.Bytes, IopTagText(Block.Tag, Tag));
}

static void NTAPI VfRtlFreeUnicodeString(UNICODE_STRING *UnicodeString)
{
    VfpCheckString(UnicodeString->Buffer, "RtlFreeUnicodeString", VF_CALLER);
    RtlFreeUnicodeString(UnicodeString);
}

static void NTAPI VfRtlFreeAnsiString(STRING *AnsiString)
{
    VfpCheckString(AnsiString->Buffer, "RtlFreeAnsiString", VF_CALLER);
    RtlFreeAnsiString(AnsiString);
}

const LDR_REPLACEMENT VfpStringTable[] = {
    VF_REPLACE(RtlFreeUnicodeString, VF_POOL_TRACKING),
    VF_REPLACE(RtlFreeAnsiString, VF_POOL_TRACKING),
    VF_REPLACE_END,
};
