/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Hive files, as Windows has them (version 1.3: keys and values in cells of one bin), between a
 * file's bytes and keys of the registry. Reading believes nothing of the bytes.
 */
#pragma once

#include "io/iop.h"

#define IOP_HIVE_HEAD 4096u        /* the base block; offsets of cells count from behind it */
#define IOP_HIVE_MOST (256u << 20) /* bytes of a file that is read */
#define IOP_HIVE_DEPTH 100u        /* levels of keys, which are walked on the kernel stack */
#define IOP_NO_CELL 0xFFFFFFFFu

typedef struct IOP_HIVE_KEY { /* the cell of a key, behind its size */
    USHORT Signature;         /* 'nk' */
    USHORT Flags;             /* 0x20: the name is of bytes */
    ULONG LastWriteTime[2];
    ULONG Spare, Parent, SubKeys, VolatileSubKeys, SubKeyList, VolatileList, Values, ValueList,
        Security, Class;
    ULONG Longest[4];
    ULONG WorkVar;
    USHORT NameBytes, ClassBytes;
} IOP_HIVE_KEY;
C_ASSERT(sizeof(IOP_HIVE_KEY) == 76);

typedef struct IOP_HIVE_VALUE {
    USHORT Signature; /* 'vk' */
    USHORT NameBytes;
    ULONG DataBytes;  /* the highest bit: up to four bytes of data are in Data itself */
    ULONG Data, Type;
    USHORT Flags;     /* 1: the name is of bytes */
    USHORT Spare;
} IOP_HIVE_VALUE;
C_ASSERT(sizeof(IOP_HIVE_VALUE) == 20);

typedef struct IOP_HIVE_SECURITY { /* of keys that have the descriptor behind it; these are a ring
                                    */
    USHORT Signature; /* 'sk' */
    USHORT Spare;
    ULONG Next, Previous, Keys, Bytes;
} IOP_HIVE_SECURITY;
C_ASSERT(sizeof(IOP_HIVE_SECURITY) == 20);

#define IOP_SECURITY_SIGNATURE 0x6B73u
#define IOP_SECURITY_PARTS \
    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)
#define IOP_KEY_SIGNATURE 0x6B6Eu
#define IOP_VALUE_SIGNATURE 0x6B76u
#define IOP_KEY_NAME_OF_BYTES 0x20u
#define IOP_KEY_ROOT 0x2Cu
#define IOP_DATA_INSIDE 0x80000000u

/* Key and what is below it as a file in pool; ExiFree(*Data). PASSIVE_LEVEL, as everything here. */
NTSTATUS IopWriteHive(HANDLE Key, UCHAR **Data, ULONG *Bytes);
/*
 * What a file has goes into Key; NULL: it is only checked. REGISTRY_CORRUPT: it is no hive, or a
 * damaged one; part may be there.
 */
NTSTATUS IopReadHive(HANDLE Key, const UCHAR *Data, ULONG Bytes, BOOLEAN Volatile);
/* Takes everything out of a key. */
NTSTATUS IopEmptyKey(HANDLE Key, ULONG Depth);

/* The key of that index opened; NO_MORE_ENTRIES. *Found, with the name, is pool. */
NTSTATUS IopOpenChild(
    HANDLE Key, ULONG Index, ACCESS_MASK Access, KEY_BASIC_INFORMATION **Found, HANDLE *Child);
