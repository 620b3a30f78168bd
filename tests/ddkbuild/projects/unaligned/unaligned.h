/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#pragma pack(push, 1)
typedef struct RECORD {
    UCHAR Kind;
    PVOID Pointer;
    ULONG Value;
} RECORD;
#pragma pack(pop)

/* Adds to Value; STATUS_SUCCESS unless that was an exception. */
NTSTATUS GuardedAdd(RECORD UNALIGNED *Record, ULONG Number);
