/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Poison: what memory of verified drivers is filled with until somebody writes it, so that what
 * reaches a client unwritten can be told from data. Pool blocks and stacks get eight bytes that
 * repeat by their address: wherever such bytes are copied, they are recognised. The bytes are made
 * from a seed, so that what a driver writes does not resemble them for good.
 */
#include <string.h>

#include "vf/poison.h"

UCHAR VfpPoisonByte[8];

static ULONG64 VfpMix(ULONG64 Value)
{
    Value += 0x9E3779B97F4A7C15;
    Value = (Value ^ Value >> 30) * 0xBF58476D1CE4E5B9;
    Value = (Value ^ Value >> 27) * 0x94D049BB133111EB;
    return Value ^ Value >> 31;
}

/* Bytes that data has seldom: the upper half but the ends, and none twice in a row. */
void VfpPreparePoison(ULONG64 Seed)
{
    ULONG64 Bits = VfpMix(Seed);
    for (ULONG Index = 0; Index < sizeof(VfpPoisonByte); Index++, Bits >>= 8) {
        VfpPoisonByte[Index] = (UCHAR)(0x81 + Bits % 0x7C);
        if (Index != 0 && VfpPoisonByte[Index] == VfpPoisonByte[Index - 1])
            VfpPoisonByte[Index]++;
    }
}

void VfpPoison(void *Start, SIZE_T Bytes)
{
    UCHAR *At = Start, *End = At + Bytes;
    ULONG64 Word;
    memcpy(&Word, VfpPoisonByte, sizeof(Word));
    for (; At != End && (ULONG_PTR)At % 8 != 0; At++)
        *At = VfpPoisonByte[(ULONG_PTR)At % 8];
    for (; (SIZE_T)(End - At) >= 8; At += 8)
        memcpy(At, &Word, sizeof(Word));
    for (; At != End; At++)
        *At = VfpPoisonByte[(ULONG_PTR)At % 8];
}

const UCHAR *VfpFindChange(const UCHAR *Start, const UCHAR *End)
{
    ULONG64 Word, Found;
    memcpy(&Word, VfpPoisonByte, sizeof(Word));
    for (const UCHAR *At = Start; At < End; At++) {
        while ((ULONG_PTR)At % 8 == 0 && End - At >= 8) {
            memcpy(&Found, At, sizeof(Found));
            if (Found != Word)
                break;
            At += 8;
        }
        if (At < End && *At != VfpPoisonByte[(ULONG_PTR)At % 8])
            return At;
    }
    return NULL;
}
