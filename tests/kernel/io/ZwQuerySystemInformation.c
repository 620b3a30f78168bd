/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQuerySystemInformation - what drivers ask about the machine: modules, processes, handles, time,
 * processors.
 */
#include "sysinfo_test.h"

typedef struct BASIC {
    ULONG Reserved, TimerResolution, PageSize, PhysicalPages, LowestPage, HighestPage, Granularity;
    ULONG_PTR LowestUser, HighestUser, Affinity;
    CCHAR Processors;
} BASIC;

TEST(ZwQuerySystemInformation, TellsBasicInformation)
{
    BASIC Basic;
    ULONG Needed = 0;

    CHECK_STATUS(ZwQuerySystemInformation(0, &Basic, sizeof(Basic), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(Basic));
    CHECK_EQ(Basic.PageSize, PAGE_SIZE);
    CHECK_EQ(Basic.Granularity, 0x10000);
    CHECK_EQ(Basic.Processors, KeNumberProcessors);
    CHECK(Basic.HighestPage > Basic.LowestPage);
    CHECK((Basic.Affinity & 1) != 0);
    CHECK_EQ(Basic.TimerResolution, KeQueryTimeIncrement());
    Needed = 0;
    CHECK_STATUS(ZwQuerySystemInformation(0, &Basic, sizeof(Basic) - 1, &Needed),
        STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQ(Needed, sizeof(Basic));
}

#define VISTA_BUILD 6000
#define WIN8_BUILD 9200

static ULONG Build(VOID)
{
    RTL_OSVERSIONINFOW Version = {.dwOSVersionInfoSize = sizeof(Version)};

    RtlGetVersion(&Version);
    return Version.dwBuildNumber;
}

TEST(ZwQuerySystemInformation, RefusesClassesThereAreNot)
{
    ULONG Value[64];

    CHECK_STATUS(
        ZwQuerySystemInformation(0x7FFF, Value, sizeof(Value), NULL), STATUS_INVALID_INFO_CLASS);
}

TEST(ZwQuerySystemInformation, TellsTheTime)
{
    struct {
        LARGE_INTEGER Boot, Now, Bias;
        ULONG Zone, Reserved;
        ULONGLONG BootBias, SleepBias;
    } Time;
    LARGE_INTEGER Now;
    ULONG Needed = 0;

    CHECK_STATUS(ZwQuerySystemInformation(3, &Time, sizeof(Time), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(Time));
    KeQuerySystemTime(&Now);
    CHECK(Time.Boot.QuadPart < Time.Now.QuadPart && Time.Now.QuadPart <= Now.QuadPart);
    CHECK_STATUS(
        ZwQuerySystemInformation(3, &Time, sizeof(LARGE_INTEGER), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(LARGE_INTEGER));
    CHECK_STATUS(
        ZwQuerySystemInformation(3, &Time, sizeof(Time) + 1, NULL), STATUS_INFO_LENGTH_MISMATCH);
}

static BOOLEAN EndsWith(const MODULE_ENTRY *Entry, const char *Name)
{
    const char *Own = Entry->FullPathName + Entry->OffsetToFileName;

    while (*Name != 0 && (*Own | 0x20) == (*Name | 0x20)) {
        Own++;
        Name++;
    }
    return *Name == 0 && *Own == 0;
}

TEST(ZwQuerySystemInformation, ListsTheModules)
{
    ULONG Length, Index, Found = 0;
    MODULE_LIST *List = QueryWhole(11, &Length);
    KTEST_STRING(Routine, L"KeSetEvent");

    if (List == NULL)
        return;
    CHECK(List->Count >= 3);
    CHECK_EQ(Length, FIELD_OFFSET(MODULE_LIST, Entry) + List->Count * sizeof(MODULE_ENTRY));
    CHECK(EndsWith(&List->Entry[0], "ntoskrnl.exe") || EndsWith(&List->Entry[0], "ntkrnlmp.exe"));
    CHECK(EndsWith(&List->Entry[1], "hal.dll"));
    /* The kernel's functions lie in it. (An import may lead to a thunk of who checks drivers.) */
    CHECK((ULONG_PTR)MmGetSystemRoutineAddress(&Routine) - (ULONG_PTR)List->Entry[0].ImageBase <
        List->Entry[0].ImageSize);
    for (Index = 0; Index < List->Count; Index++) {
        CHECK_EQ(List->Entry[Index].LoadOrderIndex, Index);
        CHECK(List->Entry[Index].ImageSize != 0 && List->Entry[Index].FullPathName[0] == '\\');
        if (List->Entry[Index].ImageBase == KtestDriverObject->DriverStart) {
            Found++;
            CHECK_EQ(List->Entry[Index].ImageSize, KtestDriverObject->DriverSize);
        }
    }
    CHECK_EQ(Found, 1);
    ExFreePool(List);
}

TEST(ZwQuerySystemInformation, ListsModulesWithMore)
{
    struct EX {
        USHORT Next;
        MODULE_ENTRY Base;
        ULONG CheckSum, Time;
        PVOID DefaultBase;
    } *Entry;
    ULONG Length, Found = 0;
    UCHAR *List;

    if (Build() < VISTA_BUILD) {
        skip("Windows Vista and later");
        return;
    }
    List = QueryWhole(77, &Length);
    if (List == NULL)
        return;
    for (Entry = (struct EX *)List; Entry->Next != 0;
         Entry = (struct EX *)((UCHAR *)Entry + Entry->Next)) {
        CHECK((ULONG_PTR)((UCHAR *)Entry - List) < Length);
        Found += Entry->Base.ImageBase == KtestDriverObject->DriverStart;
    }
    CHECK_EQ(Found, 1);
    ExFreePool(List);
}

TEST(ZwQuerySystemInformation, WantsRoomForTheModules)
{
    ULONG Needed = 0, Count = 0;

    CHECK_STATUS(ZwQuerySystemInformation(11, NULL, 0, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK(Needed >= sizeof(MODULE_LIST));
    CHECK_STATUS(
        ZwQuerySystemInformation(11, &Count, sizeof(Count), NULL), STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwQuerySystemInformation, ListsProcessesWithTheirThreads)
{
    ULONG Length, Index, System = 0, Self = 0, Thread = 0;
    UCHAR *List = QueryWhole(5, &Length);
    PROCESS_ENTRY *Entry = (PROCESS_ENTRY *)List;
    static const WCHAR Name[] = L"System";

    if (List == NULL)
        return;
    CHECK_PTR(Entry->Id, 0); /* the idle process */
    CHECK_EQ(Entry->ImageName.Length, 0);
    for (;;) {
        THREAD_ENTRY *Threads = (THREAD_ENTRY *)(Entry + 1);
        CHECK((ULONG_PTR)((UCHAR *)Entry - List) < Length);
        if (Entry->Id == (HANDLE)4) {
            System++;
            CHECK_EQ(Entry->ImageName.Length, sizeof(Name) - sizeof(WCHAR));
            CHECK(RtlCompareMemory(Entry->ImageName.Buffer, Name, sizeof(Name)) == sizeof(Name));
            CHECK((UCHAR *)Entry->ImageName.Buffer > List &&
                (UCHAR *)Entry->ImageName.Buffer < List + Length);
            CHECK_EQ(Entry->Session, 0);
        }
        Self += Entry->Id == PsGetCurrentProcessId();
        for (Index = 0; Index < Entry->Threads; Index++) {
            CHECK_PTR(Threads[Index].ProcessId, Entry->Id);
            Thread += Threads[Index].ThreadId == PsGetCurrentThreadId() && Entry->Id != NULL;
        }
        if (Entry->Next == 0)
            break;
        Entry = (PROCESS_ENTRY *)((UCHAR *)Entry + Entry->Next);
    }
    CHECK_EQ(System, 1);
    CHECK_EQ(Self, 1);
    CHECK_EQ(Thread, 1);
    ExFreePool(List);
}

TEST(ZwQuerySystemInformation, ListsProcessesExtended)
{
    ULONG Length, Thread = 0, Index;
    UCHAR *List = QueryWhole(57, &Length);
    PROCESS_ENTRY *Entry = (PROCESS_ENTRY *)List;
    struct EXTENDED {
        THREAD_ENTRY Info;
        PVOID StackBase, StackLimit, Win32Start, Teb;
        ULONG_PTR Reserved[3];
    } *Threads;

    if (List == NULL)
        return;
    while (Entry->Next != 0) {
        Entry = (PROCESS_ENTRY *)((UCHAR *)Entry + Entry->Next);
        Threads = (struct EXTENDED *)(Entry + 1);
        for (Index = 0; Index < Entry->Threads; Index++) {
            if (Threads[Index].Info.ThreadId == PsGetCurrentThreadId()) {
                Thread++;
                CHECK((ULONG_PTR)&Length < (ULONG_PTR)Threads[Index].StackBase);
                CHECK((ULONG_PTR)&Length > (ULONG_PTR)Threads[Index].StackLimit);
            }
        }
    }
    CHECK_EQ(Thread, 1);
    ExFreePool(List);
}

TEST(ZwQuerySystemInformation, NamesTheImageOfAProcess)
{
    struct {
        HANDLE Id;
        UNICODE_STRING Name;
    } Asked;
    WCHAR Name[300];

    if (Build() < VISTA_BUILD) {
        skip("Windows Vista and later");
        return;
    }
    Asked.Id = PsGetCurrentProcessId();
    Asked.Name.Length = 2;
    Asked.Name.MaximumLength = sizeof(Name);
    Asked.Name.Buffer = Name;
    CHECK_STATUS(
        ZwQuerySystemInformation(88, &Asked, sizeof(Asked), NULL), STATUS_INVALID_PARAMETER);
    Asked.Name.Length = 0;
    CHECK_STATUS(ZwQuerySystemInformation(88, &Asked, sizeof(Asked), NULL), STATUS_SUCCESS);
    CHECK_EQ(Name[Asked.Name.Length / sizeof(WCHAR)], 0);
    Asked.Id = (HANDLE)0x7FFFFFF0;
    Asked.Name.Length = 0;
    Asked.Name.MaximumLength = sizeof(Name);
    CHECK_STATUS(ZwQuerySystemInformation(88, &Asked, sizeof(Asked), NULL), STATUS_INVALID_CID);
    CHECK_STATUS(
        ZwQuerySystemInformation(88, &Asked, sizeof(Asked) - 1, NULL), STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwQuerySystemInformation, ListsHandles)
{
    ULONG Length, Index, Found = 0, FoundEx = 0;
    HANDLE Event;
    PVOID Object;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE_LIST *List;
    HANDLE_LIST_EX *ListEx;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ObReferenceObjectByHandle(Event, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    List = QueryWhole(16, &Length);
    if (List != NULL) {
        for (Index = 0; Index < List->Count; Index++) {
            if (List->Entry[Index].Object != Object)
                continue;
            Found++;
            CHECK_EQ(List->Entry[Index].Value, (USHORT)(ULONG_PTR)Event);
            CHECK_EQ(List->Entry[Index].Process, 4);
            CHECK_EQ(List->Entry[Index].Access, EVENT_ALL_ACCESS);
        }
        ExFreePool(List);
    }
    ListEx = QueryWhole(64, &Length);
    if (ListEx != NULL) {
        CHECK_EQ(
            Length, FIELD_OFFSET(HANDLE_LIST_EX, Entry) + ListEx->Count * sizeof(HANDLE_ENTRY_EX));
        for (Index = 0; Index < ListEx->Count; Index++) {
            if (ListEx->Entry[Index].Object != Object)
                continue;
            FoundEx++;
            CHECK_PTR(ListEx->Entry[Index].Value, Event);
            CHECK_EQ(ListEx->Entry[Index].Process, 4);
        }
        ExFreePool(ListEx);
    }
    CHECK_EQ(Found, 1);
    CHECK_EQ(FoundEx, 1);
    ObDereferenceObject(Object);
    ZwClose(Event);
}

TEST(ZwQuerySystemInformation, TracksNoObjects)
{
    ULONG Flags = 0;
    UCHAR Objects[64];

    CHECK_STATUS(ZwQuerySystemInformation(9, &Flags, sizeof(Flags), NULL), STATUS_SUCCESS);
    if ((Flags & 0x4000) != 0) {
        skip("this machine was told to track objects");
        return;
    }
    CHECK_STATUS(ZwQuerySystemInformation(17, Objects, sizeof(Objects), NULL), STATUS_UNSUCCESSFUL);
}

TEST(ZwQuerySystemInformation, TellsOfTheDebugger)
{
    BOOLEAN Debugger[2] = {2, 2};
    ULONG Needed = 0;

    CHECK_STATUS(ZwQuerySystemInformation(35, Debugger, sizeof(Debugger), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, 2);
    CHECK_EQ(Debugger[0], KD_DEBUGGER_ENABLED);
    CHECK_EQ(Debugger[1], KD_DEBUGGER_NOT_PRESENT);
    CHECK_STATUS(ZwQuerySystemInformation(35, Debugger, 1, &Needed), STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwQuerySystemInformation, TellsOfEachProcessor)
{
    UCHAR Counts[64 * 48];
    ULONG Needed = 0;

    CHECK_STATUS(ZwQuerySystemInformation(8, Counts, sizeof(Counts), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, KeNumberProcessors * 48);
    CHECK_STATUS(ZwQuerySystemInformation(8, Counts, 48, &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, 48);
    CHECK_STATUS(ZwQuerySystemInformation(8, Counts, 47, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQuerySystemInformation(23, Counts, sizeof(Counts), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, KeNumberProcessors * 24);
}

TEST(ZwQuerySystemInformation, TellsHowProcessorsBelongTogether)
{
    struct LOGICAL {
        ULONG_PTR Mask;
        ULONG Relationship;
        ULONGLONG Rest[2];
    } *List;
    ULONG Length, Index;
    ULONG_PTR Cores = 0, Nodes = 0;

    List = QueryWhole(73, &Length);
    if (List == NULL)
        return;
    CHECK_EQ(Length % sizeof(*List), 0);
    for (Index = 0; Index < Length / sizeof(*List); Index++) {
        if (List[Index].Relationship == 0) {
            CHECK_EQ(Cores & List[Index].Mask, 0);
            Cores |= List[Index].Mask;
        }
        if (List[Index].Relationship == 1)
            Nodes |= List[Index].Mask;
    }
    CHECK_PTR(Cores, KeQueryActiveProcessors());
    CHECK_PTR(Nodes, Cores);
    ExFreePool(List);
}

typedef struct FIRMWARE {
    ULONG Provider, Action, Id, Length;
    UCHAR Buffer[4096];
} FIRMWARE;

TEST(ZwQuerySystemInformation, GivesFirmwareTables)
{
    FIRMWARE *Table = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Table), 'tseT');
    ULONG Needed = 0;

    if (!CHECK(Table != NULL))
        return;
    RtlZeroMemory(Table, sizeof(*Table));
    CHECK_STATUS(ZwQuerySystemInformation(76, Table, 15, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    Table->Provider = 'NONE';
    Table->Length = sizeof(Table->Buffer);
    CHECK_STATUS(
        ZwQuerySystemInformation(76, Table, sizeof(*Table), &Needed), STATUS_NOT_IMPLEMENTED);
    Table->Provider = 'ACPI';
    Table->Action = 1;
    Table->Id = 'ENON';
    CHECK_STATUS(ZwQuerySystemInformation(76, Table, sizeof(*Table), &Needed), STATUS_NOT_FOUND);
    Table->Provider = 'RSMB';
    Table->Id = 0;
    Table->Length = 0;
    CHECK_STATUS(ZwQuerySystemInformation(76, Table, 16, &Needed), STATUS_BUFFER_TOO_SMALL);
    CHECK(Table->Length > 8);
    CHECK_EQ(Needed, 16 + Table->Length);
    if (Table->Length <= sizeof(Table->Buffer)) {
        CHECK_STATUS(ZwQuerySystemInformation(76, Table, sizeof(*Table), &Needed), STATUS_SUCCESS);
        CHECK_EQ(*(ULONG *)(Table->Buffer + 4) + 8, Table->Length);
    }
    ExFreePool(Table);
}

TEST(ZwQuerySystemInformation, TellsWhatHoldsForTheMachine)
{
    struct {
        ULONG Adjustment, Increment;
        BOOLEAN Off;
    } Time;
    ULONG Quota[4], Exception[4], Processor[3], Needed, Performance[86];
    UCHAR Zone[172];

    CHECK_STATUS(ZwQuerySystemInformation(28, &Time, sizeof(Time), NULL), STATUS_SUCCESS);
    CHECK_EQ(Time.Increment, KeQueryTimeIncrement());
    CHECK_STATUS(
        ZwQuerySystemInformation(28, &Time, sizeof(Time) - 1, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQuerySystemInformation(37, Quota, 8 + sizeof(SIZE_T), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, 8 + sizeof(SIZE_T));
    CHECK_STATUS(ZwQuerySystemInformation(33, Exception, sizeof(Exception), NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQuerySystemInformation(1, Processor, sizeof(Processor), &Needed), STATUS_SUCCESS);
    CHECK_EQ((USHORT)Processor[0], sizeof(PVOID) == 8 ? 9 : 0);
    CHECK_STATUS(ZwQuerySystemInformation(44, Zone, sizeof(Zone), NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySystemInformation(2, Performance, 312, &Needed), STATUS_SUCCESS);
    CHECK(Performance[11] != 0 && Performance[13] >= Performance[12]);
    CHECK_STATUS(
        ZwQuerySystemInformation(2, Performance, 311, &Needed), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQuerySystemInformation(4, Performance, sizeof(Performance), NULL),
        STATUS_NOT_IMPLEMENTED);
}

TEST(ZwQuerySystemInformation, TellsHowTheMachineStarted)
{
    struct {
        ULONG Length, Options;
    } Integrity = {0, 0};
    BOOLEAN Secure[2];
    ULONG Boot[8];

    if (Build() < WIN8_BUILD) {
        CHECK_STATUS(
            ZwQuerySystemInformation(145, Secure, sizeof(Secure), NULL), STATUS_INVALID_INFO_CLASS);
        return;
    }
    CHECK_STATUS(ZwQuerySystemInformation(103, &Integrity, sizeof(Integrity), NULL),
        STATUS_INFO_LENGTH_MISMATCH);
    Integrity.Length = sizeof(Integrity);
    CHECK_STATUS(
        ZwQuerySystemInformation(103, &Integrity, sizeof(Integrity), NULL), STATUS_SUCCESS);
    CHECK_EQ(Integrity.Length, sizeof(Integrity));
    CHECK_STATUS(ZwQuerySystemInformation(145, Secure, sizeof(Secure), NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySystemInformation(145, Secure, 1, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwQuerySystemInformation(90, Boot, sizeof(Boot), NULL), STATUS_SUCCESS);
    CHECK(Boot[4] == 1 || Boot[4] == 2);
}

TEST(ZwQuerySystemInformation, TellsOfWhatNewWindowsHas)
{
    ULONG Flags = MAXULONG, Counter[3] = {0, 0, 0}, Policy[16] = {0};
    struct {
        BOOLEAN Enabled;
        ULONG Flags;
    } Leap;

    if (Build() < 17763) {
        CHECK_STATUS(
            ZwQuerySystemInformation(206, &Leap, sizeof(Leap), NULL), STATUS_INVALID_INFO_CLASS);
        return;
    }
    CHECK_STATUS(ZwQuerySystemInformation(206, &Leap, sizeof(Leap), NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySystemInformation(196, &Flags, sizeof(Flags), NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySystemInformation(201, &Flags, sizeof(Flags), NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQuerySystemInformation(124, Counter, sizeof(Counter), NULL), STATUS_INVALID_PARAMETER);
    Counter[0] = 1;
    CHECK_STATUS(ZwQuerySystemInformation(124, Counter, sizeof(Counter), NULL), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQuerySystemInformation(134, Policy, sizeof(Policy), NULL), STATUS_INVALID_PARAMETER);
}

TEST(NtQuerySystemInformation, IsTheSameFromTheKernel)
{
    BASIC Basic;
    ULONG Needed = 0;

    CHECK_STATUS(NtQuerySystemInformation(0, &Basic, sizeof(Basic), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed, sizeof(Basic));
    CHECK_STATUS(NtQuerySystemInformation(0, &Basic, 1, &Needed), STATUS_INFO_LENGTH_MISMATCH);
}
