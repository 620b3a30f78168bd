/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Where the buffers of fuzzing are, and what is nowhere. */
#include "fuzz.h"

const struct fuzz_ground *fuzz_ground(bool x86)
{
    static const struct fuzz_ground ground64 = {0x2A0000000000u, 0x68C0FEED0000u, 8},
                                    ground32 = {0x20000000u, 0xBEED0000u, 4};
    return x86 ? &ground32 : &ground64;
}

uint64_t fuzz_address(bool x86, uint32_t thread, bool output, enum fuzz_place place, uint32_t bytes)
{
    const uint64_t end = fuzz_ground(x86)->buffers +
        (2 * thread + output + 1) * (uint64_t)FUZZ_AREA_BYTES - 4096;
    const uint64_t aligned = (end - bytes) & ~(uint64_t)7;
    switch (place) {
    case FUZZ_OWN:
        return aligned;
    case FUZZ_UNALIGNED:
        return aligned - 1;
    case FUZZ_NOWHERE:
        return end;
    case FUZZ_KERNEL:
        return fuzz_ground(x86)->kernel;
    default:
        return 0;
    }
}
