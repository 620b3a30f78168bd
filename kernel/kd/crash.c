/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Reading what was collected of a crash: checking it, registers, modules, names of requests. Also
 * of a machine of the other word size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kd/crashp.h"
#include "nt/ntimage.h"

/* ---- Checking -------------------------------------------------------------------------------- */

#define KDP_END(Text) ((Text)[sizeof(Text) - 1] = 0)

static void KdpLimit(ULONG *Count, ULONG Most)
{
    if (*Count > Most)
        *Count = Most;
}

static void KdpCheckCounts(KD_CRASH *Crash)
{
    KdpLimit(&Crash->FrameCount, KD_CRASH_FRAMES);
    KdpLimit(&Crash->NameCount, KD_CRASH_NAMES);
    KdpLimit(&Crash->ModuleCount, KD_CRASH_MODULES);
    KdpLimit(&Crash->LineCount, KD_CRASH_LINES);
    KdpLimit(&Crash->WordCount, KD_CRASH_WORDS);
    KdpLimit(&Crash->IrpCount, KD_CRASH_IRPS);
    KdpLimit(&Crash->PoolCount, KD_CRASH_POOLS);
    KdpLimit(&Crash->DeviceLogCount, KD_CRASH_DEVICES);
    KdpLimit(&Crash->ThreadCount, KD_CRASH_THREADS);
    KdpLimit(&Crash->CodeBytes, KD_CRASH_CODE);
    KdpLimit(&Crash->ContextBytes, sizeof(Crash->Context));
    KdpLimit(&Crash->ExceptionParameters, 4);
    KdpLimit(&Crash->EarlierCount, KE_EARLIER_STACKS);
    for (ULONG Index = 0; Index < Crash->EarlierCount; Index++) {
        KdpLimit(&Crash->Earlier[Index].FrameCount, RTL_NUMBER_OF(Crash->Earlier[Index].Frame));
        KDP_END(Crash->Earlier[Index].Title);
    }
    if (Crash->Culprit >= Crash->ModuleCount)
        Crash->Culprit = KD_CRASH_NONE;
}

static void KdpCheckIrp(KD_CRASH_IRP *Irp)
{
    KdpLimit(&Irp->LocationCount, KD_CRASH_LOCATIONS);
    KDP_END(Irp->File);
    for (ULONG Index = 0; Index < KD_CRASH_LOCATIONS; Index++) {
        KDP_END(Irp->Location[Index].Driver);
        KDP_END(Irp->Location[Index].DeviceName);
    }
}

BOOLEAN KdCheckCrash(KD_CRASH *Crash, SIZE_T Bytes)
{
    if (Bytes != sizeof(*Crash) || Crash->Size != sizeof(*Crash) ||
        (Crash->Machine != IMAGE_FILE_MACHINE_AMD64 && Crash->Machine != IMAGE_FILE_MACHINE_I386))
        return FALSE;
    KdpCheckCounts(Crash);
    KDP_END(Crash->Detail);
    KDP_END(Crash->OsName);
    KDP_END(Crash->Version);
    KDP_END(Crash->CommandLine);
    KDP_END(Crash->ProcessName);
    for (ULONG Index = 0; Index < Crash->NameCount; Index++)
        KDP_END(Crash->Name[Index].Text);
    for (ULONG Index = 0; Index < Crash->ModuleCount; Index++) {
        KDP_END(Crash->Module[Index].Name);
        KDP_END(Crash->Module[Index].Version);
        KDP_END(Crash->Module[Index].HostPath);
    }
    for (ULONG Index = 0; Index < Crash->LineCount; Index++) {
        KDP_END(Crash->Line[Index].Source);
        KDP_END(Crash->Line[Index].Text);
    }
    for (ULONG Index = 0; Index < Crash->IrpCount; Index++)
        KdpCheckIrp(&Crash->Irp[Index]);
    for (ULONG Index = 0; Index < Crash->DeviceLogCount; Index++) {
        KDP_END(Crash->DeviceLog[Index].Driver);
        KDP_END(Crash->DeviceLog[Index].Name);
    }
    for (ULONG Index = 0; Index < Crash->ThreadCount; Index++)
        KDP_END(Crash->KernelThread[Index].Process);
    return TRUE;
}

/* ---- Modules and registers ------------------------------------------------------------------- */

const KD_CRASH_MODULE *KdCrashModule(const KD_CRASH *Crash, ULONG64 Address)
{
    for (ULONG Index = 0; Index < Crash->ModuleCount; Index++) {
        const KD_CRASH_MODULE *Module = &Crash->Module[Index];
        if (Address - Module->Base < Module->Size)
            return Module;
    }
    return NULL;
}

ULONG64 KdDetailPlace(const KD_CRASH *Crash)
{
    for (ULONG Index = 0; Index < Crash->ModuleCount; Index++) {
        const KD_CRASH_MODULE *Module = &Crash->Module[Index];
        const SIZE_T Length = strlen(Module->Name);
        const char *Found = Length != 0 ? strstr(Crash->Detail, Module->Name) : NULL;
        if (Found != NULL && strncmp(Found + Length, "+0x", 3) == 0)
            return Module->Base + strtoull(Found + Length + 3, NULL, 16);
    }
    return 0;
}

BOOLEAN KdCulpritIsExact(const KD_CRASH *Crash)
{
    for (ULONG Index = 1; Index < Crash->FrameCount; Index++) {
        if (Crash->Frame[Index] == Crash->CulpritAddress)
            return FALSE;
    }
    return TRUE;
}

const char *KdCrashCause(const KD_CRASH *Crash, const char *Usual)
{
    if (Crash->IsException && KdCrashModule(Crash, Crash->ExceptionAddress) == NULL)
        return "It went on at an address without code. A pointer to a function was wrong, or, if the "
               "stack does not show who called, a return address was overwritten: look for an array "
               "on the stack that was written past its end.";
    return Usual;
}

const char *KdCrashRequestDriver(const KD_CRASH *Crash)
{
    for (ULONG Index = 0; Index < Crash->IrpCount; Index++) {
        const KD_CRASH_IRP *Irp = &Crash->Irp[Index];
        if (Irp->Parameter == 0 && Irp->Current > 0 && (ULONG)Irp->Current <= Irp->LocationCount &&
            Irp->Location[Irp->Current - 1].Driver[0] != 0)
            return Irp->Location[Irp->Current - 1].Driver;
    }
    return NULL;
}

/* Offsets are Windows', of the CONTEXT of each processor. */
static const KD_REGISTER KdpWide[] = {{"rax", 0x78, 8}, {"rcx", 0x80, 8}, {"rdx", 0x88, 8},
    {"rbx", 0x90, 8}, {"rsp", 0x98, 8}, {"rbp", 0xA0, 8}, {"rsi", 0xA8, 8}, {"rdi", 0xB0, 8},
    {"r8", 0xB8, 8}, {"r9", 0xC0, 8}, {"r10", 0xC8, 8}, {"r11", 0xD0, 8}, {"r12", 0xD8, 8},
    {"r13", 0xE0, 8}, {"r14", 0xE8, 8}, {"r15", 0xF0, 8}, {"rip", 0xF8, 8}, {"efl", 0x44, 4},
    {"cs", 0x38, 2}, {"ds", 0x3A, 2}, {"es", 0x3C, 2}, {"fs", 0x3E, 2}, {"gs", 0x40, 2},
    {"ss", 0x42, 2}};
static const KD_REGISTER KdpNarrow[] = {{"eax", 0xB0, 4}, {"ebx", 0xA4, 4}, {"ecx", 0xAC, 4},
    {"edx", 0xA8, 4}, {"esi", 0xA0, 4}, {"edi", 0x9C, 4}, {"esp", 0xC4, 4}, {"ebp", 0xB4, 4},
    {"eip", 0xB8, 4}, {"efl", 0xC0, 4}, {"cs", 0xBC, 4}, {"ds", 0x98, 4}, {"es", 0x94, 4},
    {"fs", 0x90, 4}, {"gs", 0x8C, 4}, {"ss", 0xC8, 4}};
#define KDP_WIDE_GENERAL   16u
#define KDP_NARROW_GENERAL 8u
#define KDP_WIDE_SP        4u
#define KDP_NARROW_SP      6u

#if defined(__x86_64__)
C_ASSERT(offsetof(CONTEXT, Rax) == 0x78 && offsetof(CONTEXT, Rip) == 0xF8 &&
    offsetof(CONTEXT, EFlags) == 0x44);
#else
C_ASSERT(offsetof(CONTEXT, Eax) == 0xB0 && offsetof(CONTEXT, Eip) == 0xB8 &&
    offsetof(CONTEXT, EFlags) == 0xC0);
#endif

const KD_REGISTER *KdRegisters(ULONG Machine, ULONG *Count, ULONG *General)
{
    const BOOLEAN Wide = Machine == IMAGE_FILE_MACHINE_AMD64;
    *Count = Wide ? RTL_NUMBER_OF(KdpWide) : RTL_NUMBER_OF(KdpNarrow);
    *General = Wide ? KDP_WIDE_GENERAL : KDP_NARROW_GENERAL;
    return Wide ? KdpWide : KdpNarrow;
}

ULONG64 KdRegisterValue(const KD_CRASH *Crash, const KD_REGISTER *Register)
{
    ULONG64 Value = 0;
    /* both sides are little-endian */
    memcpy(&Value, Crash->Context + Register->Offset, Register->Bytes);
    return Value;
}

ULONG64 KdCrashPc(const KD_CRASH *Crash)
{
    ULONG Count, General;
    const KD_REGISTER *Register = KdRegisters(Crash->Machine, &Count, &General);
    return KdRegisterValue(Crash, &Register[General]);
}

ULONG64 KdCrashSp(const KD_CRASH *Crash)
{
    ULONG Count, General;
    const KD_REGISTER *Register = KdRegisters(Crash->Machine, &Count, &General);
    return KdRegisterValue(
        Crash, &Register[Crash->Machine == IMAGE_FILE_MACHINE_AMD64 ? KDP_WIDE_SP : KDP_NARROW_SP]);
}

/* ---- Requests -------------------------------------------------------------------------------- */

const char *KdMajorName(UCHAR Major)
{
    static const char *const Names[] = {"CREATE", "CREATE_NAMED_PIPE", "CLOSE", "READ", "WRITE",
        "QUERY_INFORMATION", "SET_INFORMATION", "QUERY_EA", "SET_EA", "FLUSH_BUFFERS",
        "QUERY_VOLUME_INFORMATION", "SET_VOLUME_INFORMATION", "DIRECTORY_CONTROL",
        "FILE_SYSTEM_CONTROL", "DEVICE_CONTROL", "INTERNAL_DEVICE_CONTROL", "SHUTDOWN",
        "LOCK_CONTROL", "CLEANUP", "CREATE_MAILSLOT", "QUERY_SECURITY", "SET_SECURITY", "POWER",
        "SYSTEM_CONTROL", "DEVICE_CHANGE", "QUERY_QUOTA", "SET_QUOTA", "PNP"};
    C_ASSERT(RTL_NUMBER_OF(Names) == IRP_MJ_MAXIMUM_FUNCTION + 1);
    return Major < RTL_NUMBER_OF(Names) ? Names[Major] : "no major function";
}

const char *KdMinorName(UCHAR Major, UCHAR Minor)
{
    static const char *const Pnp[] = {"START_DEVICE", "QUERY_REMOVE_DEVICE", "REMOVE_DEVICE",
        "CANCEL_REMOVE_DEVICE", "STOP_DEVICE", "QUERY_STOP_DEVICE", "CANCEL_STOP_DEVICE",
        "QUERY_DEVICE_RELATIONS", "QUERY_INTERFACE", "QUERY_CAPABILITIES", "QUERY_RESOURCES",
        "QUERY_RESOURCE_REQUIREMENTS", "QUERY_DEVICE_TEXT", "FILTER_RESOURCE_REQUIREMENTS", "",
        "READ_CONFIG", "WRITE_CONFIG", "EJECT", "SET_LOCK", "QUERY_ID", "QUERY_PNP_DEVICE_STATE",
        "QUERY_BUS_INFORMATION", "DEVICE_USAGE_NOTIFICATION", "SURPRISE_REMOVAL"};
    static const char *const Power[] = {"WAIT_WAKE", "POWER_SEQUENCE", "SET_POWER", "QUERY_POWER"};
    if (Major == IRP_MJ_PNP && Minor < RTL_NUMBER_OF(Pnp))
        return Pnp[Minor];
    return Major == IRP_MJ_POWER && Minor < RTL_NUMBER_OF(Power) ? Power[Minor] : "";
}

void KdDescribeControlCode(ULONG Code, char *Text, SIZE_T Size)
{
    static const char *const Method[] = {
        "METHOD_BUFFERED", "METHOD_IN_DIRECT", "METHOD_OUT_DIRECT", "METHOD_NEITHER"};
    static const char *const Access[] = {
        "FILE_ANY_ACCESS", "FILE_READ_ACCESS", "FILE_WRITE_ACCESS", "read and write access"};
    snprintf(Text, Size, "device type 0x%x, function 0x%x, %s, %s", (unsigned)(Code >> 16),
        (unsigned)(Code >> 2 & 0xFFF), Method[Code & 3], Access[Code >> 14 & 3]);
}
