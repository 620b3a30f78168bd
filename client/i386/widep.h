/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the two halves of the conversion of services share. */
#pragma once

#include "client/client.h"
#include "numbers.h"
#include "client/wide.h"

/* What stands for an argument in the machine's layout. */
typedef struct WIDE_COPY {
    void *Block; /* NULL, or freed when the service has returned */
    ULONG64 Before; /* what an answer is before the call */
    union {
        ULONG64 Pointer;
        ULONG Number;
        WIDE_STRING String;
        WIDE_CLIENT_ID ClientId;
        WIDE_COMPLETION Completion;
        struct {
            WIDE_OBJECT_ATTRIBUTES Object;
            WIDE_STRING Name;
            WIDE_DESCRIPTOR Descriptor;
        };
    };
} WIDE_COPY;

/* One call of a service. */
typedef struct WIDE_SERVICE {
    ULONG Number, Count;
    const ULONG64 *Given; /* as the program called */
    ULONG64 Slot[SYS_MOST_ARGUMENTS];
    WIDE_COPY Copy[SYS_MOST_ARGUMENTS];
    NTSTATUS Status; /* what it returned */
} WIDE_SERVICE;

/* After is called whatever the service returned. Both are for arguments that are not zero, unless
 * Type is NULL. */
typedef struct WIDE_KIND {
    const char *Type;
    NTSTATUS (*Before)(WIDE_SERVICE *Service, ULONG Index);
    NTSTATUS (*After)(const WIDE_SERVICE *Service, ULONG Index);
} WIDE_KIND;

NTSTATUS WideRead(void *To, ULONG64 Address, SIZE_T Bytes);
NTSTATUS WideWrite(ULONG64 Address, const void *From, SIZE_T Bytes);
/* Zeroed, as the block of an argument; NULL: out of memory. */
void *WideAllocate(WIDE_SERVICE *Service, ULONG Index, SIZE_T Bytes);
ULONG64 WideHandle(ULONG Handle);
NTSTATUS WidenString(ULONG64 Address, WIDE_STRING *Wide);

/* Arrays and information by class (wide_information.c). */
NTSTATUS WideHandles(WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WidePackets(WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideReturnPackets(const WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideValueEntries(WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideReturnValueEntries(const WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideFileInformation(WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideDirectory(WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideReturnDirectory(const WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideQuery(WIDE_SERVICE *Service, ULONG Index);
NTSTATUS WideReturnQuery(const WIDE_SERVICE *Service, ULONG Index);
