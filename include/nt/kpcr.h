/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Per-processor data: what gs: (x64) and fs: (i386) reach in a driver. DDK inlines read the current
 * thread, the processor number, the IRQL (i386) and the self pointer from here.
 */
#pragma once

#include "nt/context.h"
#include "nt/ke.h"

struct _KPCR;

typedef struct _NT_TIB {
    struct _EXCEPTION_REGISTRATION_RECORD *ExceptionList;
    PVOID StackBase;
    PVOID StackLimit;
    PVOID SubSystemTib;
    union {
        PVOID FiberData;
        ULONG Version;
    };
    PVOID ArbitraryUserPointer;
    struct _NT_TIB *Self;
} NT_TIB, *PNT_TIB;

#if defined(__x86_64__)
/* The head of the processor control block, at gs:180h. The unnamed rest is not for drivers. */
typedef struct _KPRCB {
    ULONG MxCsr;         /* gs:180h */
    UCHAR LegacyNumber;  /* gs:184h */
    UCHAR ReservedMustBeZero;
    BOOLEAN InterruptRequest;
    BOOLEAN IdleHalt;
    PKTHREAD CurrentThread; /* gs:188h */
    PKTHREAD NextThread;
    PKTHREAD IdleThread;
    UCHAR NestingLevel; /* gs:1a0h */
    UCHAR ClockOwner;
    UCHAR PendingTickFlags;
    UCHAR IdleState;
    ULONG Number; /* gs:1a4h */
    ULONG64 RspBase;
    ULONG64 PrcbLock;
    CHAR *PriorityState;
    CHAR CpuType;
    CHAR CpuID;
    USHORT CpuStep;
} KPRCB, *PKPRCB;

typedef struct _KPCR {
    union {
        NT_TIB NtTib;
        struct {
            PVOID GdtBase;
            PVOID TssBase;
            ULONG64 UserRsp;
            struct _KPCR *Self;  /* gs:18h */
            PKPRCB CurrentPrcb;  /* gs:20h */
            PKSPIN_LOCK_QUEUE LockArray;
            PVOID Used_Self; /* gs:30h */
        };
    };
    PVOID IdtBase;
    ULONG64 Unused[2];
    KIRQL Irql;
    UCHAR SecondLevelCacheAssociativity;
    UCHAR ObsoleteNumber;
    UCHAR Fill0;
    ULONG Unused0[3];
    USHORT MajorVersion;
    USHORT MinorVersion;
    ULONG StallScaleFactor;
    PVOID Unused1[3];
    ULONG KernelReserved[15];
    ULONG SecondLevelCacheSize;
    ULONG HalReserved[16];
    ULONG Unused2;
    PVOID KdVersionBlock; /* gs:108h */
    PVOID Unused3;
    ULONG PcrAlign1[24];
    KPRCB DECLSPEC_ALIGN(16) Prcb; /* gs:180h */
} KPCR, *PKPCR;

C_ASSERT(offsetof(KPCR, KdVersionBlock) == 0x108); /* debugger data */
C_ASSERT(offsetof(KPCR, Prcb) == 0x180); /* gs:180h */
C_ASSERT(offsetof(KPCR, Prcb.CurrentThread) == 0x188); /* gs:188h */
#else
typedef struct _KPRCB {
    USHORT MinorVersion; /* fs:120h */
    USHORT MajorVersion;
    PKTHREAD CurrentThread; /* fs:124h */
    PKTHREAD NextThread;
    PKTHREAD IdleThread;
    UCHAR LegacyNumber; /* fs:130h */
    UCHAR NestingLevel;
    USHORT BuildType;
    CHAR CpuType;
    CHAR CpuID;
    USHORT CpuStep;
} KPRCB, *PKPRCB;

typedef struct _KPCR {
    NT_TIB NtTib;
    struct _KPCR *SelfPcr; /* fs:1ch */
    PKPRCB Prcb;           /* fs:20h */
    KIRQL Irql;            /* fs:24h */
    ULONG IRR;
    ULONG IrrActive;
    ULONG IDR;
    PVOID KdVersionBlock; /* fs:34h */
    PVOID IDT;
    PVOID GDT;
    PVOID TSS;
    USHORT MajorVersion;
    USHORT MinorVersion;
    KAFFINITY SetMember;
    ULONG StallScaleFactor;
    UCHAR SpareUnused;
    UCHAR Number; /* fs:51h */
    UCHAR Spare0;
    UCHAR SecondLevelCacheAssociativity;
    ULONG VdmAlert;
    ULONG KernelReserved[14];
    ULONG SecondLevelCacheSize;
    ULONG HalReserved[16];
    ULONG InterruptMode;
    UCHAR Spare1;
    ULONG KernelReserved2[17];
    KPRCB PrcbData; /* fs:120h */
} KPCR, *PKPCR;

C_ASSERT(offsetof(KPCR, Number) == 0x51); /* fs:51h */
C_ASSERT(offsetof(KPCR, PrcbData.CurrentThread) == 0x124); /* fs:124h */
#endif
