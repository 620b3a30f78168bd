/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * System information of one fixed structure. The machine is a PC with a legacy BIOS, without a
 * debugger, without a hypervisor that shows itself, and without mitigations that cost something:
 * what is so answers with zeros.
 */
#include <string.h>

#include "io/sysinfo.h"
#include "ke/processor.h"

#define IOP_GRANULARITY 0x10000u
#define IOP_LOWEST_PAGE 1u
#define IOP_BOOT_ENVIRONMENT_OLD FIELD_OFFSET(SYSTEM_BOOT_ENVIRONMENT_INFORMATION, BootFlags)
#define IOP_TIME_OLD FIELD_OFFSET(SYSTEM_TIMEOFDAY_INFORMATION, BootTimeBias)
#define IOP_PERFORMANCE_OLD FIELD_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, CcTotalDirtyPages)
#define IOP_TICKS_PER_MINUTE 600000000

/* Variables drivers import; kd's and ke's. */
extern BOOLEAN KdDebuggerEnabled, KdDebuggerNotPresent;
extern ULONG NtGlobalFlag;

typedef union IOP_FIXED {
    SYSTEM_BASIC_INFORMATION Basic;
    SYSTEM_PROCESSOR_INFORMATION Processor;
    SYSTEM_PERFORMANCE_INFORMATION Performance;
    SYSTEM_TIMEOFDAY_INFORMATION Time;
    SYSTEM_DEVICE_INFORMATION Devices;
    SYSTEM_FILECACHE_INFORMATION Cache;
    SYSTEM_DPC_BEHAVIOR_INFORMATION Dpc;
    SYSTEM_QUERY_TIME_ADJUST_INFORMATION Adjustment;
    SYSTEM_EXCEPTION_INFORMATION Exception;
    SYSTEM_KERNEL_DEBUGGER_INFORMATION Debugger;
    SYSTEM_CONTEXT_SWITCH_INFORMATION Switches;
    SYSTEM_REGISTRY_QUOTA_INFORMATION Quota;
    RTL_TIME_ZONE_INFORMATION Zone;
    SYSTEM_BOOT_ENVIRONMENT_INFORMATION Boot;
    SYSTEM_CODEINTEGRITY_INFORMATION Integrity;
    SYSTEM_QUERY_PERFORMANCE_COUNTER_INFORMATION Counter;
    SYSTEM_SECUREBOOT_INFORMATION SecureBoot;
    SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX DebuggerEx;
    SYSTEM_LEAP_SECOND_INFORMATION Leap;
    ULONG64 Hypervisor[2];
    ULONG Number;
    ULONG_PTR Pointer;
} IOP_FIXED;

ULONG IopFixedBytes(SYSTEM_INFORMATION_CLASS Class)
{
    switch ((int)Class) {
    case SystemBasicInformation:
    case SystemEmulationBasicInformation:
        return sizeof(SYSTEM_BASIC_INFORMATION);
    case SystemProcessorInformation:
    case SystemEmulationProcessorInformation:
        return sizeof(SYSTEM_PROCESSOR_INFORMATION);
    case SystemPerformanceInformation: /* newer Windows take the old length, too */
        return IOP_PERFORMANCE_OLD;
    case SystemTimeOfDayInformation:
        return LdrTargetVersion >= WINVER_XP ? sizeof(SYSTEM_TIMEOFDAY_INFORMATION) : IOP_TIME_OLD;
    case SystemDeviceInformation:
        return sizeof(SYSTEM_DEVICE_INFORMATION);
    case SystemFileCacheInformation:
        return sizeof(SYSTEM_FILECACHE_INFORMATION);
    case SystemDpcBehaviorInformation:
        return sizeof(SYSTEM_DPC_BEHAVIOR_INFORMATION);
    case SystemTimeAdjustmentInformation:
        return sizeof(SYSTEM_QUERY_TIME_ADJUST_INFORMATION);
    case SystemExceptionInformation:
        return sizeof(SYSTEM_EXCEPTION_INFORMATION);
    case SystemKernelDebuggerInformation:
        return sizeof(SYSTEM_KERNEL_DEBUGGER_INFORMATION);
    case SystemContextSwitchInformation:
        return sizeof(SYSTEM_CONTEXT_SWITCH_INFORMATION);
    case SystemRegistryQuotaInformation:
        return sizeof(SYSTEM_REGISTRY_QUOTA_INFORMATION);
    case SystemCurrentTimeZoneInformation:
        return sizeof(RTL_TIME_ZONE_INFORMATION);
    case SystemBootEnvironmentInformation:
        return LdrTargetVersion >= WINVER_WIN8 ? sizeof(SYSTEM_BOOT_ENVIRONMENT_INFORMATION)
                                               : IOP_BOOT_ENVIRONMENT_OLD;
    case SystemHypervisorInformation:
        return 2 * sizeof(ULONG64);
    case SystemCodeIntegrityInformation:
        return sizeof(SYSTEM_CODEINTEGRITY_INFORMATION);
    case SystemQueryPerformanceCounterInformation:
        return sizeof(SYSTEM_QUERY_PERFORMANCE_COUNTER_INFORMATION);
    case SystemSecureBootInformation:
        return sizeof(SYSTEM_SECUREBOOT_INFORMATION);
    case SystemKernelDebuggerInformationEx:
        return sizeof(SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX);
    case SystemLeapSecondInformation:
        return sizeof(SYSTEM_LEAP_SECOND_INFORMATION);
    case SystemRangeStartInformation:
        return sizeof(ULONG_PTR);
    case SystemFlagsInformation:
    case SystemKernelVaShadowInformation:
    case SystemSpeculationControlInformation:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

static void IopFillBasic(SYSTEM_BASIC_INFORMATION *Basic)
{
    Basic->TimerResolution = KeQueryTimeIncrement();
    Basic->PageSize = PAGE_SIZE;
    Basic->NumberOfPhysicalPages = (ULONG)(MM_RAM_BYTES / PAGE_SIZE);
    Basic->LowestPhysicalPageNumber = IOP_LOWEST_PAGE;
    Basic->HighestPhysicalPageNumber = Basic->NumberOfPhysicalPages - 1;
    Basic->AllocationGranularity = IOP_GRANULARITY;
    Basic->MinimumUserModeAddress = IOP_GRANULARITY;
    Basic->MaximumUserModeAddress = MM_HIGHEST_USER_ADDRESS;
    Basic->ActiveProcessorsAffinityMask = KeQueryActiveProcessors();
    Basic->NumberOfProcessors = KeNumberProcessors;
}

/* The host's own processor, as CPUID has it: family is the level, model and stepping are the
 * revision. */
static void IopFillProcessor(SYSTEM_PROCESSOR_INFORMATION *Processor)
{
    ULONG Signature, Unused[3];
    __asm__("cpuid"
            : "=a"(Signature), "=b"(Unused[0]), "=c"(Unused[1]), "=d"(Unused[2])
            : "a"(1), "c"(0));
    ULONG Family = (Signature >> 8) & 0xF, Model = (Signature >> 4) & 0xF;
    if (Family == 6 || Family == 15)
        Model |= (Signature >> 12) & 0xF0;
    if (Family == 15)
        Family += (Signature >> 20) & 0xFF;
    /* PROCESSOR_ARCHITECTURE_AMD64, _INTEL */
    Processor->ProcessorArchitecture = sizeof(void *) == 8 ? 9 : 0;
    Processor->ProcessorLevel = (USHORT)Family;
    Processor->ProcessorRevision = (USHORT)(Model << 8 | (Signature & 0xF));
    Processor->MaximumProcessors = LdrTargetVersion >= WINVER_WIN7
        ? (USHORT)KeQueryMaximumProcessorCount()
        : 0;
}

static void IopCountPools(SYSTEM_PERFORMANCE_INFORMATION *Performance)
{
    const ULONG Room = 512;
    EX_POOL_USAGE *Usage = ExiAllocate(
        NonPagedPoolNx, Room * sizeof(*Usage), IOP_TAG_SYSTEM_INFORMATION, EX_KERNEL_SITE);
    if (Usage == NULL)
        return;
    ULONG64 Bytes[2] = {0, 0};
    const ULONG Count = ExQueryPoolUsage(Usage, Room);
    for (ULONG Index = 0; Index < Count; Index++)
        Bytes[Usage[Index].Paged != FALSE] += Usage[Index].Bytes;
    ExiFree(Usage);
    Performance->NonPagedPoolPages = (ULONG)((Bytes[0] + PAGE_SIZE - 1) / PAGE_SIZE);
    Performance->PagedPoolPages = (ULONG)((Bytes[1] + PAGE_SIZE - 1) / PAGE_SIZE);
    Performance->ResidentPagedPoolPage = Performance->PagedPoolPages;
}

static void IopFillPerformance(SYSTEM_PERFORMANCE_INFORMATION *Performance)
{
    Performance->AvailablePages = MmFreePageCount();
    Performance->CommittedPages = MmPagesInUse();
    Performance->PeakCommitment = MmHighWaterPage();
    Performance->CommitLimit = (ULONG)(MM_RAM_BYTES / PAGE_SIZE);
    Performance->AvailablePagedPoolPages = Performance->AvailablePages;
    Performance->FreeSystemPtes = Performance->AvailablePages;
    Performance->ResidentAvailablePages = Performance->AvailablePages;
    IopCountPools(Performance);
}

static void IopFillTime(SYSTEM_TIMEOFDAY_INFORMATION *Time)
{
    bool Summer;
    KeQuerySystemTime(&Time->CurrentTime);
    Time->BootTime.QuadPart = Time->CurrentTime.QuadPart - (LONGLONG)KeQueryInterruptTime();
    Time->TimeZoneBias.QuadPart = -host_local_offset(&Summer);
    Time->TimeZoneId = Summer ? 2 : 1;
}

/* Only what holds now is known, so it is told as a zone without daylight saving time. */
void IopFillZone(RTL_TIME_ZONE_INFORMATION *Zone)
{
    static const WCHAR Name[] = u"Host time";
    bool Summer;
    Zone->Bias = (LONG)(-host_local_offset(&Summer) / IOP_TICKS_PER_MINUTE);
    memcpy(Zone->StandardName, Name, sizeof(Name));
    memcpy(Zone->DaylightName, Name, sizeof(Name));
}

static void IopFillDevices(SYSTEM_DEVICE_INFORMATION *Devices)
{
    const CONFIGURATION_INFORMATION *Counted = IoGetConfigurationInformation();
    Devices->NumberOfDisks = Counted->DiskCount;
    Devices->NumberOfFloppies = Counted->FloppyCount;
    Devices->NumberOfCdRoms = Counted->CdRomCount;
    Devices->NumberOfTapes = Counted->TapeCount;
    Devices->NumberOfSerialPorts = Counted->SerialCount;
    Devices->NumberOfParallelPorts = Counted->ParallelCount;
}

static NTSTATUS IopFillFixed(const IOP_ANSWER *Answer, IOP_FIXED *Fixed)
{
    ULONG Given = 0;
    if (Answer->InputBytes >= sizeof(Given))
        memcpy(&Given, Answer->Input, sizeof(Given));
    switch ((int)Answer->Class) {
    case SystemBasicInformation:
    case SystemEmulationBasicInformation:
        IopFillBasic(&Fixed->Basic);
        break;
    case SystemProcessorInformation:
    case SystemEmulationProcessorInformation:
        IopFillProcessor(&Fixed->Processor);
        break;
    case SystemPerformanceInformation:
        IopFillPerformance(&Fixed->Performance);
        break;
    case SystemTimeOfDayInformation:
        IopFillTime(&Fixed->Time);
        break;
    case SystemDeviceInformation:
        IopFillDevices(&Fixed->Devices);
        break;
    case SystemFlagsInformation:
        Fixed->Number = NtGlobalFlag;
        break;
    case SystemDpcBehaviorInformation: /* what Windows starts with */
        Fixed->Dpc = (SYSTEM_DPC_BEHAVIOR_INFORMATION){0, 4, 3, 20, 20};
        break;
    case SystemTimeAdjustmentInformation:
        Fixed->Adjustment = (SYSTEM_QUERY_TIME_ADJUST_INFORMATION){
            KeQueryTimeIncrement(), KeQueryTimeIncrement(), TRUE};
        break;
    case SystemKernelDebuggerInformation:
        Fixed->Debugger = (SYSTEM_KERNEL_DEBUGGER_INFORMATION){
            KdDebuggerEnabled, KdDebuggerNotPresent};
        break;
    case SystemKernelDebuggerInformationEx:
        Fixed->DebuggerEx = (SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX){
            FALSE, KdDebuggerEnabled, !KdDebuggerNotPresent};
        break;
    case SystemRegistryQuotaInformation: /* there is no quota but the pool's size */
        Fixed->Quota = (SYSTEM_REGISTRY_QUOTA_INFORMATION){MAXULONG, 0, MM_RAM_BYTES - 1};
        break;
    case SystemCurrentTimeZoneInformation:
        IopFillZone(&Fixed->Zone);
        break;
    case SystemRangeStartInformation:
        Fixed->Pointer = MM_SYSTEM_BASE;
        break;
    case SystemBootEnvironmentInformation:
        Fixed->Boot.FirmwareType = FirmwareTypeBios;
        break;
    case SystemCodeIntegrityInformation:
        if (Given != sizeof(Fixed->Integrity))
            return STATUS_INFO_LENGTH_MISMATCH;
        Fixed->Integrity.Length = Given; /* no options: drivers need no signature */
        break;
    case SystemQueryPerformanceCounterInformation:
        if (Given != 1)
            return STATUS_INVALID_PARAMETER;
        Fixed->Counter.Version = Given;
        break;
    default:
        break; /* nothing of it is counted, on, or there */
    }
    return STATUS_SUCCESS;
}

NTSTATUS IopQueryFixed(IOP_ANSWER *Answer)
{
    IOP_FIXED Fixed;
    ULONG Bytes = IopFixedBytes(Answer->Class);
    memset(&Fixed, 0, sizeof(Fixed));
    NTSTATUS Status = IopFillFixed(Answer, &Fixed);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Answer->Class == SystemPerformanceInformation && LdrTargetVersion >= WINVER_WIN8 &&
        Answer->Length >= sizeof(SYSTEM_PERFORMANCE_INFORMATION))
        Bytes = sizeof(SYSTEM_PERFORMANCE_INFORMATION);
    if (Answer->Class == SystemTimeOfDayInformation && Answer->Length < Bytes)
        Bytes = Answer->Length;
    void *To = IopExtendAnswer(Answer, Bytes);
    if (To != NULL)
        memcpy(To, &Fixed, Bytes);
    return STATUS_SUCCESS;
}
