/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The information services as a program sees them: which classes there are, how long a buffer must
 * be, what access a handle needs, and pointers that are no good. The driver is hello.sys, which
 * knows none of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "io/io.h"
#include "rtl/rtl.h"
#include "services.h"

static char HelloPath[512];
static dotsys_machine *Machine;
static HANDLE File;
static IO_STATUS_BLOCK IoStatus;

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static void Start(const char *Os)
{
    const dotsys_options Options = {.size = sizeof(Options), .os = Os, .log = Quiet};
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
}

static void OpenFileWith(ACCESS_MASK Access, ULONG CreateOptions)
{
    static WCHAR Path[] = u"\\??\\HelloDrv";
    UNICODE_STRING Name = {sizeof(Path) - sizeof(WCHAR), sizeof(Path), Path};
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS Status = SysCreateFile(
        &File, Access, &Attributes, &IoStatus, NULL, 0, 0, FILE_OPEN, CreateOptions, NULL, 0);
    assert_int_equal(Status, STATUS_SUCCESS);
    memset(&IoStatus, 0xEE, sizeof(IoStatus));
}

/* In the test itself: cmocka takes the fault signals before each test, and the machine must come
 * after. */
static void Begin(const char *Os)
{
    Start(Os);
    OpenFileWith(FILE_READ_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT);
}

static void End(void)
{
    SysClose(File);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static NTSTATUS Query(void *Buffer, ULONG Length, FILE_INFORMATION_CLASS Class)
{
    return SysQueryInformationFile(File, &IoStatus, Buffer, Length, Class);
}

static NTSTATUS Set(void *Buffer, ULONG Length, FILE_INFORMATION_CLASS Class)
{
    return SysSetInformationFile(File, &IoStatus, Buffer, Length, Class);
}

static NTSTATUS QueryVolume(void *Buffer, ULONG Length, FS_INFORMATION_CLASS Class)
{
    return SysQueryVolumeInformationFile(File, &IoStatus, Buffer, Length, Class);
}

static void UnknownClasses(void **State)
{
    (void)State;
    ULONG64 Buffer[64];
    Begin(NULL);
    assert_int_equal(Query(Buffer, sizeof(Buffer), 0), STATUS_INVALID_INFO_CLASS);
    assert_int_equal(
        Query(Buffer, sizeof(Buffer), FileMaximumInformation), STATUS_INVALID_INFO_CLASS);
    assert_int_equal(
        Query(Buffer, sizeof(Buffer), FileRenameInformation), STATUS_INVALID_INFO_CLASS);
    assert_int_equal(Set(Buffer, sizeof(Buffer), FileAccessInformation), STATUS_INVALID_INFO_CLASS);
    assert_int_equal(
        QueryVolume(Buffer, sizeof(Buffer), FileFsLabelInformation), STATUS_INVALID_INFO_CLASS);
    assert_int_equal(
        QueryVolume(Buffer, sizeof(Buffer), FileFsMaximumInformation), STATUS_INVALID_INFO_CLASS);
    assert_int_equal(
        Query(Buffer, sizeof(Buffer), (FILE_INFORMATION_CLASS)-1), STATUS_INVALID_INFO_CLASS);
    End();
}

/* A class is unknown to the Windows before the one that has it first. */
static void ClassesOfOlderWindows(void **State)
{
    (void)State;
    ULONG Flags = 0;
    Begin("xp");
    assert_int_equal(Query(&Flags, sizeof(Flags), FileIoCompletionNotificationInformation),
        STATUS_INVALID_INFO_CLASS);
    assert_int_equal(Query(&Flags, sizeof(Flags), FileModeInformation), STATUS_SUCCESS);
    End();
}

static void ShortBuffers(void **State)
{
    (void)State;
    ULONG64 Buffer[32] = {0};
    Begin(NULL);
    assert_int_equal(Query(Buffer, 7, FilePositionInformation), STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(Query(Buffer, 0, FileModeInformation), STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(Query(Buffer, sizeof(FILE_STANDARD_INFORMATION) - 1, FileStandardInformation),
        STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(Set(Buffer, 7, FilePositionInformation), STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(QueryVolume(Buffer, 7, FileFsDeviceInformation), STATUS_INFO_LENGTH_MISMATCH);
    End();
}

static void AccessOfTheHandle(void **State)
{
    (void)State;
    ULONG64 Buffer[32] = {0};
    Begin(NULL);
    assert_int_equal(Query(Buffer, sizeof(Buffer), FileBasicInformation), STATUS_ACCESS_DENIED);
    assert_int_equal(Set(Buffer, sizeof(Buffer), FileEndOfFileInformation), STATUS_ACCESS_DENIED);
    assert_int_equal(Set(Buffer, sizeof(Buffer), FileDispositionInformation), STATUS_ACCESS_DENIED);
    assert_int_equal(Query(Buffer, 4, FileAccessInformation), STATUS_SUCCESS);
    assert_int_equal((ULONG)Buffer[0], FILE_READ_DATA | SYNCHRONIZE);
    End();
}

/* Every page of the kernel, and none at all; the status block too. */
static void BadPointers(void **State)
{
    (void)State;
    ULONG64 Buffer[4] = {0};
    char *Bytes = (char *)Buffer;
    void *const Kernel = (void *)MM_SYSTEM_BASE;
    Begin(NULL);
    assert_int_equal(Query(NULL, 8, FilePositionInformation), STATUS_ACCESS_VIOLATION);
    assert_int_equal(Query(Kernel, 8, FilePositionInformation), STATUS_ACCESS_VIOLATION);
    assert_int_equal(Query(Bytes + 1, 8, FilePositionInformation), STATUS_DATATYPE_MISALIGNMENT);
    assert_int_equal(Set(Kernel, 8, FilePositionInformation), STATUS_ACCESS_VIOLATION);
    assert_int_equal(SysQueryInformationFile(File, Kernel, Buffer, 8, FilePositionInformation),
        STATUS_ACCESS_VIOLATION);
    assert_int_equal(SysQueryInformationFile(File, NULL, Buffer, 8, FilePositionInformation),
        STATUS_ACCESS_VIOLATION);
    assert_int_equal(
        SysQueryInformationFile((HANDLE)0x7770, &IoStatus, Buffer, 8, FilePositionInformation),
        STATUS_INVALID_HANDLE);
    End();
}

static void TheDriversAnswer(void **State)
{
    (void)State;
    ULONG64 Buffer[32] = {0};
    Begin(NULL);
    assert_int_equal(
        Query(Buffer, sizeof(Buffer), FileStandardInformation), STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(QueryVolume(Buffer, sizeof(Buffer), FileFsVolumeInformation),
        STATUS_INVALID_DEVICE_REQUEST);
    End();
}

static void PositionMovesReads(void **State)
{
    (void)State;
    FILE_POSITION_INFORMATION Position = {.CurrentByteOffset.QuadPart = 77};
    Begin(NULL);
    assert_int_equal(Set(&Position, sizeof(Position), FilePositionInformation), STATUS_SUCCESS);
    assert_int_equal(IoStatus.Information, 0);
    Position.CurrentByteOffset.QuadPart = 0;
    assert_int_equal(Query(&Position, sizeof(Position), FilePositionInformation), STATUS_SUCCESS);
    assert_int_equal(Position.CurrentByteOffset.QuadPart, 77);
    assert_int_equal(IoStatus.Information, sizeof(Position));
    End();
}

static void NotificationModesStay(void **State)
{
    (void)State;
    ULONG Flags = FILE_SKIP_SET_EVENT_ON_HANDLE;
    Begin(NULL);
    assert_int_equal(Set(&Flags, 4, FileIoCompletionNotificationInformation), STATUS_SUCCESS);
    Flags = 0;
    assert_int_equal(Set(&Flags, 4, FileIoCompletionNotificationInformation), STATUS_SUCCESS);
    assert_int_equal(Query(&Flags, 4, FileIoCompletionNotificationInformation), STATUS_SUCCESS);
    assert_int_equal(Flags, FILE_SKIP_SET_EVENT_ON_HANDLE);
    Flags = 8;
    assert_int_equal(
        Set(&Flags, 4, FileIoCompletionNotificationInformation), STATUS_INVALID_PARAMETER);
    Flags = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS; /* not on a synchronous file */
    assert_int_equal(
        Set(&Flags, 4, FileIoCompletionNotificationInformation), STATUS_INVALID_PARAMETER);
    End();
}

static void PriorityHints(void **State)
{
    (void)State;
    ULONG64 Buffer = 0;
    ULONG *Hint = (ULONG *)&Buffer;
    Begin(NULL);
    assert_int_equal(Query(Hint, 4, FileIoPriorityHintInformation), STATUS_SUCCESS);
    assert_int_equal(*Hint, IoPriorityNormal);
    *Hint = IoPriorityVeryLow;
    assert_int_equal(Set(Hint, 4, FileIoPriorityHintInformation), STATUS_SUCCESS);
    *Hint = IoPriorityCritical;
    assert_int_equal(Set(Hint, 4, FileIoPriorityHintInformation), STATUS_INVALID_PARAMETER);
    assert_int_equal(Query(Hint, 4, FileIoPriorityHintInformation), STATUS_SUCCESS);
    assert_int_equal(*Hint, IoPriorityVeryLow);
    End();
}

static void DriverInThePath(void **State)
{
    (void)State;
    struct {
        FILE_FS_DRIVER_PATH_INFORMATION Path;
        WCHAR More[32];
    } Ask = {.Path.DriverInPath = FALSE};
    static const WCHAR Hello[] = u"\\Driver\\hello", Other[] = u"\\Driver\\none";
    Begin(NULL);
    Ask.Path.DriverNameLength = sizeof(Hello) - sizeof(WCHAR);
    memcpy(Ask.Path.DriverName, Hello, Ask.Path.DriverNameLength);
    assert_int_equal(QueryVolume(&Ask, sizeof(Ask), FileFsDriverPathInformation), STATUS_SUCCESS);
    assert_true(Ask.Path.DriverInPath);
    Ask.Path.DriverNameLength = sizeof(Other) - sizeof(WCHAR);
    memcpy(Ask.Path.DriverName, Other, Ask.Path.DriverNameLength);
    assert_int_equal(
        QueryVolume(&Ask, sizeof(Ask), FileFsDriverPathInformation), STATUS_OBJECT_NAME_NOT_FOUND);
    Ask.Path.DriverNameLength = sizeof(Ask);
    assert_int_equal(
        QueryVolume(&Ask, sizeof(Ask), FileFsDriverPathInformation), STATUS_INVALID_PARAMETER);
    End();
}

static void NewNamesAreCheckedFirst(void **State)
{
    (void)State;
    struct {
        FILE_RENAME_INFORMATION Rename;
        WCHAR More[8];
    } New = {.Rename.FileNameLength = 2, .Rename.FileName = {u'x'}};
    Begin(NULL);
    SysClose(File);
    OpenFileWith(DELETE | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT);
    /* the driver's */
    assert_int_equal(Set(&New, sizeof(New), FileRenameInformation), STATUS_INVALID_DEVICE_REQUEST);
    New.Rename.FileName[0] = u'\\';
    /* no file is there */
    assert_int_equal(Set(&New, sizeof(New), FileRenameInformation), STATUS_OBJECT_TYPE_MISMATCH);
    New.Rename.FileNameLength = 3;
    assert_int_equal(Set(&New, sizeof(New), FileRenameInformation), STATUS_INVALID_PARAMETER);
    New.Rename.FileNameLength = 0x10000;
    assert_int_equal(Set(&New, sizeof(New), FileRenameInformation), STATUS_INVALID_PARAMETER);
    End();
}

int main(void)
{
    const char *Folder = getenv("DOTSYS_TEST_BUILD");
    snprintf(HelloPath, sizeof(HelloPath), "%s/drivers/x64/free/hello.sys",
        Folder != NULL ? Folder : "build");
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(UnknownClasses),
        cmocka_unit_test(ClassesOfOlderWindows),
        cmocka_unit_test(ShortBuffers),
        cmocka_unit_test(AccessOfTheHandle),
        cmocka_unit_test(BadPointers),
        cmocka_unit_test(TheDriversAnswer),
        cmocka_unit_test(PositionMovesReads),
        cmocka_unit_test(NotificationModesStay),
        cmocka_unit_test(PriorityHints),
        cmocka_unit_test(DriverInThePath),
        cmocka_unit_test(NewNamesAreCheckedFirst),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
