/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObRegisterCallbacks - routines around the making of handles
 */
#include "ob_test.h"

#include "kthread.h"

/* wdm.h has these for Windows Vista and later only. */
typedef struct TEST_PRE {
    ULONG Operation;
    ULONG Flags;
    PVOID Object;
    POBJECT_TYPE ObjectType;
    PVOID CallContext;
    struct {
        ACCESS_MASK DesiredAccess, OriginalDesiredAccess;
        PVOID SourceProcess, TargetProcess;
    } *Parameters;
} TEST_PRE;

typedef struct TEST_POST {
    ULONG Operation;
    ULONG Flags;
    PVOID Object;
    POBJECT_TYPE ObjectType;
    PVOID CallContext;
    NTSTATUS ReturnStatus;
    ACCESS_MASK *GrantedAccess;
} TEST_POST;

typedef struct TEST_OPERATION {
    POBJECT_TYPE *ObjectType;
    ULONG Operations;
    ULONG(NTAPI *Pre)(PVOID, TEST_PRE *);
    VOID(NTAPI *Post)(PVOID, TEST_POST *);
} TEST_OPERATION;

typedef struct TEST_REGISTRATION {
    USHORT Version;
    USHORT Count;
    UNICODE_STRING Altitude;
    PVOID Context;
    TEST_OPERATION *Operation;
} TEST_REGISTRATION;

#define VERSION 0x0100
#define CREATE 1
#define DUPLICATE 2
#define TERMINATE 1 /* of a process */
#define LIMITED 0x1000

#define FILTER_EXPORTS                                                                     \
    OB_LATER(ObRegisterCallbacks, NTSTATUS, TEST_REGISTRATION *, PVOID *)                   \
    OB_LATER(ObUnRegisterCallbacks, VOID, PVOID)

static struct {
    ULONG Count;
    struct {
        ULONG_PTR Context;
        BOOLEAN After;
        TEST_PRE Pre;
        TEST_POST Post;
        ACCESS_MASK Desired, Original, Granted;
        PVOID SourceProcess, TargetProcess;
    } Call[8];
} Seen;
static ACCESS_MASK Strip, Add;
static PVOID Watched;

static ULONG NTAPI Before(PVOID Context, TEST_PRE *Information)
{
    if (Information->Object != Watched || Seen.Count == 8)
        return 0;
    Seen.Call[Seen.Count].Context = (ULONG_PTR)Context;
    Seen.Call[Seen.Count].Pre = *Information;
    Seen.Call[Seen.Count].Desired = Information->Parameters->DesiredAccess;
    Seen.Call[Seen.Count].Original = Information->Parameters->OriginalDesiredAccess;
    if (Information->Operation == DUPLICATE) {
        Seen.Call[Seen.Count].SourceProcess = Information->Parameters->SourceProcess;
        Seen.Call[Seen.Count].TargetProcess = Information->Parameters->TargetProcess;
    }
    Seen.Count++;
    Information->CallContext = (PVOID)((ULONG_PTR)Context + 100);
    Information->Parameters->DesiredAccess &= ~Strip;
    Information->Parameters->DesiredAccess |= Add;
    return 0;
}

static VOID NTAPI After(PVOID Context, TEST_POST *Information)
{
    if (Information->Object != Watched || Seen.Count == 8)
        return;
    Seen.Call[Seen.Count].Context = (ULONG_PTR)Context;
    Seen.Call[Seen.Count].After = TRUE;
    Seen.Call[Seen.Count].Post = *Information;
    Seen.Call[Seen.Count].Granted = *Information->GrantedAccess;
    Seen.Count++;
}

static NTSTATUS Register(NTSTATUS(NTAPI *ObRegisterCallbacks)(TEST_REGISTRATION *, PVOID *),
    const WCHAR *Altitude, ULONG_PTR Context, ULONG Operations, PVOID *Handle)
{
    POBJECT_TYPE *Type = (POBJECT_TYPE *)KtestExport(L"PsProcessType");
    TEST_OPERATION Operation = {Type, Operations, Before, After};
    TEST_REGISTRATION Registration = {VERSION, 1, {0, 0, NULL}, (PVOID)Context, &Operation};

    RtlInitUnicodeString(&Registration.Altitude, Altitude);
    return ObRegisterCallbacks(&Registration, Handle);
}

static HANDLE Open(ACCESS_MASK Access, ULONG Attributes)
{
    HANDLE Handle = NULL;

    Seen.Count = 0;
    Watched = PsGetCurrentProcess();
    CHECK_STATUS(
        ObOpenObjectByPointer(Watched, Attributes, NULL, Access, NULL, KernelMode, &Handle),
        STATUS_SUCCESS);
    return Handle;
}

TEST(ObRegisterCallbacks, CallsBeforeAndAfter)
{
    FILTER_EXPORTS
    PVOID Registration = NULL;
    HANDLE Handle;

    Strip = Add = 0;
    if (!CHECK_STATUS(
            Register(ObRegisterCallbacks, L"321000", 7, CREATE, &Registration), STATUS_SUCCESS))
        return;
    Handle = Open(LIMITED | TERMINATE, OBJ_KERNEL_HANDLE);
    if (CHECK_EQ(Seen.Count, 2)) {
        CHECK(!Seen.Call[0].After && Seen.Call[1].After);
        CHECK_EQ(Seen.Call[0].Context, 7);
        CHECK_EQ(Seen.Call[0].Pre.Operation, CREATE);
        CHECK_EQ(Seen.Call[0].Pre.Flags & 1, 1);
        CHECK_EQ(Seen.Call[0].Desired, LIMITED | TERMINATE);
        CHECK_EQ(Seen.Call[0].Original, LIMITED | TERMINATE);
        CHECK_PTR(Seen.Call[0].Pre.ObjectType, *(POBJECT_TYPE *)KtestExport(L"PsProcessType"));
        CHECK_PTR(Seen.Call[1].Post.CallContext, 107);
        CHECK_STATUS(Seen.Call[1].Post.ReturnStatus, STATUS_SUCCESS);
        CHECK_EQ(Seen.Call[1].Granted, LIMITED | TERMINATE);
    }
    ZwClose(Handle);
    ObUnRegisterCallbacks(Registration);
    ZwClose(Open(LIMITED, OBJ_KERNEL_HANDLE));
    CHECK_EQ(Seen.Count, 0);
}

TEST(ObRegisterCallbacks, LetsRightsBeTakenAwayAndNotAdded)
{
    FILTER_EXPORTS
    PVOID Registration = NULL;
    HANDLE Handle;

    if (!CHECK_STATUS(
            Register(ObRegisterCallbacks, L"321001", 1, CREATE, &Registration), STATUS_SUCCESS))
        return;
    Strip = TERMINATE;
    Add = 0x0020; /* to write memory */
    Handle = Open(LIMITED | TERMINATE, 0);
    CHECK_EQ(ObTestGranted(Handle), LIMITED);
    CHECK_EQ(Seen.Call[1].Granted, LIMITED);
    ZwClose(Handle);
    Strip = Add = 0;
    ObUnRegisterCallbacks(Registration);
}

TEST(ObRegisterCallbacks, GoesByAltitude)
{
    FILTER_EXPORTS
    static const WCHAR *const Altitude[] = {L"40000", L"321000.5", L"321000.25", L"0321001"};
    static const ULONG_PTR Order[] = {4, 2, 3, 1, 1, 3, 2, 4};
    PVOID Registration[4] = {NULL, NULL, NULL, NULL};
    ULONG Index;

    Strip = Add = 0;
    for (Index = 0; Index < 4; Index++)
        CHECK_STATUS(
            Register(ObRegisterCallbacks, Altitude[Index], Index + 1, CREATE, &Registration[Index]),
            STATUS_SUCCESS);
    ZwClose(Open(LIMITED, OBJ_KERNEL_HANDLE));
    CHECK_EQ(Seen.Count, 8);
    for (Index = 0; Index < 8; Index++)
        CHECK_EQ(Seen.Call[Index].Context, Order[Index]);
    for (Index = 0; Index < 4; Index++) {
        if (Registration[Index] != NULL)
            ObUnRegisterCallbacks(Registration[Index]);
    }
}

TEST(ObRegisterCallbacks, SeesDuplicates)
{
    FILTER_EXPORTS
    PVOID Registration = NULL;
    HANDLE Handle, Copy = NULL;

    Strip = TERMINATE;
    Add = 0;
    if (!CHECK_STATUS(
            Register(ObRegisterCallbacks, L"321002", 1, DUPLICATE, &Registration), STATUS_SUCCESS))
        return;
    Handle = Open(LIMITED | TERMINATE, 0);
    CHECK_EQ(Seen.Count, 0);
    CHECK_STATUS(ZwDuplicateObject(NtCurrentProcess(), Handle, NtCurrentProcess(), &Copy, 0, 0,
                     DUPLICATE_SAME_ACCESS),
        STATUS_SUCCESS);
    if (CHECK_EQ(Seen.Count, 2)) {
        CHECK_EQ(Seen.Call[0].Pre.Operation, DUPLICATE);
        CHECK_PTR(Seen.Call[0].SourceProcess, PsGetCurrentProcess());
        CHECK_PTR(Seen.Call[0].TargetProcess, PsGetCurrentProcess());
        CHECK_EQ(Seen.Call[1].Granted, LIMITED);
    }
    CHECK_EQ(ObTestGranted(Copy), LIMITED);
    ZwClose(Copy);
    ZwClose(Handle);
    Strip = 0;
    ObUnRegisterCallbacks(Registration);
}

TEST(ObRegisterCallbacks, LetsNobodyHaveAnAltitudeTwice)
{
    FILTER_EXPORTS
    PVOID Registration = NULL, Second = NULL;

    if (!CHECK_STATUS(
            Register(ObRegisterCallbacks, L"321003", 1, CREATE, &Registration), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Register(ObRegisterCallbacks, L"321003", 2, CREATE, &Second),
        STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    ObUnRegisterCallbacks(Registration);
    if (CHECK_STATUS(Register(ObRegisterCallbacks, L"321003", 2, CREATE, &Second), STATUS_SUCCESS))
        ObUnRegisterCallbacks(Second);
}

TEST(ObRegisterCallbacks, RefusesWhatIsNoRegistration)
{
    FILTER_EXPORTS
    POBJECT_TYPE *Type = (POBJECT_TYPE *)KtestExport(L"PsProcessType"),
                 *Event = (POBJECT_TYPE *)KtestExport(L"ExEventObjectType");
    TEST_OPERATION Operation = {Type, CREATE, Before, After};
    TEST_REGISTRATION Registration = {0x0200, 1, {0, 0, NULL}, NULL, &Operation};
    PVOID Handle = NULL;

    RtlInitUnicodeString(&Registration.Altitude, L"321004");
    CHECK_STATUS(ObRegisterCallbacks(&Registration, &Handle), STATUS_INVALID_PARAMETER);
    Registration.Version = VERSION;
    Operation.Operations = 0;
    CHECK_STATUS(ObRegisterCallbacks(&Registration, &Handle), STATUS_INVALID_PARAMETER);
    Operation.Operations = CREATE;
    Operation.ObjectType = Event;
    CHECK_STATUS(ObRegisterCallbacks(&Registration, &Handle), STATUS_INVALID_PARAMETER);
    Operation.ObjectType = Type;
    Operation.Pre = NULL;
    Operation.Post = NULL;
    CHECK_STATUS(ObRegisterCallbacks(&Registration, &Handle), STATUS_INVALID_PARAMETER);
}

TEST(ObGetFilterVersion, IsWhatToRegisterWith)
{
    OB_LATER(ObGetFilterVersion, USHORT, VOID)

    CHECK_EQ(ObGetFilterVersion(), VERSION);
}

static VOID NTAPI Opens(PVOID Stop)
{
    while (KtestPoll(Stop) == STATUS_TIMEOUT)
        ZwClose(Open(LIMITED, OBJ_KERNEL_HANDLE));
}

TEST(ObUnRegisterCallbacks, WaitsForRoutinesThatRun)
{
    FILTER_EXPORTS
    PVOID Registration, Thread;
    ULONG Turn;
    KEVENT Stop;

    Strip = Add = 0;
    KeInitializeEvent(&Stop, NotificationEvent, FALSE);
    Thread = KtestStartThread(Opens, &Stop);
    for (Turn = 0; Turn < 200; Turn++) {
        if (!CHECK_STATUS(
                Register(ObRegisterCallbacks, L"321005", Turn, CREATE | DUPLICATE, &Registration),
                STATUS_SUCCESS))
            break;
        ObUnRegisterCallbacks(Registration);
    }
    KeSetEvent(&Stop, 0, FALSE);
    KtestJoinThread(Thread);
}
