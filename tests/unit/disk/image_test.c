/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The generated image: other programs read it as it is meant (sfdisk, file), so does our own
 * reader, and an interruption at any write leaves a file that is made again or whole.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk/diskp.h"

#define SECTORS ((ULONG64)(DISKP_IMAGE_BYTES / 512))

static char Path[64];

static int MakeFile(void)
{
    snprintf(Path, sizeof(Path), "/tmp/dotsys-image-XXXXXX");
    int File = mkstemp(Path);
    assert_true(File >= 0);
    return File;
}

static void RemoveFile(int File)
{
    close(File);
    unlink(Path);
}

/* Everything a command prints, to Text. False: the command is not there. */
static bool Run(const char *Command, char *Text, size_t Size)
{
    char Line[256];
    snprintf(Line, sizeof(Line), "PATH=$PATH:/usr/sbin:/sbin; %s %s 2>/dev/null", Command, Path);
    FILE *Pipe = popen(Line, "r");
    assert_non_null(Pipe);
    size_t Length = fread(Text, 1, Size - 1, Pipe);
    Text[Length] = 0;
    int Status = pclose(Pipe);
    return !WIFEXITED(Status) || WEXITSTATUS(Status) != 127;
}

static void OurReaderFindsWhatWasPredicted(void **State)
{
    static DISKP_LAYOUT Found, Predicted;
    (void)State;
    int File = MakeFile();
    assert_true(DiskpIsUnmade(File, 0));
    assert_int_equal(DiskpMakeImage(File, 0x12345678), 0);
    assert_false(DiskpIsUnmade(File, DISKP_IMAGE_BYTES));
    DiskpReadLayout(File, 512, SECTORS, &Found);
    DiskpPredictLayout(0x12345678, &Predicted);
    assert_int_equal(Found.ProblemCount, 0);
    assert_memory_equal(&Found, &Predicted, sizeof(Found));
    RemoveFile(File);
}

static void SfdiskAndFileAgree(void **State)
{
    char Text[2048];
    (void)State;
    int File = MakeFile();
    assert_int_equal(DiskpMakeImage(File, 0xCAFE1234), 0);
    if (!Run("sfdisk -d", Text, sizeof(Text)))
        skip();
    assert_non_null(strstr(Text, "label: dos"));
    assert_non_null(strstr(Text, "label-id: 0xcafe1234"));
    assert_non_null(strstr(Text, "start=        2048, size=      129024, type=c, bootable"));
    assert_true(Run("sfdisk -V", Text, sizeof(Text)));
    if (!Run("file", Text, sizeof(Text)))
        skip();
    assert_non_null(strstr(Text, "DOS/MBR boot sector"));
    assert_non_null(strstr(Text,
        "ID=0xc, active, start-CHS (0x0,32,33), end-CHS (0x8,40,32), startsector 2048, 129024 "
        "sectors"));
    RemoveFile(File);
}

static void TheVolumeIsFat32(void **State)
{
    char Text[2048];
    UCHAR Volume[4096];
    (void)State;
    int File = MakeFile();
    assert_int_equal(DiskpMakeImage(File, 1), 0);
    assert_int_equal(pread(File, Volume, sizeof(Volume), 2048 * 512), sizeof(Volume));
    RemoveFile(File);
    File = MakeFile();
    assert_int_equal(write(File, Volume, sizeof(Volume)), sizeof(Volume));
    if (!Run("file", Text, sizeof(Text)))
        skip();
    assert_non_null(strstr(Text,
        "hidden sectors 2048, sectors 129024 (volumes > 32 MB), FAT (32 bit), sectors/FAT 993"));
    assert_non_null(strstr(Text, "label: \"DOTSYS     \""));
    RemoveFile(File);
}

/*
 * As if killed after the first Sectors written: what a partly made file looks like is made again,
 * with the same result.
 */
static void AnInterruptedImageIsMadeAgain(void **State)
{
    static DISKP_LAYOUT Found;
    (void)State;
    int File = MakeFile();
    assert_int_equal(DiskpMakeImage(File, 1), 0);
    UCHAR Nothing[512] = {0}, Mark[512] = "dotsys: this disk is being made";
    assert_int_equal(pwrite(File, Nothing, 512, 0), 512);
    assert_int_equal(pwrite(File, Mark, 512, 512), 512);
    assert_true(DiskpIsUnmade(File, DISKP_IMAGE_BYTES));
    assert_int_equal(ftruncate(File, 1024), 0);
    assert_true(DiskpIsUnmade(File, 1024));
    assert_int_equal(DiskpMakeImage(File, 2), 0);
    DiskpReadLayout(File, 512, SECTORS, &Found);
    assert_int_equal(Found.PartitionCount, 1);
    /* A disk somebody blanked is none of that. */
    assert_int_equal(pwrite(File, Nothing, 512, 0), 512);
    assert_false(DiskpIsUnmade(File, DISKP_IMAGE_BYTES));
    RemoveFile(File);
}

/* Killed at any moment: the file is unmade or whole. */
static void KilledWhileItIsMade(void **State)
{
    static DISKP_LAYOUT Found;
    (void)State;
    for (int Round = 0; Round < 60; Round++) {
        int File = MakeFile();
        pid_t Child = fork();
        if (Child == 0) {
            DiskpMakeImage(File, 1);
            _exit(0);
        }
        usleep((useconds_t)(Round * 5));
        kill(Child, SIGKILL);
        waitpid(Child, NULL, 0);
        ULONG64 Size = (ULONG64)lseek(File, 0, SEEK_END);
        if (!DiskpIsUnmade(File, Size)) {
            assert_int_equal(Size, DISKP_IMAGE_BYTES);
            DiskpReadLayout(File, 512, SECTORS, &Found);
            assert_int_equal(Found.PartitionCount, 1);
        }
        RemoveFile(File);
    }
}

/* The file system is full: an error, and the file is still to be made. */
static void NoRoom(void **State)
{
    (void)State;
    int File = MakeFile(), Status;
    pid_t Child = fork();
    if (Child == 0) {
        const struct rlimit Limit = {4096, 4096};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &Limit);
        _exit(DiskpMakeImage(File, 1) != 0 ? 0 : 1);
    }
    waitpid(Child, &Status, 0);
    assert_int_equal(Status, 0);
    assert_true(DiskpIsUnmade(File, (ULONG64)lseek(File, 0, SEEK_END)));
    RemoveFile(File);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(OurReaderFindsWhatWasPredicted),
        cmocka_unit_test(SfdiskAndFileAgree),
        cmocka_unit_test(TheVolumeIsFat32),
        cmocka_unit_test(AnInterruptedImageIsMadeAgain),
        cmocka_unit_test(KilledWhileItIsMade),
        cmocka_unit_test(NoRoom),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
