/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Every call of the host that can fail, failing: a short life of a machine in a process of its own,
 * once for each call of each function below. Whatever fails, that life comes to its end, the
 * machine does not stop, what does not open or start says why, and a second life in the same
 * process is whole: after it there are no more descriptors, threads and mapped memory than after
 * two lives without a failure. The program is linked with --wrap for each function of the table;
 * what stands only in one of the two does not link. Calls inside a file of kernel/host are not
 * seen.
 *
 * Not failed:
 *   host_thread_set_pcr: Linux refuses none of the kernel's addresses; nobody looks at its failure
 *   host_mem_accessible, host_stack_bounds, host_user_query, host_path_exists, host_process_bits,
 *     host_process_has_thread, host_unwind_frame, host_symbol: no, nothing and none are answers
 *   host_process_watch_next: its one error is that of a watch that was stopped
 *   host_process_read, _write, _touch, _connector, _names, host_page_install: they serve machines
 *     that are processes of their own, which this one is not
 *   host_told_start, host_told_exit: this life tells of no processes
 *   host_library_open, host_library_symbol: this life has no plugins
 *   host_disk_size: called for a disk and a CMOS that are files, which this life has none of
 *   host_user_flush, host_ram_transfer: not called by this life
 *   what returns nothing, a number or a time
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
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

#define CALLS_LIMIT \
    40u /* of each function: of more, the first half and others all over the rest of the life */
#define PATIENCE_SECONDS 20
#define SELF             ((HANDLE)(LONG_PTR)-1)

/* F(what it returns, its name, what it returns failing, parameters, their names) */
#define HOST_CALLS_EVERYWHERE(F)                                                                   \
    F(int, host_ram_create, ENOMEM, (uintptr_t base, size_t reserve, size_t ram),                  \
        (base, reserve, ram))                                                                      \
    F(int, host_mem_protect, ENOMEM, (void *at, size_t size, unsigned protection),                 \
        (at, size, protection))                                                                    \
    F(int, host_ram_alias, ENOMEM,                                                                 \
        (void *at, uint64_t physical, size_t size, unsigned protection),                           \
        (at, physical, size, protection))                                                          \
    F(void *, host_private_allocate, NULL, (size_t size), (size))                                  \
    F(uintptr_t, host_user_find, 0,                                                                \
        (uint32_t process, size_t size, uintptr_t low, uintptr_t high, size_t align,               \
            bool top_down),                                                                        \
        (process, size, low, high, align, top_down))                                               \
    F(int, host_user_map, ENOMEM,                                                                  \
        (uintptr_t at, size_t size, unsigned protection, int file, uint64_t offset, bool shared),  \
        (at, size, protection, file, offset, shared))                                              \
    F(int, host_view_map, ENOMEM,                                                                  \
        (void *at, size_t size, unsigned protection, int file, uint64_t offset, bool shared),      \
        (at, size, protection, file, offset, shared))                                              \
    F(int, host_thread_create, EAGAIN,                                                             \
        (host_thread * thread, void (*entry)(void *), void *argument), (thread, entry, argument))  \
    F(int, host_thread_arm_faults, ENOMEM, (void), ())                                             \
    F(int, host_faults_install, EINVAL,                                                            \
        (host_fault_handler fault, host_interrupt_handler interrupt), (fault, interrupt))          \
    F(int, host_wait, 0 /* for nothing */,                                                         \
        (_Atomic uint32_t *word, uint32_t expected, uint64_t deadline),                            \
        (word, expected, deadline))                                                                \
    F(int, host_folder_open, EMFILE, (int folder, const char *name, int *opened),                  \
        (folder, name, opened))                                                                    \
    F(int, host_folder_status, EACCES,                                                             \
        (int folder, const char *name, struct host_file_status *status), (folder, name, status))   \
    F(int, host_folder_create, ENOSPC, (int folder, const char *name), (folder, name))             \
    F(int, host_folder_remove, EACCES, (int folder, const char *name, bool is_folder),             \
        (folder, name, is_folder))                                                                 \
    F(int, host_folder_list, EIO,                                                                  \
        (int folder, bool (*visit)(void *, const char *), void *context),                          \
        (folder, visit, context))                                                                  \
    F(int, host_file_open, EMFILE, (int folder, const char *name, unsigned flags, int *file),      \
        (folder, name, flags, file))                                                               \
    F(int, host_file_query, EIO, (int file, struct host_file_status *status), (file, status))      \
    F(int, host_file_read_at, EIO,                                                                 \
        (int file, void *buffer, size_t size, uint64_t offset, size_t *done),                      \
        (file, buffer, size, offset, done))                                                        \
    F(int, host_file_write_at, ENOSPC,                                                             \
        (int file, const void *buffer, size_t size, uint64_t offset, size_t *done),                \
        (file, buffer, size, offset, done))                                                        \
    F(int, host_file_resize, ENOSPC, (int file, uint64_t size), (file, size))                      \
    F(int, host_file_flush, EIO, (int file), (file))                                               \
    F(int, host_folder_rename, EACCES,                                                             \
        (int from, const char *name, int to, const char *new_name, bool replace),                  \
        (from, name, to, new_name, replace))                                                       \
    F(int, host_file_set_times, EPERM, (int file, uint64_t accessed, uint64_t written),            \
        (file, accessed, written))                                                                 \
    F(int, host_file_set_read_only, EPERM, (int file, bool read_only), (file, read_only))          \
    F(int, host_file_volume, EIO, (int file, uint64_t *total, uint64_t *room),                     \
        (file, total, room))                                                                       \
    F(int, host_file_set_mark, ENOTSUP, (int file, uint32_t attributes, uint64_t created),         \
        (file, attributes, created))                                                               \
    F(int, host_scratch_create, ENOSPC, (char *path, size_t path_bytes, int *folder),              \
        (path, path_bytes, folder))                                                                \
    F(int, host_process_query, ESRCH, (uint32_t id, struct host_process * process), (id, process)) \
    F(int, host_process_path, EACCES, (uint32_t id, char *path, size_t size), (id, path, size))    \
    F(int, host_process_command_line, EACCES, (uint32_t id, char *text, size_t size),              \
        (id, text, size))                                                                          \
    F(int, host_process_watch_open, EMFILE,                                                        \
        (enum host_process_source source, size_t bytes, struct host_process_watch * *watch),       \
        (source, bytes, watch))                                                                    \
    F(int, host_file_read, EIO, (const char *path, size_t limit, void **data, size_t *size),       \
        (path, limit, data, size))                                                                 \
    F(int, host_disk_memory, EMFILE, (int *file), (file))                                          \
    F(int, host_disk_resize, ENOSPC, (int file, uint64_t size), (file, size))                      \
    F(int, host_disk_read, EIO, (int file, void *data, size_t size, uint64_t offset),              \
        (file, data, size, offset))                                                                \
    F(int, host_disk_write, ENOSPC, (int file, const void *data, size_t size, uint64_t offset),    \
        (file, data, size, offset))                                                                \
    F(int, host_disk_flush, EIO, (int file), (file))

#ifdef __x86_64__
#define HOST_CALLS(F) HOST_CALLS_EVERYWHERE(F)
#else
#define HOST_CALLS(F) HOST_CALLS_EVERYWHERE(F) F(int, host_page_reserve, ENOMEM, (void *at), (at))
#endif

#define NUMBER(type, name, failure, parameters, arguments) NUMBER_##name,
enum {
    HOST_CALLS(NUMBER) FUNCTIONS
};

#define NAME(type, name, failure, parameters, arguments) #name,
static const char *const Names[] = {HOST_CALLS(NAME)};

static int Chosen = -1;     /* the function to fail; -1: none */
static unsigned ChosenCall; /* which call of it, from 1 */
static _Atomic unsigned Calls[FUNCTIONS];

static BOOLEAN Fails(int Function)
{
    return ++Calls[Function] == ChosenCall && Function == Chosen;
}

#define WRAPPER(type, name, failure, parameters, arguments) \
    type __real_##name parameters;                          \
    type __wrap_##name parameters;                          \
    type __wrap_##name parameters                           \
    {                                                       \
        if (Fails(NUMBER_##name))                           \
            return failure;                                 \
        return __real_##name arguments;                     \
    }
HOST_CALLS(WRAPPER)

/* ---- a life ------------------------------------------------------------ */

static char HelloPath[512], ProcevtPath[512];

typedef struct LEFT {
    unsigned Descriptors, Threads;
    unsigned long Mapped; /* KiB */
} LEFT;

/* What a life tells the program that had it lived, in memory they share. */
static struct {
    BOOLEAN Failed;  /* something is not as expected */
    unsigned Undone; /* steps that did not work */
    unsigned Calls[FUNCTIONS];
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
    const dotsys_options Options = {.size = sizeof(Options), .log = Quiet, .finding = Note};
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
    DIR *Folder = opendir(Path);
    while (Folder != NULL && readdir(Folder) != NULL)
        Count++;
    if (Folder != NULL)
        closedir(Folder);
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
    for (int Index = 0; Index < FUNCTIONS; Index++)
        Told->Calls[Index] = Calls[Index];
    Chosen = -1;
    Expect(Live() == 0, "the second life is whole");
    Look(&Told->Left);
}

/* In a process of its own, what it tells in Told. */
static void LiveApart(int Function, unsigned Call)
{
    int Status = 0;
    memset(Told, 0, sizeof(*Told));
    fflush(NULL);
    pid_t Child = fork();
    assert_true(Child >= 0);
    if (Child == 0) {
        Chosen = Function;
        ChosenCall = Call;
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

/* The call to fail as Index of the sample of a function that is called Count times. */
static unsigned NumberOf(unsigned Index, unsigned Count)
{
    const unsigned Half = CALLS_LIMIT / 2;
    return Count <= CALLS_LIMIT || Index < Half ? Index + 1
                                                : Half + 1 + (Index - Half) * (Count - Half) / Half;
}

static void EveryCallOfTheHostFailsOnce(void **State)
{
    unsigned Bad = 0;
    unsigned Of[FUNCTIONS];
    (void)State;
    LiveApart(-1, 0);
    Expect(Told->Undone == 0, "without a failure it is whole");
    if (Told->Failed)
        fail_msg("%s", Told->Text);
    Whole = Told->Left;
    memcpy(Of, Told->Calls, sizeof(Of));
    for (int Function = 0; Function < FUNCTIONS; Function++) {
        if (Of[Function] == 0) {
            Bad++;
            printf("# nothing calls %s\n", Names[Function]);
        }
        for (unsigned Index = 0; Index < Of[Function] && Index < CALLS_LIMIT; Index++) {
            LiveApart(Function, NumberOf(Index, Of[Function]));
            CompareLeft();
            if (Told->Failed) {
                Bad++;
                printf("# call %u of %s failing: %s\n", NumberOf(Index, Of[Function]),
                    Names[Function], Told->Text);
            }
        }
    }
    assert_int_equal(Bad, 0);
}

int main(void)
{
    const char *Folder = getenv("DOTSYS_TEST_BUILD");
    if (Folder == NULL)
        Folder = "build";
    snprintf(HelloPath, sizeof(HelloPath), "%s/drivers/" ARCH "/free/hello.sys", Folder);
    snprintf(ProcevtPath, sizeof(ProcevtPath), "%s/drivers/" ARCH "/free/procevt.sys", Folder);
    PsiWatchSource =
        HOST_PROCESS_TOLD; /* Linux has a life too, which is not to change the number of calls */
    Told = mmap(NULL, sizeof(*Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (Told == MAP_FAILED)
        return 1;
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(EveryCallOfTheHostFailsOnce),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
