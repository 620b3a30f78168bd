/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The process environment block and the thread environment blocks of this process, which drivers
 * read (block.c). They lie in memory of its own, for a machine in it or for one it is a client of,
 * and have what drivers look for; nothing here looks at them. No kernel is needed.
 */
#pragma once

#include "nt/ntdef.h"

typedef struct PS_BLOCKS {
    ULONG64 Peb;      /* of the process; 0: none */
    ULONG64 Wow64Peb; /* of a 32-bit program on a 64-bit machine; Peb has 64 bits then */
    ULONG64 ImageBase; /* of the program */
    ULONG64 Teb;      /* of the calling thread, of the machine's word size; 0: none */
} PS_BLOCKS;

/*
 * The blocks of the process, made the first time and never freed, and one for the calling thread.
 * Wide: this is a program of 32 bits, and the machine has 64; then the thread's narrow one lies
 * behind its wide one. What there is no memory for is 0.
 */
PS_BLOCKS PsMakeBlocks(BOOLEAN Wide);
void PsFreeThreadBlock(ULONG64 Teb);
