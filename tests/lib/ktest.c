/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ktest.c - the driver part of ktest.h: finds the tests, runs them, prints, counts.
 *
 * One thread runs everything, so the state of the running test needs no lock. A test that leaves
 * the IRQL raised has failed; the IRQL is lowered for the next one.
 */
#include "ktest.h"

/* dotsys exports this name and no Windows does: todo() counts only where it is found. */
#define KTEST_DOTSYS_MARK L"DotsysVersion"

typedef struct KTEST_STATE {
    BOOLEAN Failed;
    const char *File; /* of the first failure; NULL without one */
    ULONG Line;
    const char *TodoWhy; /* NULL: not marked */
    const char *SkipWhy;
    CHAR Message[256]; /* of the first failure */
} KTEST_STATE;

typedef struct KTEST_COUNTS {
    ULONG Passed;
    ULONG Failed;
    ULONG Skipped;
    ULONG Todo;
} KTEST_COUNTS;

PDRIVER_OBJECT KtestDriverObject;
PUNICODE_STRING KtestRegistryPath;

static KTEST_STATE KtestState;

/* The bounds of the list: the linker puts $a before every $m, and $z behind. */
__attribute__((section(".ktest$a"), used)) static const KTEST *const KtestFirst = NULL;
__attribute__((section(".ktest$z"), used)) static const KTEST *const KtestLast = NULL;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD KtestUnload;

/* Appends Text to the message, cut at its end. */
static VOID KtestAppend(const char *Text)
{
    SIZE_T At = 0;

    while (KtestState.Message[At] != '\0')
        At++;
    while (*Text != '\0' && At < sizeof(KtestState.Message) - 1)
        KtestState.Message[At++] = *Text++;
    KtestState.Message[At] = '\0';
}

static VOID KtestAppendHex(ULONG64 Value)
{
    CHAR Digits[19];
    ULONG At = sizeof(Digits) - 1;

    Digits[At] = '\0';
    do {
        Digits[--At] = "0123456789abcdef"[Value & 15];
        Value >>= 4;
    } while (Value != 0);
    Digits[--At] = 'x';
    Digits[--At] = '0';
    KtestAppend(&Digits[At]);
}

/* Records a failure; returns whether it is the test's first, whose message the caller writes. */
static BOOLEAN KtestFail(const char *File, ULONG Line)
{
    if (KtestState.Failed)
        return FALSE;
    KtestState.Failed = TRUE;
    KtestState.File = File;
    KtestState.Line = Line;
    KtestState.Message[0] = '\0';
    return TRUE;
}

BOOLEAN KtestCheck(BOOLEAN Held, const char *File, ULONG Line, const char *Text)
{
    if (!Held && KtestFail(File, Line))
        KtestAppend(Text);
    return Held;
}

BOOLEAN KtestCheckEq(ULONG64 Actual, ULONG64 Expected, const char *File, ULONG Line,
                     const char *ActualText, const char *ExpectedText)
{
    if (Actual == Expected)
        return TRUE;
    if (KtestFail(File, Line)) {
        KtestAppend(ActualText);
        KtestAppend(" is ");
        KtestAppendHex(Actual);
        KtestAppend(", expected ");
        KtestAppend(ExpectedText);
        KtestAppend(" = ");
        KtestAppendHex(Expected);
    }
    return FALSE;
}

BOOLEAN KtestCheckString(const UNICODE_STRING *Actual, const WCHAR *Expected, SIZE_T LengthBytes,
                         const char *File, ULONG Line, const char *Text)
{
    SIZE_T At = 0;

    if (Actual->Length == LengthBytes) {
        while (At < LengthBytes / sizeof(WCHAR) && Actual->Buffer[At] == Expected[At])
            At++;
        if (At == LengthBytes / sizeof(WCHAR))
            return TRUE;
    }
    if (KtestFail(File, Line)) {
        KtestAppend(Text);
        if (Actual->Length != LengthBytes) {
            KtestAppend("->Length is ");
            KtestAppendHex(Actual->Length);
            KtestAppend(", expected ");
            KtestAppendHex(LengthBytes);
        } else {
            KtestAppend(" differs at character ");
            KtestAppendHex(At);
        }
    }
    return FALSE;
}

VOID KtestFill(WCHAR *Buffer, SIZE_T Characters)
{
    while (Characters != 0)
        Buffer[--Characters] = KTEST_FILL;
}

PVOID KtestExport(const WCHAR *Name)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return MmGetSystemRoutineAddress(&String);
}

VOID todo(const char *Why)
{
    if (KtestExport(KTEST_DOTSYS_MARK) != NULL)
        KtestState.TodoWhy = Why;
}

VOID skip(const char *Why)
{
    KtestState.SkipWhy = Why;
}

/* Prints the line of the test that has just run and counts it. */
static VOID KtestReport(const KTEST *Test, KTEST_COUNTS *Counts)
{
    const char *Todo = KtestState.TodoWhy;

    if (KtestState.Failed && Todo != NULL) {
        Counts->Todo++;
        DbgPrint("todo %s.%s %s:%lu: %s (%s)\n", Test->Export, Test->Shows, KtestState.File,
                 KtestState.Line, KtestState.Message, Todo);
    } else if (KtestState.Failed) {
        Counts->Failed++;
        DbgPrint("not ok %s.%s %s:%lu: %s\n", Test->Export, Test->Shows, KtestState.File,
                 KtestState.Line, KtestState.Message);
    } else if (KtestState.SkipWhy != NULL) {
        Counts->Skipped++;
        DbgPrint("skip %s.%s: %s\n", Test->Export, Test->Shows, KtestState.SkipWhy);
    } else if (Todo != NULL) {
        Counts->Failed++;
        DbgPrint("not ok %s.%s %s:%lu: todo passes now (%s)\n", Test->Export, Test->Shows, __FILE__,
                 (ULONG)__LINE__, Todo);
    } else {
        Counts->Passed++;
        DbgPrint("ok %s.%s\n", Test->Export, Test->Shows);
    }
}

static BOOLEAN KtestIsVerified(VOID)
{
    LOGICAL(NTAPI * IsVerifying)(PDRIVER_OBJECT) = KtestExport(L"MmIsDriverVerifying");

    return IsVerifying != NULL && IsVerifying(KtestDriverObject);
}

static VOID KtestRun(const KTEST *Test, KTEST_COUNTS *Counts)
{
    KIRQL Irql;

    RtlZeroMemory(&KtestState, sizeof(KtestState));
    if (Test->Forbidden && KtestIsVerified())
        skip("Driver Verifier is on");
    else
        Test->Run();
    Irql = KeGetCurrentIrql();
    if (Irql != PASSIVE_LEVEL) {
        KeLowerIrql(PASSIVE_LEVEL);
        if (KtestFail(__FILE__, __LINE__)) {
            KtestAppend("the test returned at IRQL ");
            KtestAppendHex(Irql);
        }
    }
    KtestReport(Test, Counts);
}

/* Nothing is left to undo: every test has cleaned up behind itself. */
static VOID NTAPI KtestUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    KTEST_COUNTS Counts = {0};
    /* volatile: to the compiler the two bounds are unrelated objects of one element each. */
    const KTEST *const *volatile First = &KtestFirst;
    const KTEST *const *volatile Last = &KtestLast;
    const KTEST *const *Entry;

    KtestDriverObject = DriverObject;
    KtestRegistryPath = RegistryPath;
    DriverObject->DriverUnload = KtestUnload;

    for (Entry = First; Entry < Last; Entry++) {
        if (*Entry != NULL) /* the linker may pad between files */
            KtestRun(*Entry, &Counts);
    }

    if (Counts.Skipped != 0 || Counts.Todo != 0)
        DbgPrint("%lu skipped, %lu todo\n", Counts.Skipped, Counts.Todo);
    DbgPrint("%lu passed, %lu failed\n", Counts.Passed, Counts.Failed);
    return Counts.Failed == 0 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
