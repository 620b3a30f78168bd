/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeServiceDescriptorTable, which x86 has alone: a service's number stands in the first instruction
 * of what drivers import, and whoever changes its entry is called instead.
 */
#include "ktest.h"

#if defined(__i386__)
typedef struct SERVICE_TABLE {
    PULONG_PTR Base;
    PULONG Count;
    ULONG Limit;
    PUCHAR Number;
} SERVICE_TABLE;

extern __declspec(dllimport) SERVICE_TABLE KeServiceDescriptorTable;

NTSYSAPI NTSTATUS NTAPI ZwCreateEvent(
    PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, EVENT_TYPE, BOOLEAN);

#define MOV_EAX 0xB8

/* The number of a service; MAXULONG: its stub is none. */
static ULONG NumberOf(const VOID *Service)
{
    const UCHAR *Code = Service;

    return Code[0] == MOV_EAX ? *(const UNALIGNED ULONG *)(Code + 1) : MAXULONG;
}

TEST(KeServiceDescriptorTable, HasTheServicesByNumber)
{
    ULONG Close = NumberOf(KtestExport(L"ZwClose")),
          Create = NumberOf(KtestExport(L"ZwCreateFile"));

    CHECK(KeServiceDescriptorTable.Limit > 100);
    if (!CHECK(Close < KeServiceDescriptorTable.Limit) ||
        !CHECK(Create < KeServiceDescriptorTable.Limit))
        return;
    CHECK(Close != Create);
    CHECK_EQ(KeServiceDescriptorTable.Number[Close], 4);
    CHECK_EQ(KeServiceDescriptorTable.Number[Create], 44);
    CHECK(MmIsAddressValid((PVOID)KeServiceDescriptorTable.Base[Close]));
    CHECK(KeServiceDescriptorTable.Base[Close] != KeServiceDescriptorTable.Base[Create]);
}

typedef NTSTATUS(NTAPI *CLOSE)(HANDLE);
static CLOSE CloseBefore;
static LONG Closed;

static NTSTATUS NTAPI CountClose(HANDLE Handle)
{
    InterlockedIncrement(&Closed);
    return CloseBefore(Handle);
}

/* The table is write-protected on Windows. */
static ULONG_PTR Exchange(ULONG Number, ULONG_PTR Routine)
{
    ULONG_PTR Control, Before;
    KIRQL Irql;

    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    __asm__ volatile("mov %%cr0, %0" : "=r"(Control));
    __asm__ volatile("mov %0, %%cr0" : : "r"(Control & ~(ULONG_PTR)0x10000) : "memory");
    Before = (ULONG_PTR)InterlockedExchange(
        (PLONG)&KeServiceDescriptorTable.Base[Number], (LONG)Routine);
    __asm__ volatile("mov %0, %%cr0" : : "r"(Control) : "memory");
    KeLowerIrql(Irql);
    return Before;
}

TEST_FORBIDDEN(KeServiceDescriptorTable, AnEntryCanBeChanged)
{
    ULONG Number = NumberOf(KtestExport(L"ZwClose"));
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Event;

    if (!CHECK(Number < KeServiceDescriptorTable.Limit))
        return;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CloseBefore = (CLOSE)KeServiceDescriptorTable.Base[Number];
    Exchange(Number, (ULONG_PTR)CountClose);
    CHECK_STATUS(ZwClose(Event), STATUS_SUCCESS);
    CHECK_PTR(Exchange(Number, (ULONG_PTR)CloseBefore), CountClose);
    CHECK(Closed >= 1);
}
#endif
