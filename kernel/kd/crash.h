/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What is known of a machine that a bugcheck stopped. The thread that stopped it collects it
 * (collect.c) into memory that is there already; what is to be read of it is written by whoever
 * shows it (report.c): the machine itself, or its supervisor, which may have another word size and
 * got it byte by byte. Hence fixed widths, and a check of what was received. Texts are UTF-8 and
 * end with a null.
 */
#pragma once

#include "ke/ke.h"

#define KD_CRASH_FRAMES    64
#define KD_CRASH_NAMES     96
#define KD_CRASH_MODULES   64
#define KD_CRASH_LINES     64 /* of what drivers printed last */
#define KD_CRASH_WORDS     64 /* of the stack */
#define KD_CRASH_CODE      160 /* bytes around the instruction */
#define KD_CRASH_IRPS      4
#define KD_CRASH_LOCATIONS 8  /* of an IRP */
#define KD_CRASH_POOLS     6
#define KD_CRASH_THREADS   64
#define KD_CRASH_DEVICES   16 /* whose requests are logged */
#define KD_CRASH_REQUESTS  20 /* of each */
#define KD_CRASH_NONE      0xFFFFFFFFu

/* A module: a driver, or (the last one) the program the machine is in. */
typedef struct KD_CRASH_MODULE {
    ULONG64 Base;
    ULONG Size;
    ULONG TimeDateStamp;
    ULONG Own; /* 1: the program */
    ULONG Unused;
    CHAR Name[64];
    CHAR Version[32]; /* of its resources, "10.0.19041.1"; the supervisor writes it */
    CHAR HostPath[512];
} KD_CRASH_MODULE;

/* A place in code of our own: its function, and how far into it. */
typedef struct KD_CRASH_NAME {
    ULONG64 Address;
    CHAR Text[88];
} KD_CRASH_NAME;

/* A stack of an earlier moment, as where a lock was acquired. */
typedef struct KD_CRASH_EARLIER {
    CHAR Title[60];
    ULONG FrameCount;
    ULONG64 Frame[24];
} KD_CRASH_EARLIER;

typedef struct KD_CRASH_LINE {
    ULONG64 Time100ns; /* since 1601 */
    ULONG ThreadId;
    CHAR Source[36];
    CHAR Text[240];
} KD_CRASH_LINE;

typedef struct KD_CRASH_LOCATION {
    UCHAR Major, Minor, Flags, Control;
    ULONG ControlCode; /* of device and file system control */
    ULONG64 Arguments[4];
    ULONG64 Device, File, Routine, Context;
    CHAR Driver[40], DeviceName[40]; /* the last part of each one's name; "": none */
} KD_CRASH_LOCATION;

typedef struct KD_CRASH_IRP {
    ULONG64 Address;
    ULONG Parameter;          /* of the bugcheck that it is, 1 to 4; 0: it is the thread's */
    CHAR StackCount, Current; /* Current is the number of the location in use; above StackCount: of
                                 none */
    UCHAR Mode, Cancelled;
    ULONG Status, Pending, Freed, LocationCount;
    ULONG64 Information, Thread, Mdl, SystemBuffer, UserBuffer, CancelRoutine;
    ULONG64 Site;          /* who allocated it; 0: a service */
    CHAR File[128];        /* the name the file was opened by */
    KD_CRASH_LOCATION Location[KD_CRASH_LOCATIONS]; /* number 1 first */
} KD_CRASH_IRP;

/* A pool block that an address lies in or behind. */
typedef struct KD_CRASH_POOL {
    ULONG64 Asked;         /* the address */
    ULONG Parameter;       /* 1 to 4; 0: it is the address of the access */
    ULONG Tag;
    ULONG64 Block, Bytes;
    ULONG64 Site;          /* 0: the kernel's own, or unknown */
    ULONG Paged, Freed;
} KD_CRASH_POOL;

typedef struct KD_CRASH_THREAD {
    ULONG64 Thread;        /* the object */
    ULONG64 StackLimit, StackBase;
    ULONG Id;              /* Linux's number; 0: not known */
    ULONG Number;          /* the machine's */
    ULONG System, Waiting;
    CHAR Process[16];
} KD_CRASH_THREAD;

/* A request that came to a device. */
typedef struct KD_LOGGED_REQUEST {
    ULONG64 Time100ns;     /* since 1601 */
    ULONG64 Irp, Information;
    ULONG ThreadNumber, ControlCode, InputBytes, OutputBytes;
    ULONG Status;          /* it was completed with */
    UCHAR Major, Minor, Mode, Completed;
} KD_LOGGED_REQUEST;

typedef struct KD_DEVICE_LOG {
    ULONG64 Device;
    ULONG Count, Unused;   /* Count: of all there ever were; the last of them are here */
    CHAR Driver[40], Name[40]; /* as in a location */
    KD_LOGGED_REQUEST Request[KD_CRASH_REQUESTS]; /* oldest first */
} KD_DEVICE_LOG;

typedef struct KD_CRASH {
    ULONG Size;            /* of this structure; another one cannot be read */
    ULONG Machine;         /* IMAGE_FILE_MACHINE_AMD64 or _I386 */
    ULONG Code;
    ULONG ThreadId;        /* Linux's, of the thread that stopped the machine */
    ULONG64 Parameter[4];
    ULONG64 TimeUtc, Uptime100ns;
    ULONG ProcessId;       /* Linux's, of the machine's process */
    ULONG Irql, Mode;      /* Mode: the previous mode, 0 kernel, 1 user */
    ULONG Culprit;         /* number of a module, or KD_CRASH_NONE */
    ULONG64 CulpritAddress;
    CHAR Detail[256];

    ULONG Major, Minor, Build, Processors;
    CHAR OsName[32], Version[32]; /* of the Windows the machine is; of dotsys */
    CHAR CommandLine[1024]; /* of the command that has the machine; the supervisor writes it */

    ULONG64 Process, Thread;      /* objects; 0: the thread is none of the machine's */
    ULONG ProcessNumber, ThreadNumber;
    CHAR ProcessName[16];
    ULONG64 StackLimit, StackBase;

    /* What a debugger is to be shown as the exception. */
    /* IsException 0: code and parameters are the bugcheck's */
    ULONG ExceptionCode, ExceptionFlags, ExceptionParameters, IsException;
    ULONG64 ExceptionAddress, ExceptionInformation[4];

    ULONG ContextBytes, CodeBytes, FrameCount, ModuleCount, LineCount, WordCount, IrpCount,
        PoolCount, ThreadCount;
    ULONG CodeStart; /* 1: the first of the bytes is the first of a function's; 0: it may be inside
                        an instruction */
    ULONG CodeFrame; /* number of the frame the code is of; above 0 CodePc is where it was about to
                        return to. KD_CRASH_NONE: of the culprit, which is not on the stack */
    ULONG64 CodePc;
    UCHAR Context[1232] __attribute__((aligned(16))); /* as Windows has it for Machine */
    ULONG64 CodeAddress;          /* of the first of CodeBytes */
    UCHAR CodeText[KD_CRASH_CODE];
    ULONG64 WordAddress;
    ULONG64 Word[KD_CRASH_WORDS]; /* of the machine's word size */
    ULONG64 Frame[KD_CRASH_FRAMES];
    ULONG EarlierCount, NameCount, DeviceLogCount, Unused;
    KD_CRASH_NAME Name[KD_CRASH_NAMES];
    KD_CRASH_EARLIER Earlier[KE_EARLIER_STACKS];
    KD_CRASH_MODULE Module[KD_CRASH_MODULES];
    KD_CRASH_LINE Line[KD_CRASH_LINES]; /* oldest first */
    KD_CRASH_IRP Irp[KD_CRASH_IRPS];
    KD_CRASH_POOL Pool[KD_CRASH_POOLS];
    KD_CRASH_THREAD KernelThread[KD_CRASH_THREADS];
    KD_DEVICE_LOG DeviceLog[KD_CRASH_DEVICES];
} KD_CRASH;

/* Both word sizes have it alike. */
C_ASSERT(sizeof(KD_DEVICE_LOG) == 96 + KD_CRASH_REQUESTS * 48 && sizeof(KD_CRASH_IRP) % 8 == 0 &&
    sizeof(KD_CRASH_LINE) == 288 && offsetof(KD_CRASH, Context) % 16 == 0);

/* ---- Collecting (collect.c, crashirp.c, crashpool.c) ----------------------------------------- */

/* What was collected; NULL: the machine runs. Lives until KdInitializeReport. */
const KD_CRASH *KdGetCrash(void);

/* Called once, on the thread that stopped the machine, when all is collected and the other threads
 * still run. NULL: nobody asks. */
extern void (*KdCrashed)(const KD_CRASH *Crash);

/* ---- The log of requests (requestlog.c) ------------------------------------------------------ */

/* What is kept of each device's requests, while they are logged; returns of how many devices. Up to
 * DISPATCH_LEVEL. */
ULONG KdListRequests(KD_DEVICE_LOG *Logs, ULONG Room);

#define KD_REQUEST_TEXT 256
/* "-0.000123  IRP 0x…  thread 5  IRP_MJ_READ, … -> …", seconds before Now. */
void KdDescribeRequest(
    const KD_LOGGED_REQUEST *Request, ULONG64 Now100ns, char Text[KD_REQUEST_TEXT]);

/* ---- Reading (crash.c) ----------------------------------------------------------------------- */

/* Whether Bytes received are one; counts and texts are cut to what there is room for, so that it
 * can be read without more care. */
BOOLEAN KdCheckCrash(KD_CRASH *Crash, SIZE_T Bytes);

/* The module an address lies in; NULL: none. */
const KD_CRASH_MODULE *KdCrashModule(const KD_CRASH *Crash, ULONG64 Address);

/* The place in a module that the detail names, as "hello.sys+0x12"; 0: it names none. */
ULONG64 KdDetailPlace(const KD_CRASH *Crash);
/* Whether CulpritAddress is that of an instruction or routine; otherwise it is where a call was to
 * return to. */
BOOLEAN KdCulpritIsExact(const KD_CRASH *Crash);

/* The likely cause: Usual, which is what causes this bugcheck, unless more is known of this one. */
const char *KdCrashCause(const KD_CRASH *Crash, const char *Usual);

/* The driver whose request the thread is in, by its object's name; NULL: none, or not known. */
const char *KdCrashRequestDriver(const KD_CRASH *Crash);

/* A register in a CONTEXT of one kind of machine. */
typedef struct KD_REGISTER {
    CHAR Name[8];
    USHORT Offset, Bytes;
} KD_REGISTER;

/* Integer registers, in the order they are shown in; then the instruction pointer, flags and
 * segments. */
const KD_REGISTER *KdRegisters(ULONG Machine, ULONG *Count, ULONG *General);
ULONG64 KdRegisterValue(const KD_CRASH *Crash, const KD_REGISTER *Register);
ULONG64 KdCrashPc(const KD_CRASH *Crash);
ULONG64 KdCrashSp(const KD_CRASH *Crash);

/* "IRP_MJ_DEVICE_CONTROL"; "IRP_MN_START_DEVICE" or ""; "METHOD_BUFFERED, device 0x22, function
 * 0x800, access any". */
const char *KdMajorName(UCHAR Major);
const char *KdMinorName(UCHAR Major, UCHAR Minor);
void KdDescribeControlCode(ULONG Code, char *Text, SIZE_T Size);

/* ---- Bugchecks in words (bugcodes.c) --------------------------------------------------------- */

typedef struct KD_BUGCHECK_WORDS {
    const char *Name;         /* "DRIVER_IRQL_NOT_LESS_OR_EQUAL"; NULL: no name is known */
    const char *Meaning;      /* a sentence without a full stop; "": none */
    const char *Parameter[4]; /* what each one is; "": nothing is known or it is not used */
    char Value[4][128];       /* what its value says, "write"; "": no more than the number */
    const char *Cause;        /* the likely cause, and what to do; "": none */
} KD_BUGCHECK_WORDS;

void KdDescribeBugcheck(ULONG Code, const ULONG64 Parameter[4], KD_BUGCHECK_WORDS *Words);

/* ---- Writing (report.c) ---------------------------------------------------------------------- */

typedef struct KD_TEXT {
    char *Buffer; /* ends with a null */
    SIZE_T Size, Length;
} KD_TEXT;

void KdPrintText(KD_TEXT *Text, const char *Format, ...) __attribute__((format(printf, 2, 3)));

/* What the one who shows a crash knows beyond it. Any may be NULL. */
typedef struct KD_CRASH_CALLS {
    void *Context;
    /* "Function (file.c:12)" of an address; Exact: of the instruction there and not of the call
     * before it. FALSE: unknown. */
    BOOLEAN (*Place)(void *Context, ULONG64 Address, BOOLEAN Exact, char *Text, SIZE_T Size);
    /* Prints the instructions around the one that is to blame, a line each. */
    void (*Code)(void *Context, KD_TEXT *Text);
    /* The field of a structure that a misaligned access of Bytes was to: "CONFIG.Port, offset 1".
     * FALSE: unknown. */
    BOOLEAN (*Field)(void *Context, ULONG64 Address, ULONG Bytes, char *Text, SIZE_T Size);
} KD_CRASH_CALLS;

enum KD_CRASH_LENGTH { KD_CRASH_BRIEF, KD_CRASH_COMPLETE };

void KdWriteCrash(
    const KD_CRASH *Crash, const KD_CRASH_CALLS *Calls, enum KD_CRASH_LENGTH Length, KD_TEXT *Text);

/* "name.sys+0x12", a function of our own, or the bare address. */
void KdDescribeAddress(const KD_CRASH *Crash, ULONG64 Address, char *Text, SIZE_T Size);
