/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See life.h. A life opens a machine, has it start and stop two drivers, and uses files, a disk and
 * memory. What Linux tells of processes is not part of it: Linux has a life too, which is not to
 * change the number of calls.
 */
#include "life.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "host/host.h"
#include "mm/export.h"
#include "mm/section.h"
#include "ps/ps.h"
#include "rtl/rtl.h"
#include "services.h"

#ifdef __x86_64__
#define ARCH "x64"
#else
#define ARCH "x86"
#endif

#define PATIENCE_SECONDS 20
#define SELF             ((HANDLE)(LONG_PTR)-1)

static const LIFE_TEST *Tested;
static char Folder[] = "/tmp/dotsys-lives-XXXXXX", Directory[64]; /* of the machine; empty: none */
static char HelloPath[512], ProcevtPath[512];

typedef struct LEFT {
    unsigned Descriptors, Threads;
    unsigned long Mapped; /* KiB */
} LEFT;

/* What a life tells the program that had it lived, in memory they share. */
static struct {
    BOOLEAN Failed;  /* something is not as expected */
    unsigned Undone; /* steps that did not work */
    unsigned Calls[LIFE_FUNCTIONS];
    LEFT Left;
    char Text[2048];
} * Told;

static void Tell(const char *Format, ...)
{
    va_list Arguments;
    size_t Used = strlen(Told->Text);
    va_start(Arguments, Format);
    vsnprintf(Told->Text + Used, sizeof(Told->Text) - Used, Format, Arguments);
    va_end(Arguments);
}

static void Expect(BOOLEAN Holds, const char *What)
{
    if (Holds)
        return;
    Told->Failed = TRUE;
    Tell("not so: %s\n", What);
}

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static void Note(void *Context, const dotsys_finding *Finding)
{
    (void)Context;
    if (Tested->Allowed != NULL && strstr(Finding->text, Tested->Allowed) != NULL)
        return;
    Told->Failed = TRUE;
    Tell("finding: %s\n", Finding->text);
}

/* Whether a step worked; a step that did not is allowed where something was made to fail. */
static BOOLEAN Step(NTSTATUS Status, const char *What)
{
    if (Status == STATUS_SUCCESS)
        return TRUE;
    Told->Undone++;
    Tell("%s: %s %s\n", What, dotsys_status_name(Status), dotsys_last_message());
    return FALSE;
}

static NTSTATUS OpenNamed(const WCHAR *Path, ULONG Disposition, HANDLE *Handle)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    Name.Buffer = (WCHAR *)(uintptr_t)Path;
    Name.Length = Name.MaximumLength = (USHORT)(RtlpWcsLength(Path) * sizeof(WCHAR));
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return SysCreateFile(Handle, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, &Attributes,
        &IoStatus, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, Disposition,
        FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

static void UseHello(void)
{
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    char Buffer[16] = {0};
    if (!Step(OpenNamed(u"\\??\\HelloDrv", FILE_OPEN, &Handle), "open the device"))
        return;
    if (Step(SysWriteFile(Handle, NULL, NULL, NULL, &IoStatus, (char[]){"hello"}, 5, NULL, NULL),
            "write to the device") &&
        Step(SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), NULL, NULL),
            "read from the device"))
        Expect(memcmp(Buffer, "hello", 5) == 0, "what was written is read");
    Expect(SysClose(Handle) == STATUS_SUCCESS, "the device's handle is closed");
}

typedef struct VIEW {
    HANDLE File, Section;
    void *Base;
    SIZE_T Bytes;
} VIEW;

static NTSTATUS MapView(void *Context)
{
    VIEW *View = Context;
    NTSTATUS Status = NtCreateSection(&View->Section, SECTION_MAP_READ | SECTION_MAP_WRITE, NULL,
        NULL, PAGE_READWRITE, SEC_COMMIT, View->File);
    if (NT_SUCCESS(Status))
        Status = NtMapViewOfSection(View->Section, SELF, &View->Base, 0, 0, NULL, &View->Bytes,
            ViewUnmap, 0, PAGE_READWRITE);
    return Status;
}

static NTSTATUS UnmapView(void *Context)
{
    return NtUnmapViewOfSection(SELF, ((VIEW *)Context)->Base);
}

static void UseView(HANDLE File)
{
    VIEW View = {.File = File};
    NTSTATUS Status = SysAttach();
    if (NT_SUCCESS(Status))
        Status = KeEnterKernel(MapView, &View, UserMode);
    if (Step(Status, "map the file")) {
        Expect(memcmp(View.Base, "hello", 5) == 0, "what was written is mapped");
        Expect(KeEnterKernel(UnmapView, &View, UserMode) == STATUS_SUCCESS, "the view is unmapped");
    }
    if (View.Section != NULL)
        Expect(SysClose(View.Section) == STATUS_SUCCESS, "the section is closed");
}

static NTSTATUS AllocateMemory(void *Context)
{
    VIEW *Memory = Context;
    NTSTATUS Status = NtAllocateVirtualMemory(
        SELF, &Memory->Base, 0, &Memory->Bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!NT_SUCCESS(Status))
        return Status;
    Memory->Bytes = 0;
    return NtFreeVirtualMemory(SELF, &Memory->Base, &Memory->Bytes, MEM_RELEASE);
}

static NTSTATUS Rename(HANDLE Handle)
{
    static const WCHAR Name[] = u"renamed.txt";
    IO_STATUS_BLOCK IoStatus;
    _Alignas(8) char Buffer[sizeof(FILE_RENAME_INFORMATION) + sizeof(Name)] = {0};
    FILE_RENAME_INFORMATION *To = (FILE_RENAME_INFORMATION *)Buffer;
    To->ReplaceIfExists = TRUE; /* where deleting it has failed in another life */
    To->FileNameLength = sizeof(Name) - sizeof(WCHAR);
    memcpy(To->FileName, Name, sizeof(Name));
    return SysSetInformationFile(Handle, &IoStatus, To, sizeof(Buffer), FileRenameInformation);
}

static void UseFile(void)
{
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Start = {.QuadPart = 0};
    FILE_STANDARD_INFORMATION Standard;
    FILE_END_OF_FILE_INFORMATION End = {.EndOfFile = {.QuadPart = 5000}};
    FILE_DISPOSITION_INFORMATION Delete = {TRUE};
    FILE_BASIC_INFORMATION Basic = {
        .LastWriteTime = {.QuadPart = 132223104000000000}, .FileAttributes = FILE_ATTRIBUTE_HIDDEN};
    FILE_FS_SIZE_INFORMATION Size;
    char Buffer[512];
    if (!Step(OpenNamed(u"\\??\\C:\\Windows\\file.txt", FILE_CREATE, &Handle), "create a file"))
        return;
    if (Step(SysWriteFile(Handle, NULL, NULL, NULL, &IoStatus, (char[]){"hello"}, 5, &Start, NULL),
            "write to a file") &&
        Step(SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), &Start, NULL),
            "read from a file"))
        Expect(IoStatus.Information == 5 && memcmp(Buffer, "hello", 5) == 0,
            "the file has what was written");
    Step(SysSetInformationFile(Handle, &IoStatus, &End, sizeof(End), FileEndOfFileInformation),
        "make the file longer");
    Step(SysQueryInformationFile(
             Handle, &IoStatus, &Standard, sizeof(Standard), FileStandardInformation),
        "query the file");
    Step(SysFlushBuffersFile(Handle, &IoStatus), "flush the file");
    Step(SysSetInformationFile(Handle, &IoStatus, &Basic, sizeof(Basic), FileBasicInformation),
        "hide the file");
    Step(SysQueryVolumeInformationFile(
             Handle, &IoStatus, &Size, sizeof(Size), FileFsSizeInformation),
        "query the volume");
    Step(Rename(Handle), "rename the file");
    if (Told->Undone == 0)
        UseView(Handle);
    Step(SysSetInformationFile(
             Handle, &IoStatus, &Delete, sizeof(Delete), FileDispositionInformation),
        "delete the file");
    Expect(SysClose(Handle) == STATUS_SUCCESS, "the file's handle is closed");
}

static NTSTATUS MapPhysical(void *Context)
{
    const ULONG64 *Address = Context;
    void *Mapped =
        MmMapIoSpace((PHYSICAL_ADDRESS){.QuadPart = (LONG64)*Address}, 2 * PAGE_SIZE, MmNonCached);
    if (Mapped == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmUnmapIoSpace(Mapped, 2 * PAGE_SIZE);
    return STATUS_SUCCESS;
}

static void UseMemory(void)
{
    VIEW Memory = {.Bytes = 0x3000};
    ULONG64 Ram = 0x100000, Nothing = MM_RAM_BYTES + 0x1000000;
    if (!Step(SysAttach(), "attach"))
        return;
    Step(KeEnterKernel(AllocateMemory, &Memory, UserMode), "allocate memory");
    Step(KeEnterKernel(MapPhysical, &Ram, KernelMode), "map memory");
    Step(KeEnterKernel(MapPhysical, &Nothing, KernelMode), "map what is not memory");
}

static void UseDisk(void)
{
    static char Sector[512] __attribute__((aligned(512)));
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Start = {.QuadPart = 0x100000};
    if (!Step(OpenNamed(u"\\??\\PhysicalDrive0", FILE_OPEN, &Handle), "open the disk"))
        return;
    Step(SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Sector, sizeof(Sector), &Start, NULL),
        "read from the disk");
    Step(SysWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Sector, sizeof(Sector), &Start, NULL),
        "write to the disk");
    Step(SysFlushBuffersFile(Handle, &IoStatus), "flush the disk");
    Expect(SysClose(Handle) == STATUS_SUCCESS, "the disk's handle is closed");
}

static void UseDriver(
    dotsys_machine *Machine, const char *Name, const char *Path, void (*Use)(void))
{
    if (!Step(dotsys_driver_start(Machine, Name, Path), "start a driver")) {
        Expect(dotsys_last_message()[0] != 0, "a driver that does not start has a message");
        return;
    }
    Use();
    Step(dotsys_driver_stop(Machine, Name), "stop a driver");
}

static void UseNothing(void)
{
}

/* One life, and the number of steps in it that did not work. */
static unsigned Live(void)
{
    const dotsys_options Options = {.size = sizeof(Options),
        .log = Quiet,
        .finding = Note,
        .directory = Directory[0] != 0 ? Directory : NULL};
    const char *Report = NULL;
    dotsys_machine *Machine;
    Told->Undone = 0;
    if (!Step(dotsys_machine_open(&Options, &Machine), "open")) {
        Expect(dotsys_last_message()[0] != 0, "a machine that does not open has a message");
        return Told->Undone;
    }
    UseDriver(Machine, "hello", HelloPath, UseHello);
    UseFile();
    UseDisk();
    UseMemory();
    UseDriver(Machine, "procevt", ProcevtPath, UseNothing);
    if (dotsys_machine_stopped(Machine, &Report)) {
        Expect(FALSE, "the machine goes on");
        Tell("%.1500s\n", Report);
    }
    dotsys_machine_close(Machine);
    return Told->Undone;
}

/* ---- what is left ------------------------------------------------------------ */

static unsigned CountEntries(const char *Path)
{
    unsigned Count = 0;
    DIR *Entries = opendir(Path);
    while (Entries != NULL && readdir(Entries) != NULL)
        Count++;
    if (Entries != NULL)
        closedir(Entries);
    return Count;
}

/* Threads that were joined may still be on their way out of Linux: it is waited for what is to go.
 */
static void Look(LEFT *Left)
{
    char Line[512];
    FILE *Maps;
    for (unsigned Try = 0; (Left->Threads = CountEntries("/proc/self/task") - 2) > 1 && Try < 1000;
         Try++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    Left->Descriptors = CountEntries("/proc/self/fd");
    Left->Mapped = 0;
    Maps = fopen("/proc/self/maps", "r");
    while (Maps != NULL && fgets(Line, sizeof(Line), Maps) != NULL) {
        unsigned long From, To;
        if (sscanf(Line, "%lx-%lx", &From, &To) == 2 && strstr(Line, "[heap]") == NULL &&
            strstr(Line, "[stack]") == NULL)
            Left->Mapped += (To - From) / 1024;
    }
    if (Maps != NULL)
        fclose(Maps);
}

static LEFT Whole; /* what two lives without a failure leave */

/* Faults that are not the machine's end the process: cmocka would go on in it with its own tests.
 */
static void TwoLives(void)
{
    for (const int *Signal = (const int[]){SIGSEGV, SIGBUS, SIGILL, SIGFPE, 0}; *Signal != 0;
         Signal++)
        signal(*Signal, SIG_DFL);
    alarm(PATIENCE_SECONDS);
    Live();
    for (unsigned Index = 0; Index < Tested->Functions; Index++)
        Told->Calls[Index] = Tested->Calls(Index);
    Tested->Choose(-1, 0);
    Expect(Live() == 0, "the second life is whole");
    Look(&Told->Left);
}

/* In a process of its own, what it tells in Told. */
static void LiveApart(int Function, unsigned Call)
{
    int Status = 0;
    if (Directory[0] != 0)
        snprintf(Directory, sizeof(Directory), "%s/%d-%u", Folder, Function, Call);
    memset(Told, 0, sizeof(*Told));
    fflush(NULL);
    pid_t Child = fork();
    assert_true(Child >= 0);
    if (Child == 0) {
        Tested->Choose(Function, Call);
        TwoLives();
        _exit(0);
    }
    assert_int_equal(waitpid(Child, &Status, 0), Child);
    Expect(Status == 0, WIFSIGNALED(Status) && WTERMSIG(Status) == SIGALRM ? "it comes to its end"
                                                                           : "it does not crash");
}

static void CompareLeft(void)
{
    Expect(Told->Left.Descriptors == Whole.Descriptors, "no descriptor is left");
    Expect(Told->Left.Threads == 1, "no thread is left");
    Expect(Told->Left.Mapped <= Whole.Mapped, "no memory is left");
    if (Told->Failed)
        Tell("left: %u descriptors of %u, %u threads, %lu KiB of %lu\n", Told->Left.Descriptors,
            Whole.Descriptors, Told->Left.Threads, Told->Left.Mapped, Whole.Mapped);
}

/* What is kept in a directory is waited for until it is on the disk. */
static unsigned MostCalls(void)
{
    if (getenv("DOTSYS_EVERY_CALL") != NULL)
        return UINT_MAX;
    return Directory[0] != 0 ? LIFE_CALLS / 5 : LIFE_CALLS;
}

/* The call to fail as Index of the sample of a function that is called Count times. */
static unsigned NumberOf(unsigned Index, unsigned Count)
{
    const unsigned Half = MostCalls() / 2;
    return Count <= MostCalls() || Index < Half ? Index + 1
                                                : Half + 1 + (Index - Half) * (Count - Half) / Half;
}

static void EachCallFailsOnce(void **State)
{
    unsigned Bad = 0;
    unsigned Of[LIFE_FUNCTIONS];
    (void)State;
    LiveApart(-1, 1);
    Expect(Told->Undone == 0, "without a failure it is whole");
    if (Told->Failed)
        fail_msg("%s", Told->Text);
    Whole = Told->Left;
    memcpy(Of, Told->Calls, sizeof(Of));
    for (unsigned Function = 0; Function < Tested->Functions; Function++) {
        if (Of[Function] == 0 && Tested->Strict) {
            Bad++;
            printf("# nothing calls %s\n", Tested->Names[Function]);
        }
        for (unsigned Index = 0; Index < Of[Function] && Index < MostCalls(); Index++) {
            LiveApart((int)Function, NumberOf(Index, Of[Function]));
            CompareLeft();
            if (Told->Failed) {
                Bad++;
                printf("# call %u of %s failing: %s\n", NumberOf(Index, Of[Function]),
                    Tested->Names[Function], Told->Text);
            }
        }
    }
    assert_int_equal(Bad, 0);
}

/* The same in a machine directory, each pair of lives in one of its own: what a failure leaves in
 * it is good for the second. */
static void EachCallFailsOnceInADirectory(void **State)
{
    char Remove[80];
    assert_non_null(mkdtemp(Folder));
    snprintf(Directory, sizeof(Directory), "%s", Folder);
    EachCallFailsOnce(State);
    Directory[0] = 0;
    snprintf(Remove, sizeof(Remove), "rm -rf %s", Folder);
    assert_int_equal(system(Remove), 0);
}

int LifeTest(const LIFE_TEST *Test)
{
    const char *Build = getenv("DOTSYS_TEST_BUILD");
    if (Build == NULL)
        Build = "build";
    Tested = Test;
    snprintf(HelloPath, sizeof(HelloPath), "%s/drivers/" ARCH "/free/hello.sys", Build);
    snprintf(ProcevtPath, sizeof(ProcevtPath), "%s/drivers/" ARCH "/free/procevt.sys", Build);
    PsiWatchSource = HOST_PROCESS_TOLD;
    Told = mmap(NULL, sizeof(*Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (Told == MAP_FAILED)
        return 1;
    const struct CMUnitTest Both[] = {
        cmocka_unit_test(EachCallFailsOnce),
        cmocka_unit_test(EachCallFailsOnceInADirectory),
    };
    const struct CMUnitTest One[] = {Both[0]};
    return Test->Directories ? cmocka_run_group_tests(Both, NULL, NULL)
                             : cmocka_run_group_tests(One, NULL, NULL);
}
