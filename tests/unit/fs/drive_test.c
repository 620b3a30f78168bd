/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * C: over a folder the test prepares: what the host has put there that no name may lead through,
 * case, the host's path of an image, memory that runs out, a disk that runs full, the scratch
 * folders of machines that died.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "fs/fs.h"
#include "machine.h"
#include "mm/mm.h"
#include "rtl/rtl.h"
#include "services.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static char Folder[64];
static dotsys_machine *Machine;
static unsigned Findings;

static void CountFinding(void *Context, const dotsys_finding *Finding)
{
    (void)Context;
    Findings++;
    fprintf(stderr, "finding: %s\n", Finding->text);
}

static bool OrdinaryUser;

static void BeginOn(const char *DriveC)
{
    const dotsys_options Options = {
        .size = sizeof(Options), .finding = CountFinding, .ordinary_user = OrdinaryUser};
    const struct machine_host Host = {.drive_c = DriveC, .disk = -1, .cmos = -1};
    Findings = 0;
    assert_int_equal(machine_open(&Options, &Host, &Machine), 0);
}

static void Begin(void)
{
    strcpy(Folder, "/tmp/drive_test-XXXXXX");
    assert_non_null(mkdtemp(Folder));
    BeginOn(Folder);
}

static void End(void)
{
    char Command[128];
    assert_int_equal(dotsys_machine_close(Machine), 0);
    assert_int_equal(Findings, 0);
    snprintf(Command, sizeof(Command), "rm -rf %s", Folder);
    assert_int_equal(system(Command), 0);
}

/* A path of the host below the folder; good until the next call. */
static const char *OnHost(const char *Name)
{
    static char Path[512];
    snprintf(Path, sizeof(Path), "%s/%s", Folder, Name);
    return Path;
}

static void HostFile(const char *Name, const char *Text)
{
    FILE *File = fopen(OnHost(Name), "w");
    assert_non_null(File);
    fputs(Text, File);
    fclose(File);
}

static NTSTATUS Open(
    const char *Path, ACCESS_MASK Access, ULONG Disposition, ULONG Options, HANDLE *Handle)
{
    WCHAR Text[4096];
    ULONG Bytes;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    assert_int_equal(
        RtlUTF8ToUnicodeN(Text, sizeof(Text), &Bytes, Path, (ULONG)strlen(Path)), STATUS_SUCCESS);
    UNICODE_STRING Name = {(USHORT)Bytes, (USHORT)Bytes, Text};
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return SysCreateFile(Handle, Access | SYNCHRONIZE, &Attributes, &Io, NULL,
        FILE_ATTRIBUTE_NORMAL, SHARE_ALL, Disposition, Options | FILE_SYNCHRONOUS_IO_NONALERT, NULL,
        0);
}

static NTSTATUS Try(const char *Path, ACCESS_MASK Access, ULONG Disposition)
{
    HANDLE Handle;
    NTSTATUS Status = Open(Path, Access, Disposition, 0, &Handle);
    if (NT_SUCCESS(Status))
        SysClose(Handle);
    return Status;
}

static NTSTATUS Read(const char *Path, char *Text, ULONG Room)
{
    IO_STATUS_BLOCK Io = {0};
    HANDLE Handle;
    NTSTATUS Status = Open(Path, FILE_READ_DATA, FILE_OPEN, 0, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SysReadFile(Handle, NULL, NULL, NULL, &Io, Text, Room - 1, NULL, NULL);
    Text[Io.Information] = 0;
    SysClose(Handle);
    return Status;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static void TheHostsFilesAreOnC(void **State)
{
    char Text[32];
    (void)State;
    Begin();
    HostFile("note.txt", "from the host");
    assert_int_equal(Read("\\??\\C:\\NOTE.TXT", Text, sizeof(Text)), STATUS_SUCCESS);
    assert_string_equal(Text, "from the host");
    assert_int_equal(Try("\\??\\C:\\Windows\\System32\\drivers", FILE_LIST_DIRECTORY, FILE_OPEN),
        STATUS_SUCCESS);
    assert_int_equal(Try("\\SystemRoot\\new.txt", FILE_WRITE_DATA, FILE_CREATE), STATUS_SUCCESS);
    assert_int_equal(access(OnHost("Windows/new.txt"), F_OK), 0);
    End();
}

static void StandardFoldersAreNotMadeTwice(void **State)
{
    (void)State;
    strcpy(Folder, "/tmp/drive_test-XXXXXX");
    assert_non_null(mkdtemp(Folder));
    assert_int_equal(mkdir(OnHost("WINDOWS"), 0777), 0);
    BeginOn(Folder);
    assert_int_equal(Try("\\SystemRoot\\System32", FILE_LIST_DIRECTORY, FILE_OPEN), STATUS_SUCCESS);
    assert_int_not_equal(access(OnHost("Windows"), F_OK), 0);
    assert_int_equal(access(OnHost("WINDOWS/System32"), F_OK), 0);
    End();
}

static void NothingIsMadeBeforeItIsNeeded(void **State)
{
    (void)State;
    Begin();
    assert_int_not_equal(access(OnHost("Windows"), F_OK), 0);
    End();
}

static void NoFolderNoDrive(void **State)
{
    (void)State;
    BeginOn("/tmp/drive_test-is-not-there");
    assert_int_equal(Try("\\??\\C:\\a", FILE_READ_DATA, FILE_OPEN), STATUS_NO_SUCH_DEVICE);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

/* ---- out of C: ------------------------------------------------------------------------------- */

static void NoNameLeadsOut(void **State)
{
    static const char *const Names[] = {"..", "..\\etc\\passwd", "Windows\\..\\..\\etc\\passwd",
        ".", "Windows\\.\\Temp", "../etc/passwd", "Windows/Temp", "\\etc", "a\\\\b", "a:stream",
        "a:b:$DATA"};
    char Path[128];
    (void)State;
    Begin();
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Names); Index++) {
        snprintf(Path, sizeof(Path), "\\??\\C:\\%s", Names[Index]);
        assert_int_equal(Try(Path, FILE_READ_DATA, FILE_OPEN_IF), STATUS_OBJECT_NAME_INVALID);
    }
    End();
}

static void LinksOfTheHostAreNotFollowed(void **State)
{
    HANDLE Handle;
    (void)State;
    Begin();
    HostFile("inside.txt", "x");
    assert_int_equal(symlink("/etc", OnHost("etc")), 0);
    assert_int_equal(symlink("/etc/passwd", OnHost("passwd")), 0);
    assert_int_equal(symlink("inside.txt", OnHost("link.txt")), 0);
    assert_int_equal(symlink("/tmp/drive_test_made_through_a_link", OnHost("dangling")), 0);
    assert_int_equal(Try("\\??\\C:\\passwd", FILE_READ_DATA, FILE_OPEN), STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\??\\C:\\etc\\passwd", FILE_READ_DATA, FILE_OPEN), STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\??\\C:\\ETC\\passwd", FILE_READ_DATA, FILE_OPEN), STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\??\\C:\\link.txt", FILE_READ_DATA, FILE_OPEN), STATUS_ACCESS_DENIED);
    assert_int_equal(
        Try("\\??\\C:\\dangling", FILE_WRITE_DATA, FILE_OPEN_IF), STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\??\\C:\\dangling", FILE_WRITE_DATA, FILE_CREATE), STATUS_ACCESS_DENIED);
    assert_int_not_equal(access("/tmp/drive_test_made_through_a_link", F_OK), 0);
    /* A folder that becomes a link while it is open is still the folder. */
    assert_int_equal(Open("\\??\\C:\\Windows\\Temp", FILE_LIST_DIRECTORY, FILE_OPEN, 0, &Handle),
        STATUS_SUCCESS);
    SysClose(Handle);
    End();
}

static void PipesOfTheHostAreNoFiles(void **State)
{
    (void)State;
    Begin();
    assert_int_equal(mkfifo(OnHost("pipe"), 0666), 0);
    assert_int_equal(Try("\\??\\C:\\pipe", FILE_READ_DATA, FILE_OPEN), STATUS_ACCESS_DENIED);
    End();
}

/* ---- names ----------------------------------------------------------------------------------- */

static void TheExactNameComesFirst(void **State)
{
    char Text[32];
    (void)State;
    Begin();
    HostFile("file", "lower");
    HostFile("FILE", "upper");
    assert_int_equal(Read("\\??\\C:\\file", Text, sizeof(Text)), STATUS_SUCCESS);
    assert_string_equal(Text, "lower");
    assert_int_equal(Read("\\??\\C:\\FILE", Text, sizeof(Text)), STATUS_SUCCESS);
    assert_string_equal(Text, "upper");
    assert_int_equal(
        Try("\\??\\C:\\File", FILE_READ_DATA, FILE_CREATE), STATUS_OBJECT_NAME_COLLISION);
    End();
}

static void NamesTheHostCannotHold(void **State)
{
    char Path[1024] = "\\??\\C:\\";
    (void)State;
    Begin();
    for (int Index = 0; Index < 200; Index++)
        strcat(Path, "\xE2\x82\xAC"); /* 200 characters, 600 bytes */
    assert_int_equal(Try(Path, FILE_READ_DATA, FILE_OPEN_IF), STATUS_NAME_TOO_LONG);
    assert_int_equal(
        Try("\\??\\C:\\\xF0\x9F\x98\x80", FILE_READ_DATA, FILE_OPEN_IF), STATUS_SUCCESS);
    assert_int_equal(access(OnHost("\xF0\x9F\x98\x80"), F_OK), 0);
    HostFile("\xFF\xFE", ""); /* no name NT could have */
    assert_int_equal(
        Try("\\??\\C:\\other", FILE_READ_DATA, FILE_OPEN), STATUS_OBJECT_NAME_NOT_FOUND);
    End();
}

/* ---- images ---------------------------------------------------------------------------------- */

typedef struct FIND_CALL {
    const WCHAR *Path;
    char Host[512];
    SIZE_T Room;
} FIND_CALL;

static NTSTATUS FindInKernel(void *Arguments)
{
    FIND_CALL *Call = Arguments;
    const USHORT Bytes = (USHORT)(RtlpWcsLength(Call->Path) * sizeof(WCHAR));
    const UNICODE_STRING Path = {Bytes, Bytes, (WCHAR *)(ULONG_PTR)Call->Path};
    return FsiFindHostPath(&Path, Call->Host, Call->Room);
}

static FIND_CALL Call;

static NTSTATUS FindHost(const WCHAR *Path)
{
    Call = (FIND_CALL){.Path = Path, .Room = sizeof(Call.Host)};
    assert_int_equal(SysAttach(), STATUS_SUCCESS);
    return KeEnterKernel(FindInKernel, &Call, KernelMode);
}

static void ImagesAreFoundByAnyName(void **State)
{
    static const WCHAR *const Names[] = {u"\\??\\C:\\windows\\SYSTEM32\\Drivers\\a.SYS",
        u"\\DosDevices\\C:\\Windows\\System32\\drivers\\a.sys",
        u"\\SystemRoot\\system32\\drivers\\A.sys",
        u"\\Device\\HarddiskVolume2\\Windows\\System32\\drivers\\a.sys"};
    char Expected[512];
    (void)State;
    Begin();
    assert_int_equal(
        FindHost(u"\\SystemRoot\\system32\\drivers\\a.sys"), STATUS_OBJECT_NAME_NOT_FOUND);
    HostFile("Windows/System32/drivers/a.sys", "MZ");
    snprintf(Expected, sizeof(Expected), "%s/Windows/System32/drivers/a.sys", Folder);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Names); Index++) {
        assert_int_equal(FindHost(Names[Index]), STATUS_SUCCESS);
        assert_string_equal(Call.Host, Expected);
    }
    assert_int_equal(FindHost(u"\\??\\C:\\none\\a.sys"), STATUS_OBJECT_PATH_NOT_FOUND);
    assert_int_equal(FindHost(u"\\??\\C:\\..\\a.sys"), STATUS_OBJECT_NAME_INVALID);
    assert_int_equal(FindHost(u"a.sys"), STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert_int_equal(FindHost(u"\\??\\D:\\a.sys"), STATUS_OBJECT_PATH_NOT_FOUND);
    End();
}

static void ZIsTheHostForImagesOnly(void **State)
{
    (void)State;
    Begin();
    assert_int_equal(FindHost(u"\\??\\Z:\\etc\\passwd"), STATUS_SUCCESS);
    assert_string_equal(Call.Host, "/etc/passwd");
    assert_int_equal(FindHost(u"\\??\\Z:\\no\\such"), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(FindHost(u"\\??\\Z:\\etc\\passwd\\x"), STATUS_OBJECT_PATH_NOT_FOUND);
    assert_int_equal(
        Try("\\??\\Z:\\etc\\passwd", FILE_READ_DATA, FILE_OPEN), STATUS_OBJECT_PATH_NOT_FOUND);
    Call = (FIND_CALL){.Path = u"\\??\\Z:\\etc\\passwd", .Room = 8};
    assert_int_equal(KeEnterKernel(FindInKernel, &Call, KernelMode), STATUS_NAME_TOO_LONG);
    End();
}

/* ---- users ----------------------------------------------------------------------------------- */

static void UsersWriteWhereUsersMay(void **State)
{
    HANDLE Handle;
    IO_STATUS_BLOCK Io;
    FILE_ACCESS_INFORMATION Access;
    (void)State;
    OrdinaryUser = true;
    Begin();
    OrdinaryUser = false;
    assert_int_equal(
        Try("\\SystemRoot\\System32\\drivers", FILE_LIST_DIRECTORY, FILE_OPEN), STATUS_SUCCESS);
    HostFile("Windows/System32/drivers/a.sys", "MZ");
    assert_int_equal(
        Try("\\SystemRoot\\System32\\drivers\\a.sys", FILE_READ_DATA, FILE_OPEN), STATUS_SUCCESS);
    assert_int_equal(Try("\\SystemRoot\\System32\\drivers\\a.sys", FILE_WRITE_DATA, FILE_OPEN),
        STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\SystemRoot\\System32\\drivers\\a.sys", FILE_READ_DATA, FILE_OVERWRITE),
        STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\SystemRoot\\System32\\drivers\\b.sys", FILE_READ_DATA, FILE_CREATE),
        STATUS_ACCESS_DENIED);
    assert_int_equal(Try("\\??\\C:\\a.txt", FILE_READ_DATA, FILE_CREATE), STATUS_ACCESS_DENIED);
    assert_int_equal(
        Try("\\SystemRoot\\Temp\\a.txt", FILE_WRITE_DATA | DELETE, FILE_CREATE), STATUS_SUCCESS);
    assert_int_equal(
        Open("\\??\\C:\\own", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE, &Handle),
        STATUS_SUCCESS);
    SysClose(Handle);
    assert_int_equal(Try("\\??\\C:\\own\\a.txt", FILE_WRITE_DATA, FILE_CREATE), STATUS_SUCCESS);
    assert_int_equal(
        Open("\\SystemRoot\\System32\\drivers\\a.sys", MAXIMUM_ALLOWED, FILE_OPEN, 0, &Handle),
        STATUS_SUCCESS);
    assert_int_equal(
        SysQueryInformationFile(Handle, &Io, &Access, sizeof(Access), FileAccessInformation),
        STATUS_SUCCESS);
    assert_int_equal(Access.AccessFlags, FILE_GENERIC_READ | FILE_GENERIC_EXECUTE);
    SysClose(Handle);
    End();
}

/* ---- what fails ------------------------------------------------------------------------------ */

/* Of a folder, until its handle is closed; something in it is made while it is watched. */
static void Watch(void)
{
    static UCHAR Buffer[256];
    static IO_STATUS_BLOCK Io, Ignored;
    HANDLE Watched, Made;
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name = RTL_STRING(u"\\??\\C:\\Windows\\Temp");
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NT_SUCCESS(SysOpenFile(&Watched, FILE_LIST_DIRECTORY | SYNCHRONIZE, &Attributes, &Ignored,
            SHARE_ALL, FILE_DIRECTORY_FILE)))
        return;
    NTSTATUS Status = SysNotifyChangeDirectoryFile(
        Watched, NULL, NULL, NULL, &Io, Buffer, sizeof(Buffer), FILE_NOTIFY_CHANGE_FILE_NAME, TRUE);
    if (NT_SUCCESS(
            Open("\\??\\C:\\Windows\\Temp\\w", DELETE, FILE_CREATE, FILE_DELETE_ON_CLOSE, &Made)) &&
        Status == STATUS_PENDING)
        assert_true(Io.Status == STATUS_SUCCESS || Io.Status == STATUS_NOTIFY_ENUM_DIR);
    SysClose(Watched);
}

/* A file's whole life; each step may fail, and then the rest is left out. */
static void UseFiles(void)
{
    static struct {
        FILE_RENAME_INFORMATION Rename;
        WCHAR Room[40];
    } Rename;
    static const WCHAR NewName[] = u"\\??\\C:\\Windows\\Temp\\b";
    static UCHAR Buffer[1024];
    static WCHAR Pattern[] = u"*.t*";
    UNICODE_STRING Name = {sizeof(Pattern) - sizeof(WCHAR), sizeof(Pattern), Pattern};
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    if (NT_SUCCESS(Open("\\??\\C:\\Windows\\Temp\\a.txt", FILE_READ_DATA | FILE_WRITE_DATA | DELETE,
            FILE_OPEN_IF, 0, &Handle))) {
        SysWriteFile(Handle, NULL, NULL, NULL, &Io, Buffer, 100, NULL, NULL);
        SysQueryInformationFile(Handle, &Io, Buffer, sizeof(Buffer), FileAllInformation);
        Rename.Rename.ReplaceIfExists = TRUE;
        Rename.Rename.FileNameLength = sizeof(NewName) - sizeof(WCHAR);
        memcpy(Rename.Rename.FileName, NewName, sizeof(NewName));
        SysSetInformationFile(Handle, &Io, &Rename, sizeof(Rename), FileRenameInformation);
        SysClose(Handle);
    }
    if (NT_SUCCESS(Open("\\??\\C:\\Windows\\Temp", FILE_LIST_DIRECTORY, FILE_OPEN,
            FILE_DIRECTORY_FILE, &Handle))) {
        SysQueryDirectoryFile(Handle, NULL, NULL, NULL, &Io, Buffer, sizeof(Buffer),
            FileBothDirectoryInformation, FALSE, &Name, FALSE);
        SysClose(Handle);
    }
    Watch();
    Open("\\??\\C:\\Windows\\Temp\\d", FILE_LIST_DIRECTORY | DELETE, FILE_CREATE,
        FILE_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE, &Handle);
    FindHost(u"\\SystemRoot\\Temp\\b");
}

static unsigned PoolBlocks(void)
{
    static dotsys_pool_usage Usage[512];
    unsigned Blocks = 0;
    size_t Count = dotsys_pool_query(Machine, Usage, 512);
    for (size_t Index = 0; Index < Count; Index++)
        Blocks += strcmp(Usage[Index].tag, "Dfs ") == 0 ? (unsigned)Usage[Index].blocks : 0;
    return Blocks;
}

static unsigned Descriptors(void)
{
    unsigned Count = 0;
    DIR *List = opendir("/proc/self/fd");
    assert_non_null(List);
    while (readdir(List) != NULL)
        Count++;
    closedir(List);
    return Count;
}

static void CloseAll(void)
{
    for (ULONG_PTR Value = 4; Value < 256; Value += 4)
        SysClose((HANDLE)Value);
}

static void EveryAllocationFails(void **State)
{
    (void)State;
    for (BOOLEAN Forever = FALSE; Forever <= TRUE; Forever++) {
        LONG Number = 1;
        for (BOOLEAN Reached = TRUE; Reached; Number++) {
            const char *Report;
            Begin();
            UseFiles();
            CloseAll();
            unsigned Blocks = PoolBlocks(), Handles = Descriptors();
            MmFailAllocation(Number, Forever);
            UseFiles();
            Reached = MmAllocationCount() >= (ULONG)Number;
            MmFailAllocation(-1, FALSE);
            if (dotsys_machine_stopped(Machine, &Report))
                fail_msg("allocation %d failing%s:\n%s", (int)Number, Forever ? " for good" : "",
                    Report);
            CloseAll();
            assert_int_equal(PoolBlocks(), Blocks);
            assert_int_equal(Descriptors(), Handles);
            End();
        }
        assert_true(Number > 10);
    }
}

static void TheDiskRunsFull(void **State)
{
    static char Block[8192];
    struct rlimit Before, Small;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    (void)State;
    Begin();
    assert_int_equal(
        Open("\\??\\C:\\big", FILE_WRITE_DATA, FILE_CREATE, 0, &Handle), STATUS_SUCCESS);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &Before), 0);
    Small = Before;
    Small.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &Small), 0);
    NTSTATUS Status = SysWriteFile(Handle, NULL, NULL, NULL, &Io, Block, sizeof(Block), NULL, NULL);
    setrlimit(RLIMIT_FSIZE, &Before);
    assert_int_equal(Status, STATUS_DISK_FULL);
    SysClose(Handle);
    End();
}

static void AFileOfTheHostMayGoMeanwhile(void **State)
{
    HANDLE Handle;
    (void)State;
    Begin();
    HostFile("a", "x");
    assert_int_equal(
        Open("\\??\\C:\\a", DELETE, FILE_OPEN, FILE_DELETE_ON_CLOSE, &Handle), STATUS_SUCCESS);
    assert_int_equal(unlink(OnHost("a")), 0);
    HostFile("a", "another");
    SysClose(Handle);
    assert_int_equal(access(OnHost("a"), F_OK), 0); /* it was not ours to delete */
    End();
}

/* ---- several threads ------------------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS 200
#define LINE "a line of thirty-two characters\n"

static void *AppendLines(void *Argument)
{
    static char Text[] = LINE;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    ULONG_PTR Failed = 0;
    (void)Argument;
    if (!NT_SUCCESS(Open("\\??\\C:\\log", FILE_APPEND_DATA, FILE_OPEN_IF, 0, &Handle)))
        return (void *)1;
    for (int Round = 0; Round < ROUNDS; Round++)
        Failed += !NT_SUCCESS(
            SysWriteFile(Handle, NULL, NULL, NULL, &Io, Text, sizeof(LINE) - 1, NULL, NULL));
    SysClose(Handle);
    return (void *)Failed;
}

/* Whoever comes while the file is to go is refused; whoever comes after makes a new one. */
static void *MakeAndDelete(void *Argument)
{
    HANDLE Handle;
    ULONG_PTR Odd = 0;
    (void)Argument;
    for (int Round = 0; Round < ROUNDS; Round++) {
        NTSTATUS Status = Open("\\SystemRoot\\Temp\\race", FILE_READ_DATA | DELETE, FILE_OPEN_IF,
            FILE_DELETE_ON_CLOSE, &Handle);
        if (NT_SUCCESS(Status))
            SysClose(Handle);
        else
            Odd += Status != STATUS_DELETE_PENDING;
    }
    return (void *)Odd;
}

static void Run(void *(*Routine)(void *))
{
    pthread_t Thread[THREADS];
    for (int Index = 0; Index < THREADS; Index++)
        assert_int_equal(pthread_create(&Thread[Index], NULL, Routine, NULL), 0);
    for (int Index = 0; Index < THREADS; Index++) {
        void *Result;
        pthread_join(Thread[Index], &Result);
        assert_null(Result);
    }
}

static void AppendsDoNotOverwriteEachOther(void **State)
{
    struct stat Status;
    (void)State;
    Begin();
    Run(AppendLines);
    assert_int_equal(stat(OnHost("log"), &Status), 0);
    assert_int_equal(Status.st_size, THREADS * ROUNDS * (sizeof(LINE) - 1));
    End();
}

static void FilesComeAndGoAtOnce(void **State)
{
    (void)State;
    Begin();
    Run(MakeAndDelete);
    assert_int_not_equal(access(OnHost("Windows/Temp/race"), F_OK), 0);
    assert_int_equal(PoolBlocks(), 0);
    End();
}

/* ---- scratch folders ------------------------------------------------------------------------- */

static void AScratchFolderGoesWithItsMachine(void **State)
{
    char Parent[] = "/tmp/drive_test-XXXXXX", Dead[128], Live[128], Inside[160];
    (void)State;
    assert_non_null(mkdtemp(Parent));
    snprintf(Dead, sizeof(Dead), "%s/dotsys-c-dead00", Parent);
    snprintf(Live, sizeof(Live), "%s/dotsys-c-live00", Parent);
    snprintf(Inside, sizeof(Inside), "%s/Windows", Dead);
    assert_int_equal(mkdir(Dead, 0700), 0);
    assert_int_equal(mkdir(Inside, 0700), 0);
    assert_int_equal(mkdir(Live, 0700), 0);
    int Lock = open(Live, O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(Lock, LOCK_EX), 0);
    setenv("TMPDIR", Parent, 1);
    BeginOn(NULL);
    assert_int_equal(
        Try("\\??\\C:\\Windows\\Temp\\a", FILE_WRITE_DATA, FILE_CREATE), STATUS_SUCCESS);
    assert_int_not_equal(access(Dead, F_OK), 0);
    assert_int_equal(access(Live, F_OK), 0);
    assert_int_equal(dotsys_machine_close(Machine), 0);
    unsetenv("TMPDIR");
    close(Lock);
    assert_int_equal(rmdir(Live), 0);
    assert_int_equal(rmdir(Parent), 0); /* nothing else is left */
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(TheHostsFilesAreOnC),
        cmocka_unit_test(StandardFoldersAreNotMadeTwice),
        cmocka_unit_test(NothingIsMadeBeforeItIsNeeded),
        cmocka_unit_test(NoFolderNoDrive),
        cmocka_unit_test(NoNameLeadsOut),
        cmocka_unit_test(LinksOfTheHostAreNotFollowed),
        cmocka_unit_test(PipesOfTheHostAreNoFiles),
        cmocka_unit_test(TheExactNameComesFirst),
        cmocka_unit_test(NamesTheHostCannotHold),
        cmocka_unit_test(ImagesAreFoundByAnyName),
        cmocka_unit_test(ZIsTheHostForImagesOnly),
        cmocka_unit_test(UsersWriteWhereUsersMay),
        cmocka_unit_test(EveryAllocationFails),
        cmocka_unit_test(TheDiskRunsFull),
        cmocka_unit_test(AFileOfTheHostMayGoMeanwhile),
        cmocka_unit_test(AppendsDoNotOverwriteEachOther),
        cmocka_unit_test(FilesComeAndGoAtOnce),
        cmocka_unit_test(AScratchFolderGoesWithItsMachine),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
