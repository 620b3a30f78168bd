/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Counter sets of drivers. No program asks for counters, so a provider's callback is never called
 * and its instances are never read; what is registered is checked and kept, as a driver that did
 * wrong must hear of it.
 */
#include "wmi/pcw.h"

#define WMIP_TAG_COUNTERS 0x57635057u /* 'WPcW' */

struct PCW_REGISTRATION {
    ULONG CounterCount;
    _Atomic ULONG Instances;
    ULONG BlockBytes[]; /* least size of the block of each StructIndex, CounterCount of them at most
                         */
};

struct PCW_INSTANCE {
    PCW_REGISTRATION *Registration;
};

static BOOLEAN WmipIsCounterSize(USHORT Size)
{
    return Size == sizeof(ULONG) || Size == sizeof(ULONG64);
}

static NTSTATUS WmipTakeCounters(
    PCW_REGISTRATION *Registration, const PCW_COUNTER_DESCRIPTOR *Counters)
{
    for (ULONG Index = 0; Index < Registration->CounterCount; Index++) {
        const PCW_COUNTER_DESCRIPTOR *Counter = &Counters[Index];
        ULONG End = (ULONG)Counter->Offset + Counter->Size;
        if (!WmipIsCounterSize(Counter->Size) || Counter->StructIndex >= Registration->CounterCount)
            return STATUS_INVALID_PARAMETER;
        if (End > Registration->BlockBytes[Counter->StructIndex])
            Registration->BlockBytes[Counter->StructIndex] = End;
    }
    return STATUS_SUCCESS;
}

/*
 * PcwRegister - say that there is a set of counters.
 *
 * Info:    Version: PCW_VERSION_1 or _2; Callback: optional, never called as nobody asks.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the version, no name, no counters, or one that is not of 4
 *          or 8 bytes; INSUFFICIENT_RESOURCES.
 * Owner:   caller; PcwUnregister.
 * Source:  DOC wdm/PcwRegister, PCW_COUNTER_DESCRIPTOR; INF INVALID_PARAMETER; OBS
 *          tests/kernel/wmi/PcwRegister.c
 */
NTSTATUS NTAPI PcwRegister(
    PCW_REGISTRATION **Registration, const PCW_REGISTRATION_INFORMATION *Info)
{
    ULONG_PTR Site = EX_CALLER;
    if ((Info->Version != PCW_VERSION_1 && Info->Version != PCW_VERSION_2) || Info->Name == NULL ||
        Info->Name->Length == 0 || Info->CounterCount == 0 || Info->CounterCount > MAXUSHORT ||
        Info->Counters == NULL)
        return STATUS_INVALID_PARAMETER;
    PCW_REGISTRATION *New = ExiAllocateZero(PagedPool,
        sizeof(*New) + Info->CounterCount * sizeof(New->BlockBytes[0]), WMIP_TAG_COUNTERS, Site);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->CounterCount = Info->CounterCount;
    NTSTATUS Status = WmipTakeCounters(New, Info->Counters);
    if (!NT_SUCCESS(Status)) {
        ExiFree(New);
        return Status;
    }
    *Registration = New;
    return STATUS_SUCCESS;
}

/*
 * PcwUnregister - the reverse; instances are closed by then. IRQL: up to APC_LEVEL. Source: DOC
 * wdm/PcwUnregister; OBS as above.
 */
void NTAPI PcwUnregister(PCW_REGISTRATION *Registration)
{
    if (Registration != NULL)
        ExiFree(Registration);
}

/*
 * PcwCreateInstance - an instance of a set, whose counters the caller goes on changing where they
 * are.
 *
 * Data:    the blocks the set's descriptors speak of, Count of them; they stay the caller's.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no name, or a block is missing or smaller than what lies in
 *          it; INSUFFICIENT_RESOURCES.
 * Owner:   caller; PcwCloseInstance.
 * Source:  DOC wdm/PcwCreateInstance; INF INVALID_PARAMETER; OBS tests/kernel/wmi/PcwRegister.c
 */
NTSTATUS NTAPI PcwCreateInstance(PCW_INSTANCE **Instance, PCW_REGISTRATION *Registration,
    const UNICODE_STRING *Name, ULONG Count, const PCW_DATA *Data)
{
    ULONG_PTR Site = EX_CALLER;
    if (Name == NULL)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < Registration->CounterCount; Index++) {
        ULONG Least = Registration->BlockBytes[Index];
        if (Least != 0 && (Index >= Count || Data[Index].Data == NULL || Data[Index].Size < Least))
            return STATUS_INVALID_PARAMETER;
    }
    PCW_INSTANCE *New = ExiAllocate(PagedPool, sizeof(*New), WMIP_TAG_COUNTERS, Site);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Registration = Registration;
    Registration->Instances++;
    *Instance = New;
    return STATUS_SUCCESS;
}

/*
 * PcwCloseInstance - the reverse. IRQL: up to APC_LEVEL. Source: DOC wdm/PcwCloseInstance; OBS as
 * above.
 */
void NTAPI PcwCloseInstance(PCW_INSTANCE *Instance)
{
    if (Instance == NULL)
        return;
    Instance->Registration->Instances--;
    ExiFree(Instance);
}

/*
 * PcwAddInstance - answer a query, from a provider's callback. As no callback is called, there is
 * no query to answer.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: INVALID_PARAMETER: Buffer is no query's.
 * Source:  DOC wdm/PcwAddInstance; INF the status; OBS tests/kernel/wmi/PcwRegister.c
 */
NTSTATUS NTAPI PcwAddInstance(
    void *Buffer, const UNICODE_STRING *Name, ULONG Id, ULONG Count, const PCW_DATA *Data)
{
    (void)Buffer, (void)Name, (void)Id, (void)Count, (void)Data;
    return STATUS_INVALID_PARAMETER;
}
