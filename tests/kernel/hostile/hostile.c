/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * hostile.c - a driver that tries to get out of its machine: tests/e2e/sandbox_test.py has it try,
 * and looks what became of it.
 *
 * Device \\.\Hostile. Control codes 0x800 + n are calls of Linux by an instruction of the driver's
 * own, 0x840 + n the same calls by one of the host's, which is jumped to; what they are, enum
 * attack says. The result, as Linux gives it, is what comes back: 64 bits. 0x880 and what follows
 * needs no call of Linux. 0x8C0 and 0x8C1 are any call, in the one way and the other: struct
 * any_call comes in.
 */
#define DEFECT_NAME L"Hostile"
#include "../defects/defect.h"

#define DIRECT 0x800
#define BORROWED 0x840
#define OTHERS 0x880
#define ANY 0x8C0
#define PATH_BYTES 512
#define DESCRIPTORS 256
#define PAGE 4096

enum attack {
    ATTACK_READ_FILE,     /* whose path comes in */
    ATTACK_WRITE_FILE,
    ATTACK_SOCKET,
    ATTACK_CONNECT,
    ATTACK_FORK,
    ATTACK_EXECUTE,
    ATTACK_TRACE,         /* the parent */
    ATTACK_KILL,
    ATTACK_RAISE_LIMIT,
    ATTACK_DUMPABLE,
    ATTACK_UNPROTECT,     /* the host's code */
    ATTACK_MAP_OVER,
    ATTACK_WRITE_PARENT,
    ATTACK_ALL_DESCRIPTORS,
    ATTACK_OTHER_MANNER,  /* of calling: int 0x80, sysenter */
    ATTACK_RING,
    ATTACK_REMOVE_FILE,
    ATTACK_LEAVE,         /* end the process as if all was well */
    ATTACK_CHANNELS,      /* the pages shared with clients */
    ATTACK_CLEAR_SIGNAL,  /* what tells of these */
    ATTACK_SHRINK,        /* every file that is open, to nothing */
    ATTACK_COUNT,
};

/* In the place of a number: */
enum any_word {
    WORD_TEXT = 0x7FFF0001, /* where the text is */
    WORD_PAGE,              /* a page of zeros */
    WORD_PARENT,            /* the supervisor's process */
    WORD_LAST,              /* what the last of these calls returned */
    WORD_SELF,
    WORD_THREAD,
};

struct any_call {
    LONG64 Number, Argument[4];
    char Text[PATH_BYTES - 5 * sizeof(LONG64)];
};

enum other {
    OTHER_POOL,      /* all of it */
    OTHER_PAGES,
    OTHER_HIGH,      /* spin at HIGH_LEVEL */
    OTHER_SPIN,      /* in the dispatch routine */
    OTHER_DPC,       /* in a DPC */
    OTHER_UNLOAD,    /* in DriverUnload, later */
    OTHER_OVERWRITE, /* the kernel's own data */
    OTHER_JUMP,      /* to nowhere */
    OTHER_THREADS,
    OTHER_BASES,     /* of the host's own segments */
    OTHER_PRINT,     /* what a terminal obeys */
    OTHER_SHUTDOWN,  /* keep IRP_MJ_SHUTDOWN */
    OTHER_VSYSCALL,  /* a call at Linux's own old place for it */
    OTHER_WIDE,      /* in a process of 32 bits code of 64, and its call: getpid */
};

/* ---- Calls of Linux -------------------------------------------------------------------------- */

#ifdef _WIN64
enum {
    NR_OPENAT = 257,
    NR_SOCKET = 41,
    NR_CONNECT = 42,
    NR_FORK = 57,
    NR_EXECVE = 59,
    NR_PTRACE = 101,
    NR_KILL = 62,
    NR_GETPPID = 110,
    NR_SETRLIMIT = 160,
    NR_PRCTL = 157,
    NR_MPROTECT = 10,
    NR_MMAP = 9,
    NR_PROCESS_VM_WRITEV = 311,
    NR_WRITE = 1,
    NR_IO_URING_SETUP = 425,
    NR_UNLINK = 87,
    NR_EXIT_GROUP = 231,
    NR_READ = 0,
    NR_SIGACTION = 13,
    NR_FTRUNCATE = 77,
    NR_GETPID = 39, NR_GETTID = 186 };
#else
enum {
    NR_OPENAT = 295,
    NR_SOCKET = 359,
    NR_CONNECT = 362,
    NR_FORK = 2,
    NR_EXECVE = 11,
    NR_PTRACE = 26,
    NR_KILL = 37,
    NR_GETPPID = 64,
    NR_SETRLIMIT = 75,
    NR_PRCTL = 172,
    NR_MPROTECT = 125,
    NR_MMAP = 192,
    NR_PROCESS_VM_WRITEV = 348,
    NR_WRITE = 4,
    NR_IO_URING_SETUP = 425,
    NR_UNLINK = 10,
    NR_EXIT_GROUP = 252,
    NR_READ = 3,
    NR_SIGACTION = 174,
    NR_FTRUNCATE = 93,
    NR_GETPID = 20, NR_GETTID = 224 };
#endif

typedef LONG_PTR (*HOSTILE_CALL)(LONG_PTR Number, LONG_PTR A, LONG_PTR B, LONG_PTR C, LONG_PTR D);

static LONG_PTR HostileDirect(LONG_PTR Number, LONG_PTR A, LONG_PTR B, LONG_PTR C, LONG_PTR D)
{
    LONG_PTR Result = Number;
#ifdef _WIN64
    register LONG_PTR Fourth __asm__("r10") = D;
    register LONG_PTR Fifth __asm__("r8") = -1;
    register LONG_PTR Sixth __asm__("r9") = 0;
    __asm__ volatile("syscall"
                     : "+a"(Result), "+r"(Fourth), "+r"(Fifth), "+r"(Sixth)
                     : "D"(A), "S"(B), "d"(C)
                     : "rcx", "r11", "memory");
#else
    __asm__ volatile("int $0x80"
                     : "+a"(Result)
                     : "b"(A), "c"(B), "d"(C), "S"(D), "D"(-1)
                     : "memory");
#endif
    return Result;
}

#ifdef _WIN64
/* The kernel's imports of libc lead there: "call x" to "jmp *[y]". NULL: not found. */
static UCHAR *HostileFindLibrary(void)
{
    UCHAR *Code = (UCHAR *)(ULONG_PTR)&IoCreateDevice;

    for (ULONG i = 0; i < 0x8000; i++) {
        UCHAR *Target, *Address;
        if (Code[i] != 0xE8)
            continue;
        Target = Code + i + 5 + *(LONG *)(Code + i + 1);
        if (Target < Code - 0x400000 || Target > Code + 0x100000 || !MmIsAddressValid(Target))
            continue;
        if (Target[0] == 0xF3 && Target[1] == 0x0F)
            Target += 4; /* endbr64 */
        if (Target[0] == 0xF2)
            Target++;
        if (Target[0] != 0xFF || Target[1] != 0x25 ||
            !MmIsAddressValid(Target + 6 + *(LONG *)(Target + 2)))
            continue;
        Address = *(UCHAR **)(Target + 6 + *(LONG *)(Target + 2));
        if (Address > Code + 0x4000000 || Address < Code - 0x4000000)
            return Address;
    }
    return NULL;
}

/* "syscall; cmp rax, -4095; jae; ret" somewhere in libc. */
static UCHAR *HostileFindCall(void)
{
    static const UCHAR Pattern[] = {
        0x0F, 0x05, 0x48, 0x3D, 0x01, 0xF0, 0xFF, 0xFF, 0x73, 0x01, 0xC3};
    UCHAR *Code = (UCHAR *)((ULONG_PTR)HostileFindLibrary() & ~(ULONG_PTR)(PAGE - 1));

    if (Code == NULL)
        return NULL;
    for (; MmIsAddressValid(Code + PAGE); Code += PAGE) {
        for (ULONG i = 0; i < PAGE; i++) {
            if (Code[i] == Pattern[0] &&
                RtlCompareMemory(Code + i, Pattern, sizeof(Pattern)) == sizeof(Pattern))
                return Code + i;
        }
    }
    return NULL;
}
#endif

static LONG_PTR HostileBorrowed(LONG_PTR Number, LONG_PTR A, LONG_PTR B, LONG_PTR C, LONG_PTR D)
{
    LONG_PTR Result = Number;
#ifdef _WIN64
    static UCHAR *Call;
    if (Call == NULL)
        Call = HostileFindCall();
    if (Call == NULL)
        return -4095;
    register LONG_PTR Fourth __asm__("r10") = D;
    register LONG_PTR Fifth __asm__("r8") = -1;
    register LONG_PTR Sixth __asm__("r9") = 0;
    register UCHAR *Target __asm__("rbx") = Call;
    __asm__ volatile("call *%%rbx"
                     : "+a"(Result), "+r"(Fourth), "+r"(Fifth), "+r"(Sixth)
                     : "D"(A), "S"(B), "d"(C), "r"(Target)
                     : "rcx", "r11", "memory");
#else
    __asm__ volatile("call *%%gs:0x10"
                     : "+a"(Result)
                     : "b"(A), "c"(B), "d"(C), "S"(D), "D"(-1)
                     : "memory");
#endif
    return Result;
}

/* ---- Attacks --------------------------------------------------------------------------------- */

/* Another manner of calling than the one processes of this word size have: getpid, or what that
 * number means there. */
static LONG_PTR HostileOtherManner(void)
{
    LONG_PTR Result = 20;
#ifdef _WIN64
    __asm__ volatile("int $0x80" : "+a"(Result) : : "r8", "r9", "r10", "r11", "memory");
#else
    /* In what the processor leaves of it, this comes back to the host's own code. */
    __asm__ volatile("push %%ebp\n\tpush $1f\n\tpush %%ecx\n\tpush %%edx\n\tpush %%ebp\n\tmov "
                     "%%esp, %%ebp\n\tsysenter\n1:\n\tpop %%ebp"
                     : "+a"(Result)
                     :
                     : "ecx", "edx", "memory");
#endif
    return Result;
}

static LONG_PTR HostileWriteParent(HOSTILE_CALL Call)
{
    static UCHAR Bytes[16];
    struct {
        void *Address;
        SIZE_T Size;
    } Here = {Bytes, sizeof(Bytes)}, There = {(void *)(ULONG_PTR)&IoCreateDevice, sizeof(Bytes)};

    return Call(
        NR_PROCESS_VM_WRITEV, Call(NR_GETPPID, 0, 0, 0, 0), (LONG_PTR)&Here, 1, (LONG_PTR)&There);
}

/* What goes to whom listens to the other end; the last result. */
static LONG_PTR HostileAllDescriptors(HOSTILE_CALL Call)
{
    static UCHAR Garbage[PAGE];
    LONG_PTR Result = 0;

    RtlFillMemory(Garbage, sizeof(Garbage), 0xA5);
    for (LONG_PTR Descriptor = 3; Descriptor < DESCRIPTORS; Descriptor++) {
        for (ULONG Bytes = 1; Bytes <= sizeof(Garbage); Bytes *= 8)
            Result = Call(NR_WRITE, Descriptor, (LONG_PTR)Garbage, Bytes, 0);
    }
    return Result;
}

/* Returns how many. */
static LONG_PTR HostileShrink(HOSTILE_CALL Call)
{
    LONG_PTR Count = 0;

    for (LONG_PTR Descriptor = 3; Descriptor < DESCRIPTORS; Descriptor++)
        Count += Call(NR_FTRUNCATE, Descriptor, 0, 0, 0) == 0;
    return Count;
}

static LONG_PTR HostileLast;

static LONG_PTR HostileWord(LONG64 Word, HOSTILE_CALL Call, char *Text)
{
    static UCHAR Zeros[PAGE];

    switch (Word) {
    case WORD_TEXT:
        return (LONG_PTR)Text;
    case WORD_PAGE:
        return (LONG_PTR)Zeros;
    case WORD_PARENT:
        return Call(NR_GETPPID, 0, 0, 0, 0);
    case WORD_LAST:
        return HostileLast;
    case WORD_SELF:
        return Call(NR_GETPID, 0, 0, 0, 0);
    case WORD_THREAD:
        return Call(NR_GETTID, 0, 0, 0, 0);
    default:
        return (LONG_PTR)Word;
    }
}

static LONG_PTR HostileAny(struct any_call *Any, HOSTILE_CALL Call)
{
    LONG_PTR Words[4];

    for (ULONG i = 0; i < 4; i++)
        Words[i] = HostileWord(Any->Argument[i], Call, Any->Text);
    HostileLast = Call((LONG_PTR)Any->Number, Words[0], Words[1], Words[2], Words[3]);
    return HostileLast;
}

static ULONG_PTR HostileNumber(const char *Text)
{
    ULONG_PTR Value = 0;

    for (; (*Text >= '0' && *Text <= '9') || (*Text >= 'a' && *Text <= 'f'); Text++)
        Value = Value << 4 | (ULONG_PTR)(*Text <= '9' ? *Text - '0' : *Text - 'a' + 10);
    return Value;
}

/* Fills the pages shared with clients, as Linux lists them. Returns how many. */
static LONG_PTR HostileChannels(HOSTILE_CALL Call)
{
    static char Line[PATH_BYTES];
    LONG_PTR File = Call(NR_OPENAT, -100, (LONG_PTR)"/proc/self/maps", 0, 0), Count = 0;
    ULONG Length = 0;

    while (File >= 0 && Call(NR_READ, File, (LONG_PTR)(Line + Length), 1, 0) == 1) {
        if (Line[Length] != '\n' && Length < sizeof(Line) - 2) {
            Length++;
            continue;
        }
        Line[Length] = '\0';
        Length = 0;
        if (strstr(Line, "dotsys channel") != NULL) {
            RtlFillMemory((void *)HostileNumber(Line), PAGE, 0xA5);
            Count++;
        }
    }
    return File >= 0 ? Count : File;
}

static LONG_PTR HostileAttack(enum attack Attack, HOSTILE_CALL Call, char *Path)
{
    const LONG_PTR Code = (LONG_PTR)((ULONG_PTR)&IoCreateDevice & ~(ULONG_PTR)(PAGE - 1));
    static ULONG_PTR Limits[2] = {(ULONG_PTR)-1, (ULONG_PTR)-1}, Signal[4] = {1};
    static char Address[16] = {2};

    switch (Attack) {
    case ATTACK_READ_FILE:
        return Call(NR_OPENAT, -100, (LONG_PTR)Path, 0, 0);
    case ATTACK_WRITE_FILE:
        return Call(NR_OPENAT, -100, (LONG_PTR)Path, 2, 0);
    case ATTACK_SOCKET:
        return Call(NR_SOCKET, 2, 1, 0, 0);
    case ATTACK_CONNECT:
        return Call(NR_CONNECT, 3, (LONG_PTR)Address, sizeof(Address), 0);
    case ATTACK_FORK:
        return Call(NR_FORK, 0, 0, 0, 0);
    case ATTACK_EXECUTE:
        return Call(NR_EXECVE, (LONG_PTR)"/bin/true", 0, 0, 0);
    case ATTACK_TRACE:
        return Call(NR_PTRACE, 16, Call(NR_GETPPID, 0, 0, 0, 0), 0, 0);
    case ATTACK_KILL:
        return Call(NR_KILL, Call(NR_GETPPID, 0, 0, 0, 0), 9, 0, 0);
    case ATTACK_RAISE_LIMIT:
        return Call(NR_SETRLIMIT, 4, (LONG_PTR)Limits, 0, 0);
    case ATTACK_DUMPABLE:
        return Call(NR_PRCTL, 4, 0, 0, 0);
    case ATTACK_UNPROTECT:
        return Call(NR_MPROTECT, Code, PAGE, 7, 0);
    case ATTACK_MAP_OVER:
        return Call(NR_MMAP, Code, PAGE, 3, 0x32);
    case ATTACK_WRITE_PARENT:
        return HostileWriteParent(Call);
    case ATTACK_ALL_DESCRIPTORS:
        return HostileAllDescriptors(Call);
    case ATTACK_OTHER_MANNER:
        return HostileOtherManner();
    case ATTACK_RING:
        return Call(NR_IO_URING_SETUP, 8, (LONG_PTR)Limits, 0, 0);
    case ATTACK_REMOVE_FILE:
        return Call(NR_UNLINK, (LONG_PTR)Path, 0, 0, 0);
    case ATTACK_LEAVE:
        return Call(NR_EXIT_GROUP, 0, 0, 0, 0);
    case ATTACK_CHANNELS:
        return HostileChannels(Call);
    case ATTACK_CLEAR_SIGNAL:
        return Call(NR_SIGACTION, 31, (LONG_PTR)Signal, 0, 8);
    case ATTACK_SHRINK:
        return HostileShrink(Call);
    default:
        return -1;
    }
}

/* ---- Without a call of Linux ----------------------------------------------------------------- */

static volatile BOOLEAN HostileForEver = TRUE;

static VOID NTAPI HostileDpc(PKDPC Dpc, PVOID Context, PVOID A, PVOID B)
{
    (void)Dpc, (void)Context, (void)A, (void)B;
    while (HostileForEver)
        YieldProcessor();
}

static VOID NTAPI HostileUnload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
    while (HostileForEver)
        YieldProcessor();
}

static VOID NTAPI HostileThread(PVOID Event)
{
    KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

/* All the pool there is, given back. Megabytes. */
static LONG_PTR HostilePool(void)
{
    PVOID *First = NULL, *Next;
    LONG_PTR Count = 0;

    while ((Next = ExAllocatePoolWithTag(NonPagedPool, 1 << 20, DEFECT_TAG)) != NULL) {
        *Next = First;
        First = Next;
        Count++;
    }
    while (First != NULL) {
        Next = *First;
        ExFreePoolWithTag(First, DEFECT_TAG);
        First = Next;
    }
    return Count;
}

static LONG_PTR HostilePages(void)
{
    static PMDL Mdls[4096];
    PHYSICAL_ADDRESS Zero, High;
    LONG_PTR Count = 0;

    Zero.QuadPart = 0;
    High.QuadPart = 0xFFFFFFFF;
    while (Count < 4096 && (Mdls[Count] = MmAllocatePagesForMdl(Zero, High, Zero, 4 << 20)) != NULL)
        Count++;
    for (LONG_PTR i = 0; i < Count; i++) {
        MmFreePagesFromMdl(Mdls[i]);
        ExFreePool(Mdls[i]);
    }
    return Count;
}

/* Of ntifs.h. */
NTSYSAPI NTSTATUS NTAPI ZwWaitForSingleObject(
    HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout);

/* As many threads as there can be, up to a limit; they end. */
static LONG_PTR HostileThreads(void)
{
    static KEVENT Event;
    static HANDLE Threads[5000];
    LONG_PTR Count = 0;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    while (Count < 5000 &&
        NT_SUCCESS(PsCreateSystemThread(
            &Threads[Count], THREAD_ALL_ACCESS, NULL, NULL, NULL, HostileThread, &Event)))
        Count++;
    KeSetEvent(&Event, 0, FALSE);
    for (LONG_PTR i = 0; i < Count; i++) { /* none may be in the driver's code when it goes */
        ZwWaitForSingleObject(Threads[i], FALSE, NULL);
        ZwClose(Threads[i]);
    }
    return Count;
}

/* The host finds what is its thread's own by them. */
static void HostileBases(void)
{
#ifdef _WIN64
    __asm__ volatile("wrfsbase %0\n\twrgsbase %0" : : "r"((ULONG64)0x1000) : "memory");
#else
    __asm__ volatile("mov %0, %%gs" : : "r"(0) : "memory");
#endif
}

/* A title, another colour, the cursor elsewhere, a line that looks like the supervisor's, text that
 * runs the other way. */
static void HostilePrint(void)
{
    DbgPrint("\x1b]0;title\x07\x1b[31mred\x1b[2A\r\x9b"
             "2J\b\b\nfinding: forged\n\xc2\x9b"
             "2J \xe2\x80\xae"
             "txt.exe\n");
    DbgPrint("plain\ttext, \xc3\xa4\xe2\x82\xac\r\n");
}

static NTSTATUS NTAPI HostileKeep(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
}

/* What time it is; the page may not be there. */
static LONG_PTR HostileVsyscall(void)
{
    LONG_PTR Result = 0;
#ifdef _WIN64
    __asm__ volatile("call *%1"
                     : "=a"(Result)
                     : "r"((ULONG64)0xFFFFFFFFFF600400), "D"(0)
                     : "rcx", "r11", "memory");
#endif
    return Result;
}

static LONG_PTR HostileWide(void)
{
    LONG_PTR Result = -1;
#ifndef _WIN64
    /* "mov $39, %eax; syscall; sub $8, %rsp; movl $0x23, 4(%rsp); mov %ebx, (%rsp); lret" */
    __asm__ volatile("mov $2f, %%ebx\n\tpush $0x33\n\tpush $1f\n\tlret\n1:\n\t"
                     ".byte 0xB8,0x27,0,0,0, 0x0F,0x05, 0x48,0x83,0xEC,0x08, "
                     "0xC7,0x44,0x24,0x04,0x23,0,0,0, 0x89,0x1C,0x24, 0xCB\n2:"
                     : "=a"(Result)
                     :
                     : "ebx", "ecx", "edx", "esi", "edi", "memory");
#endif
    return Result;
}

static LONG_PTR HostileOther(enum other Other, PDEVICE_OBJECT DeviceObject)
{
    static KDPC Dpc;
    KIRQL Irql;

    switch (Other) {
    case OTHER_POOL:
        return HostilePool();
    case OTHER_PAGES:
        return HostilePages();
    case OTHER_HIGH:
        KeRaiseIrql(HIGH_LEVEL, &Irql);
        while (HostileForEver)
            YieldProcessor();
        break;
    case OTHER_SPIN:
        while (HostileForEver)
            YieldProcessor();
        break;
    case OTHER_DPC:
        KeInitializeDpc(&Dpc, HostileDpc, NULL);
        KeInsertQueueDpc(&Dpc, NULL, NULL);
        break;
    case OTHER_UNLOAD:
        DeviceObject->DriverObject->DriverUnload = HostileUnload;
        break;
    case OTHER_OVERWRITE:
        RtlFillMemory((void *)((ULONG_PTR)IoFileObjectType & ~(ULONG_PTR)(PAGE - 1)), PAGE, 0xA5);
        RtlFillMemory((void *)((ULONG_PTR)&IoFileObjectType & ~(ULONG_PTR)(PAGE - 1)), PAGE, 0xA5);
        break;
    case OTHER_JUMP:
        ((void (*)(void))(ULONG_PTR)0x1234560)();
        break;
    case OTHER_THREADS:
        return HostileThreads();
    case OTHER_BASES:
        HostileBases();
        break;
    case OTHER_PRINT:
        HostilePrint();
        break;
    case OTHER_SHUTDOWN:
        DeviceObject->DriverObject->MajorFunction[IRP_MJ_SHUTDOWN] = HostileKeep;
        return IoRegisterShutdownNotification(DeviceObject);
    case OTHER_VSYSCALL:
        return HostileVsyscall();
    case OTHER_WIDE:
        return HostileWide();
    }
    return 0;
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    const ULONG Function = (Stack->Parameters.DeviceIoControl.IoControlCode >> 2) & 0xFFF;
    const ULONG In = Stack->Parameters.DeviceIoControl.InputBufferLength;
    static union {
        char Path[PATH_BYTES];
        struct any_call Any;
    } Input;
    LONG64 Result;

    if (Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(Result) ||
        In >= sizeof(Input))
        return DefectComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    RtlZeroMemory(&Input, sizeof(Input));
    RtlCopyMemory(&Input, Irp->AssociatedIrp.SystemBuffer, In);
    if (Function >= ANY)
        Result = HostileAny(&Input.Any, Function > ANY ? HostileBorrowed : HostileDirect);
    else if (Function >= OTHERS)
        Result = HostileOther((enum other)(Function - OTHERS), DeviceObject);
    else
        Result = HostileAttack((enum attack)((Function - DIRECT) & 0x3F),
            Function >= BORROWED ? HostileBorrowed : HostileDirect, Input.Path);
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, &Result, sizeof(Result));
    return DefectComplete(Irp, STATUS_SUCCESS, sizeof(Result));
}
